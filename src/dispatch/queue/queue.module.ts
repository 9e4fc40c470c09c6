import { createHash } from 'node:crypto';
import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Queue } from 'bull';
import type { Logger } from 'pino';
import { LOGGER } from '../../common/logger.js';
import type { HubConfig } from '../../config/config.js';
import type { DueDeliveries } from '../delivery-statements.js';
import { BullQueue, DISPATCH_QUEUE_NAME } from './bull-queue.js';
import { DISPATCH_QUEUE } from './dispatch-queue.js';
import { InProcessQueue } from './in-process-queue.js';

/** Chooses the queue: Bull where there is a Redis, else in-process. */
@Module({})
export class QueueModule {
  static forRoot(config: HubConfig, databaseUrl: string): DynamicModule {
    return config.redisUrl === null ? inProcess() : onRedis(config.redisUrl, prefixOf(config, databaseUrl));
  }
}

function inProcess(): DynamicModule {
  return {
    module: QueueModule,
    providers: [{ provide: DISPATCH_QUEUE, useFactory: () => new InProcessQueue() }],
    exports: [DISPATCH_QUEUE],
  };
}

function onRedis(redisUrl: string, prefix: string): DynamicModule {
  const bull = BullModule.registerQueue({ name: DISPATCH_QUEUE_NAME, url: redisUrl, prefix });
  return {
    module: QueueModule,
    imports: [bull],
    providers: [
      {
        provide: DISPATCH_QUEUE,
        inject: [getQueueToken(DISPATCH_QUEUE_NAME), LOGGER],
        useFactory: (queue: Queue<DueDeliveries>, logger: Logger) => new BullQueue(queue, logger),
      },
    ],
    exports: [DISPATCH_QUEUE],
  };
}

/**
 * Hubs with different databases may share a Redis: their ids must not meet. The embedded database listens elsewhere at every
 * start; what stays, and nobody else has, is its password.
 */
function prefixOf(config: HubConfig, databaseUrl: string): string {
  const { host, pathname, password } = new URL(databaseUrl);
  const identity = config.databaseUrl === null ? password : host + pathname;
  return `hub:${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}
