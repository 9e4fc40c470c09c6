import { afterEach, describe, expect, it } from '@jest/globals';
import { getQueueToken } from '@nestjs/bull';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Queue } from 'bull';
import { QUEUES } from '../../../test/support/hub.js';
import { createLogger } from '../../common/logger.js';
import { type Environment, loadConfig } from '../../config/config.js';
import { ConfigModule } from '../../config/config.module.js';
import { DISPATCH_QUEUE_NAME } from './bull-queue.js';
import { QueueModule } from './queue.module.js';

const REDIS_URL = process.env.HUB_TEST_REDIS_URL ?? '';
const SECRETS_KEY = Buffer.alloc(32).toString('base64');
const EMBEDDED: Environment = {};

(QUEUES.includes('bull') ? describe : describe.skip)('the keys of the queue in a Redis', () => {
  const opened: TestingModule[] = [];

  afterEach(async () => {
    for (const module of opened.splice(0)) await module.close();
  });

  /** What they begin with. */
  async function prefixOf(environment: Environment, databaseUrl: string): Promise<string> {
    const config = loadConfig({ ...environment, REDIS_URL });
    const imports = [
      ConfigModule.forRoot(config, createLogger('silent', false)),
      QueueModule.forRoot(config, databaseUrl),
    ];
    const module = await Test.createTestingModule({ imports }).compile();
    opened.push(module);
    return module.get<Queue>(getQueueToken(DISPATCH_QUEUE_NAME), { strict: false }).toKey('');
  }

  const external = (DATABASE_URL: string) => prefixOf({ DATABASE_URL, SECRETS_KEY }, DATABASE_URL);

  it('stay when the embedded database comes back on another port, and are no other hub’s', async () => {
    const first = await prefixOf(EMBEDDED, 'postgresql://hub:one@127.0.0.1:41000/hub');
    expect(await prefixOf(EMBEDDED, 'postgresql://hub:one@127.0.0.1:42000/hub')).toBe(first);
    expect(await prefixOf(EMBEDDED, 'postgresql://hub:two@127.0.0.1:41000/hub')).not.toBe(first);
  });

  it('stay when the password of a database changes, and are no other database’s', async () => {
    const first = await external('postgres://hub:one@db/hub');
    expect(await external('postgres://hub:two@db/hub')).toBe(first);
    expect(await external('postgres://hub:one@db/another')).not.toBe(first);
  });
});
