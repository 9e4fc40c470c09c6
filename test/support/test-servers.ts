/** The servers that a whole test run shares: one PostgreSQL and, where there is one, a Redis. Test files read where they are from HUB_TEST_*. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { prepareTemplate } from './databases.js';
import { findRedis } from './redis.js';
import { endWithThisProcess } from './watchdog.js';

/** Nothing in a test database is worth a disk flush. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

const STOP_POSTGRES_SCRIPT = 'kill -QUIT "$(head -n 1 "$1/postgres/postmaster.pid")"; sleep 2; rm -rf "$1"';

const stops: (() => Promise<void>)[] = [];

export async function startTestServers(): Promise<void> {
  try {
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

async function startPostgres(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hub-test-'));
  // Where PostgreSQL has to run as another user, that one must get in.
  await chmod(dataDir, 0o755);
  const callOff = endWithThisProcess(STOP_POSTGRES_SCRIPT, dataDir);
  stops.push(async () => {
    await rm(dataDir, { recursive: true, force: true });
    callOff();
  });
  const postgres = await startEmbeddedPostgres({
    dataDir,
    database: 'hub_test',
    settings: THROWAWAY_SETTINGS,
    log: () => undefined,
  });
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
