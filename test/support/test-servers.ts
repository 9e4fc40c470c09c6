/** The servers that a whole test run shares: one PostgreSQL and, where there is one, a Redis. Test files read where they are from HUB_TEST_*. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTemplate } from './databases.js';
import { PrivatePostgres } from './postgres.js';
import { findRedis } from './redis.js';

/** Nothing in a test database is worth a disk flush. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

const stops: (() => Promise<void>)[] = [];

export async function startTestServers(): Promise<void> {
  try {
    process.env.HUB_TEST_LOG_DIR = await makeLogDirectory();
    process.env.HUB_TEST_DATABASE_URL = process.env.TEST_DATABASE_URL || (await startPostgres());
    await prepareTemplate(process.env.HUB_TEST_DATABASE_URL);
    await chooseRedis();
  } catch (error) {
    await stopTestServers();
    throw error;
  }
}

export async function stopTestServers(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

/** What the hubs of all tests log; searched when they are over. */
async function makeLogDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hub-test-logs-'));
  stops.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function startPostgres(): Promise<string> {
  const postgres = await PrivatePostgres.start(THROWAWAY_SETTINGS);
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function chooseRedis(): Promise<void> {
  const redis = await findRedis();
  if ('url' in redis) {
    stops.push(() => redis.stop());
    process.env.HUB_TEST_REDIS_URL = redis.url;
    return;
  }
  if (process.env.CI === 'true') throw new Error(`With CI=true the tests need a Redis: ${redis.skipped}.`);
  process.env.HUB_TEST_REDIS_SKIPPED = redis.skipped;
  process.stdout.write(`\nThe Bull half of the tests is skipped: ${redis.skipped}.\n`);
}
