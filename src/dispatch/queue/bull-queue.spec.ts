import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getQueueToken } from '@nestjs/bull';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Queue } from 'bull';
import { QUEUES } from '../../../test/support/hub.js';
import { newUuid } from '../../common/ids.js';
import { createLogger } from '../../common/logger.js';
import { loadConfig } from '../../config/config.js';
import { ConfigModule } from '../../config/config.module.js';
import { DISPATCH_QUEUE_NAME } from './bull-queue.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './dispatch-queue.js';
import { QueueModule } from './queue.module.js';

const JOBS = 3;

(QUEUES.includes('bull') ? describe : describe.skip)('a Redis that forgets jobs that are under way', () => {
  let module: TestingModule;
  let queue: DispatchQueue;
  let bull: Queue;
  const logged: Record<string, unknown>[] = [];

  beforeAll(async () => {
    const databaseUrl = `postgres://db/${newUuid()}`;
    const config = loadConfig({ REDIS_URL: process.env.HUB_TEST_REDIS_URL ?? '', SECRETS_KEY: '' });
    const write = (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>);
    const imports = [
      ConfigModule.forRoot(config, createLogger('warn', false, { write })),
      QueueModule.forRoot(config, databaseUrl),
    ];
    module = await Test.createTestingModule({ imports }).compile();
    queue = module.get<DispatchQueue>(DISPATCH_QUEUE, { strict: false });
    bull = module.get<Queue>(getQueueToken(DISPATCH_QUEUE_NAME), { strict: false });
    while (bull.client.status !== 'ready') await once(bull.client, 'ready');
  });

  afterAll(async () => {
    await bull.obliterate({ force: true });
    await queue.close();
    await module.close();
  });

  it('is told of in one line, however many they were', async () => {
    const failures: Error[] = [];
    bull.on('error', (error: Error) => failures.push(error));
    const steps = new EventEmitter();
    const [allTaken, forgotten] = [once(steps, 'all taken'), once(steps, 'forgotten')];
    let taken = 0;
    await queue.consume(async () => {
      if (++taken === JOBS) steps.emit('all taken');
      await forgotten;
    });
    queue.add(Array.from({ length: JOBS }, () => ({ subscriptionId: newUuid(), deliveryIds: [newUuid()] })));
    await allTaken;
    await bull.obliterate({ force: true });
    steps.emit('forgotten');
    while (failures.length < JOBS) await once(bull, 'error');
    expect(failures.map(({ message }) => message)).toEqual(
      Array(JOBS).fill(expect.stringMatching(/^Missing key for job \d+ /)),
    );
    expect(logged).toEqual([expect.objectContaining({ event: 'queue.jobs_lost' })]);
  });
});
