/**
 * The database of a hub that has no DATABASE_URL: a real PostgreSQL below the data directory, which starts and stops with the hub,
 * listens on the loopback address only and asks for a password that stays in that directory.
 */
import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { Client, DatabaseError } from 'pg';
import { findPostgresBinaries } from './embedded-postgres-binaries.js';
import { clusterDirectory, openCluster, SUPERUSER, type Cluster } from './embedded-postgres-cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { lockDataDir, type ReleaseLock } from './embedded-postgres-lock.js';
import {
  startPostmaster,
  stopLeftoverPostmaster,
  stopPostmaster,
  type Postmaster,
} from './embedded-postgres-postmaster.js';

export { EmbeddedPostgresError };

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Created when it isn't there. */
  readonly database: string;
  /** Server settings that go before the hub's own; without a `port` it listens on a free one. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** What it is doing, once, when it is not ready after a while: nobody likes to wait for they know not what. */
  readonly tellWhenSlow?: (line: string) => void;
  /** Instead of 2 s. */
  readonly slowAfterMs?: number;
  /** Aborted: what was begun is taken back, and the start rejects. */
  readonly cancelled?: AbortSignal;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** Resolves when PostgreSQL ends without having been stopped. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The details of an error quote rows, and rows hold personal data.
  log_error_verbosity: 'terse',
};
const CONNECT_TIMEOUT_MS = 10_000;
const SLOW_AFTER_MS = 2_000;
/** SQLSTATE invalid_password. */
const WRONG_PASSWORD = '28P01';

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await openDataDir(options.dataDir);
  const binaries = await findPostgresBinaries();
  const releaseLock = await lockDataDir(dataDir);
  let slow: NodeJS.Timeout | undefined;
  const begin = (doing: string) => {
    slow ??= setTimeout(() => options.tellWhenSlow?.(doing), options.slowAfterMs ?? SLOW_AFTER_MS);
  };
  try {
    const leftover = await stopLeftoverPostmaster(clusterDirectory(dataDir), binaries.pgCtl);
    if (leftover) options.log(`Stopped a PostgreSQL (process ${leftover}) that a killed hub had left running.`);
    const settings = { ...SETTINGS, ...options.settings };
    const cluster = await openCluster(dataDir, binaries, {
      durable: settings.fsync !== 'off',
      onCreate: () => begin(`Creating the database in ${dataDir}: only the first start takes so long.`),
      cancelled: options.cancelled,
    });
    options.cancelled?.throwIfAborted();
    begin(`Starting the database in ${dataDir}: after a crash that takes longer.`);
    const postmaster = await startPostmaster(cluster, binaries, settings);
    const stop = () => stopPostmaster(postmaster.pid, binaries.pgCtl);
    try {
      await createDatabaseIfAbsent(urlOf(cluster, postmaster, 'postgres'), options.database, cluster);
    } catch (error) {
      await stop();
      throw error;
    }
    options.log(`PostgreSQL runs on 127.0.0.1:${postmaster.port} in ${cluster.directory}.`);
    return new RunningPostgres(urlOf(cluster, postmaster, options.database), postmaster, stop, releaseLock);
  } catch (error) {
    await releaseLock();
    throw error;
  } finally {
    clearTimeout(slow);
  }
}

/** The handle of a started server: stops it once, and tells an end of its own from one that was asked for. */
class RunningPostgres implements EmbeddedPostgres {
  readonly exited: Promise<void>;
  private stopped?: Promise<void>;
  private hasEnded = false;

  constructor(
    readonly url: string,
    private readonly postmaster: Postmaster,
    private readonly stopPostmaster: () => Promise<void>,
    private readonly releaseLock: ReleaseLock,
  ) {
    // A hub that ends without stopping its database (an uncaught error, process.exit) takes it along.
    process.once('exit', this.onProcessExit);
    this.exited = new Promise((resolve) => {
      void postmaster.exited.then(() => {
        this.hasEnded = true;
        if (!this.stopped) resolve();
      });
    });
  }

  stop(): Promise<void> {
    this.stopped ??= this.stopOnce();
    return this.stopped;
  }

  private async stopOnce(): Promise<void> {
    process.off('exit', this.onProcessExit);
    try {
      if (this.hasEnded) return;
      await this.stopPostmaster();
      await this.postmaster.exited;
    } finally {
      await this.releaseLock();
    }
  }

  private readonly onProcessExit = (): void => {
    try {
      if (!this.hasEnded) process.kill(this.postmaster.pid, 'SIGINT');
    } catch {
      // It has just ended by itself.
    }
  };
}

async function openDataDir(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EmbeddedPostgresError(
      `The data directory ${path} can't be written to (${code}): give it to the user that starts the hub, or set DATA_DIR.`,
    );
  }
}

function urlOf({ password }: Cluster, { port }: Postmaster, database: string): string {
  // The PGSSLMODE of the environment is meant for other servers.
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`;
}

async function createDatabaseIfAbsent(adminUrl: string, database: string, cluster: Cluster): Promise<void> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== WRONG_PASSWORD) throw error;
    throw new EmbeddedPostgresError(
      `The password in ${cluster.passwordFile} is not that of the database in ${cluster.directory}: restore it, or move both away to begin with an empty database.`,
    );
  } finally {
    await client.end();
  }
}
