/**
 * Lets one hub at a time work on a data directory. The lock is a file that names its holder by process number and start time,
 * so one that a killed hub left behind is told from one that is held.
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { processStartedAt } from './embedded-postgres-process.js';

export type ReleaseLock = () => Promise<void>;

export async function lockDataDir(dataDir: string): Promise<ReleaseLock> {
  const lock = join(dataDir, 'hub.lock');
  await acquire(lock, `${process.pid} ${await processStartedAt(process.pid)}\n`, dataDir);
  return () => rm(lock, { force: true });
}

/**
 * A free lock is taken by linking to it, a dead holder's by renaming over it: either way it appears whole, and nobody reads
 * one that is half written. Only the holder of the takeover lock may replace a dead holder's, so of several hubs that
 * find it none can remove what another has just put there.
 */
async function acquire(lock: string, mine: string, dataDir: string): Promise<void> {
  const draft = `${lock}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, mine, { flag: 'wx' });
  try {
    while (!(await tryLink(draft, lock))) {
      const holder = await readIfPresent(lock);
      if (holder === undefined) continue;
      await refuseIfAlive(holder, dataDir, lock);

      const takeoverLock = `${lock}.takeover`;
      await acquire(takeoverLock, mine, dataDir);
      try {
        if ((await readIfPresent(lock)) === holder) return await rename(draft, lock);
      } finally {
        await rm(takeoverLock);
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function refuseIfAlive(holder: string, dataDir: string, lock: string): Promise<void> {
  const [, pid, startedAt] = /^(\d+) (.*)\n$/.exec(holder) ?? [];
  if (pid === undefined || (await processStartedAt(Number(pid))) !== startedAt) return;
  throw new EmbeddedPostgresError(
    `Another hub (process ${pid}) is running on ${dataDir}: stop it, or give this one another DATA_DIR. (The lock is ${lock}.)`,
  );
}

async function tryLink(existing: string, path: string): Promise<boolean> {
  try {
    await link(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
