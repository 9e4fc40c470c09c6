/** The database files below the data directory: creates them on the first start, refuses those it can't use later on. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './embedded-postgres-binaries.js';
import { EmbeddedPostgresError, oneLine } from './embedded-postgres-error.js';
import { choosePostgresUser, commandFor, type PostgresUser } from './embedded-postgres-user.js';

export const SUPERUSER = 'hub';

/**
 * Nothing of the hub's environment (its keys, the PG* variables) reaches PostgreSQL. glibc is told to keep the memory of
 * large parameters: giving it back after every batch took a fifth of PostgreSQL's time in page faults.
 */
export const POSTGRES_ENVIRONMENT = {
  LC_ALL: 'C',
  TZ: 'UTC',
  MALLOC_MMAP_THRESHOLD_: '33554432',
  MALLOC_TRIM_THRESHOLD_: '33554432',
  MALLOC_TOP_PAD_: '1048576',
};

export interface Cluster {
  readonly dataDir: string;
  readonly directory: string;
  readonly passwordFile: string;
  readonly password: string;
  readonly user: PostgresUser;
}

const UNFINISHED_PREFIX = 'postgres.unfinished-';
const run = promisify(execFile);

export function clusterDirectory(dataDir: string): string {
  return join(dataDir, 'postgres');
}

export interface Creation {
  /** Written to the disk before it is used. */
  readonly durable: boolean;
  /** Called when there is nothing yet. */
  readonly onCreate: () => void;
  /** Aborted: nothing is left of it. */
  readonly cancelled: AbortSignal | undefined;
}

export async function openCluster(dataDir: string, binaries: PostgresBinaries, creation: Creation): Promise<Cluster> {
  const directory = clusterDirectory(dataDir);
  const passwordFile = join(dataDir, 'postgres-password');
  const majorVersion = await majorVersionOf(directory);
  if (majorVersion === undefined) return createCluster(dataDir, passwordFile, binaries, creation);
  if (majorVersion !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `The database in ${directory} was made by PostgreSQL ${majorVersion}, the hub now brings ${binaries.majorVersion}: ` +
        `dump it with PostgreSQL ${majorVersion} and restore it, or move that directory away to begin with an empty one.`,
    );
  }
  const password = await readPassword(passwordFile);
  if (password === undefined) {
    throw new EmbeddedPostgresError(
      `The password of the database in ${directory} is gone: restore ${passwordFile}, or move that directory away to begin with an empty one.`,
    );
  }
  return { dataDir, directory, passwordFile, password, user: await choosePostgresUser(binaries.postgres, directory) };
}

/** `undefined` when nothing is there yet. */
async function majorVersionOf(directory: string): Promise<string | undefined> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    if (error.code !== 'EACCES') throw error;
    throw new EmbeddedPostgresError(
      `The database in ${directory} belongs to another user: start the hub as that user, or give the directory to this one with chown.`,
    );
  });
  if (entries.length === 0) return undefined;
  if (!entries.includes('PG_VERSION')) {
    throw new EmbeddedPostgresError(
      `${directory} holds something else than a PostgreSQL database: move it away, or set another DATA_DIR.`,
    );
  }
  return (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim();
}

/** Made beside its place and moved there when complete, so that a start that was killed half-way leaves nothing in the way. */
async function createCluster(
  dataDir: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  creation: Creation,
): Promise<Cluster> {
  creation.onCreate();
  await removeUnfinished(dataDir);
  const password = (await readPassword(passwordFile)) ?? (await createPassword(passwordFile));
  const unfinished = await mkdtemp(join(dataDir, UNFINISHED_PREFIX));
  try {
    if (process.getuid?.() === 0) await giveToOwnerOf(dataDir, unfinished);
    const user = await choosePostgresUser(binaries.postgres, unfinished);
    if (user.ids) await chown(passwordFile, user.ids.uid, user.ids.gid);
    await initialize(unfinished, dataDir, passwordFile, user, binaries.initdb, creation);
    const directory = clusterDirectory(dataDir);
    await rename(unfinished, directory);
    return { dataDir, directory, passwordFile, password, user };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function initialize(
  directory: string,
  dataDir: string,
  passwordFile: string,
  user: PostgresUser,
  initdb: string,
  { durable, cancelled }: Creation,
): Promise<void> {
  const [command, args] = commandFor(user, initdb, [
    `--pgdata=${directory}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]);
  try {
    const options = { cwd: dataDir, env: POSTGRES_ENVIRONMENT, windowsHide: true };
    const initialized = run(command, args, { ...user.ids, ...options, ...(cancelled && { signal: cancelled }) });
    const ended = once(initialized.child, 'close').catch(() => undefined);
    // An abort rejects at once: it may still write.
    await initialized.finally(() => ended);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new EmbeddedPostgresError(
      `The database could not be created in ${dataDir}: ${oneLine(stderr ?? '') || message}`,
    );
  }
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (entry.startsWith(UNFINISHED_PREFIX))
      await rm(join(dataDir, entry), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function giveToOwnerOf(dataDir: string, path: string): Promise<void> {
  const { uid, gid } = await stat(dataDir);
  await chown(path, uid, gid);
}

async function readPassword(passwordFile: string): Promise<string | undefined> {
  try {
    return (await readFile(passwordFile, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function createPassword(passwordFile: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
}
