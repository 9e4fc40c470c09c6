/**
 * Decides as whom PostgreSQL's programs run. They refuse root, so a hub that is root has to start them as someone else,
 * who must still be able to reach the programs and the data.
 */
import { execFile } from 'node:child_process';
import { chmod, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface PostgresUser {
  /** Put in front of a program and its arguments. */
  readonly launcher: readonly string[];
  /** Switched to by the started process; unset: the hub's own. */
  readonly ids?: UserIds;
}

interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: UserIds = { uid: 0, gid: 0 };
const SYSTEM_ACCOUNTS = ['postgres', 'nobody', 'daemon'];
const run = promisify(execFile);

/** Afterwards the directory belongs to whom PostgreSQL runs as, which it insists on. */
export async function choosePostgresUser(postgres: string, directory: string): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { launcher: [] };
  for (const user of await candidatesForRoot(postgres, directory)) {
    await handOver(directory, user.ids ?? ROOT);
    if (await canWork(user, postgres, directory)) return user;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and no other user can reach both ${postgres} and ${dirname(directory)}: ` +
      'start the hub as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Program and arguments, as `child_process` takes them. */
export function commandFor(user: PostgresUser, program: string, args: readonly string[]): [string, string[]] {
  const [first = program, ...rest] = [...user.launcher, program, ...args];
  return [first, rest];
}

/**
 * A directory that isn't root's stays with its owner. Otherwise a user namespace comes first: in it the process takes itself
 * for an ordinary user and is still root to the file system, so it also works below a directory that is closed to
 * everyone else, and no file changes hands. Where namespaces are forbidden, as in many containers, another user has to do.
 */
async function candidatesForRoot(postgres: string, directory: string): Promise<PostgresUser[]> {
  const account = await findSystemAccount();
  const owners = [await stat(directory), await stat(postgres)].map(({ uid, gid }) => ({
    launcher: [],
    ids: { uid, gid },
  }));
  const [ofDirectory, ofPrograms] = owners.map((user) => (user.ids.uid === ROOT.uid ? [] : [user]));
  return [
    ...(ofDirectory ?? []),
    ...(account ? [{ launcher: ['unshare', '--user', `--map-user=${account.uid}`, '--'] }] : []),
    ...(ofPrograms ?? []),
    ...(account ? [{ launcher: [], ids: account }] : []),
  ];
}

async function findSystemAccount(): Promise<UserIds | undefined> {
  const lines = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const accounts = lines.split('\n').map((line) => line.split(':'));
  for (const wanted of SYSTEM_ACCOUNTS) {
    const [, , uid, gid] = accounts.find(([name]) => name === wanted) ?? [];
    // macOS gives nobody a negative number, which can't be switched to.
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** The user must have a name (initdb looks it up), reach and execute the programs, and write to the directory. */
async function canWork(user: PostgresUser, postgres: string, directory: string): Promise<boolean> {
  const script = 'id -un && "$0" --version && test -w "$1"';
  const [command, args] = commandFor(user, 'sh', ['-c', script, postgres, directory]);
  return run(command, args, { ...user.ids, cwd: '/', env: {} }).then(
    () => true,
    () => false,
  );
}

async function handOver(directory: string, { uid, gid }: UserIds): Promise<void> {
  if (uid !== ROOT.uid) await letPassThrough(dirname(directory));
  if ((await stat(directory)).uid === uid) return;
  for (const entry of await readdir(directory, { recursive: true })) await lchown(join(directory, entry), uid, gid);
  // Last, for the next start takes its owner as a sign that all was done.
  await lchown(directory, uid, gid);
}

/** Files in it are closed one by one. */
async function letPassThrough(directory: string): Promise<void> {
  const { mode } = await stat(directory);
  if ((mode & 0o011) !== 0o011) await chmod(directory, mode | 0o011);
}
