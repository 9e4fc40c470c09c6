/** PostgreSQL's main process: starts it on a free port, stops it, and stops one that a killed hub left running. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './embedded-postgres-binaries.js';
import { POSTGRES_ENVIRONMENT, type Cluster } from './embedded-postgres-cluster.js';
import { EmbeddedPostgresError, oneLine } from './embedded-postgres-error.js';
import { isPostmasterOf, waitForProcessEnd } from './embedded-postgres-process.js';
import { commandFor } from './embedded-postgres-user.js';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly exited: Promise<void>;
}

export type PostgresSettings = Readonly<Record<string, string>>;

const MAX_START_ATTEMPTS = 20;
const RETRY_DELAY_MS = 100;
const POLL_INTERVAL_MS = 10;
/** Replaying the log after a crash may take this long. */
const START_TIMEOUT_MS = 120_000;
const FAST_SHUTDOWN_TIMEOUT_MS = 5_000;
const IMMEDIATE_SHUTDOWN_TIMEOUT_MS = 10_000;
/** The port was taken in between, or processes of a crashed postmaster still hold its memory for a moment. */
const PASSING_FAILURE = /could not bind|pre-existing shared memory block/;

export async function startPostmaster(
  cluster: Cluster,
  binaries: PostgresBinaries,
  settings: PostgresSettings,
): Promise<Postmaster> {
  const logFile = join(cluster.dataDir, 'postgres.log');
  for (let attempt = 1; ; attempt++) {
    const port = Number(settings.port) || (await findFreePort());
    const started = await launch(cluster, binaries, { ...settings, port: String(port) }, logFile);
    if ('pid' in started) return { ...started, port };
    if (attempt === MAX_START_ATTEMPTS || !PASSING_FAILURE.test(started.output)) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start: ${oneLine(started.output)} (more in ${logFile})`);
    }
    await delay(RETRY_DELAY_MS);
  }
}

/** Ends client sessions and stops; when that takes too long, stops without a checkpoint, which the next start makes up for. */
export async function stopPostmaster(pid: number, pgCtl: string): Promise<void> {
  await signal(pid, 'INT', pgCtl);
  if (await waitForProcessEnd(pid, FAST_SHUTDOWN_TIMEOUT_MS)) return;
  await signal(pid, 'QUIT', pgCtl);
  if (await waitForProcessEnd(pid, IMMEDIATE_SHUTDOWN_TIMEOUT_MS)) return;
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) does not stop: end it by hand.`);
}

/**
 * A postmaster outlives a hub that was killed. It is stopped rather than taken over: what the dead hub's sessions had locked
 * is free at once, the settings are this hub's, and whoever runs a hub owns its database as a child process.
 * The caller holds the lock of the data directory, so no living hub is using it.
 */
export async function stopLeftoverPostmaster(clusterDir: string, pgCtl: string): Promise<number | undefined> {
  const pid = (await readPidFile(clusterDir))?.pid;
  if (pid === undefined) return undefined;
  const isRunning = await isPostmasterOf(pid, clusterDir);
  if (isRunning) await stopPostmaster(pid, pgCtl);
  // PostgreSQL would refuse to start over a file whose number now belongs to some other process.
  await rm(join(clusterDir, 'postmaster.pid'), { force: true });
  return isRunning ? pid : undefined;
}

async function launch(
  { directory, dataDir, user }: Cluster,
  binaries: PostgresBinaries,
  settings: PostgresSettings,
  logFile: string,
): Promise<Omit<Postmaster, 'port'> | { output: string }> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = commandFor(user, binaries.postgres, ['-D', directory, ...flags]);
  const log = await open(logFile, 'a+', 0o600);
  try {
    if (user.ids) await log.chown(user.ids.uid, user.ids.gid);
    const logStart = (await log.stat()).size;
    // Detached: the terminal's Ctrl-C goes to the hub alone, which drains before it stops its database.
    const child = spawn(command, args, {
      ...user.ids,
      cwd: dataDir,
      env: POSTGRES_ENVIRONMENT,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const ended = once(child, 'exit').then(
      () => '',
      (error: Error) => error.message,
    );
    const pid = await waitUntilReady(child, directory);
    if (pid !== undefined) return { pid, exited: ended.then(() => undefined) };
    return { output: (await ended) + (await readFrom(log, logStart)) };
  } finally {
    await log.close();
  }
}

/** `undefined` when the process ended instead. */
async function waitUntilReady(child: ChildProcess, clusterDir: string): Promise<number | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const file = await readPidFile(clusterDir);
    if (file?.pid === child.pid && file.status === 'ready') return child.pid;
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      throw new EmbeddedPostgresError(
        `PostgreSQL was not ready after ${START_TIMEOUT_MS / 1000} s: see its log, then start again.`,
      );
    }
    await delay(POLL_INTERVAL_MS);
  }
  return undefined;
}

/** The first and the eighth line: PostgreSQL's pidfile.h names them. */
async function readPidFile(clusterDir: string): Promise<{ pid: number; status: string } | undefined> {
  const lines = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const pid = Number(lines[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() ?? '' } : undefined;
}

async function readFrom(log: FileHandle, start: number): Promise<string> {
  const length = (await log.stat()).size - start;
  const { buffer } = await log.read(Buffer.alloc(length), 0, length, start);
  return buffer.toString('utf8');
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Windows has no signals; there `pg_ctl` speaks to the postmaster through a pipe. */
async function signal(pid: number, name: 'INT' | 'QUIT', pgCtl: string): Promise<void> {
  if (process.platform === 'win32') {
    await promisify(execFile)(pgCtl, ['kill', name, String(pid)]).catch(() => undefined);
    return;
  }
  try {
    process.kill(pid, `SIG${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
