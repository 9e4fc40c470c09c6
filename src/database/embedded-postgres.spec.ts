import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const REGISTER_TYPESCRIPT = new URL('../../test/support/register-typescript.mjs', import.meta.url).href;

/** A hub that prints its database's URL and, like one that drains, does not end on Ctrl-C. */
const HUB = `
  import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)};
  process.on('SIGINT', () => console.log('interrupted'));
  const { url } = await startEmbeddedPostgres({ dataDir: process.argv[1], database: 'hub', settings: { fsync: 'off' }, log() {} });
  console.log(url);
`;

const isRoot = process.getuid?.() === 0;

let workDir: string;
let dataDir: string;
let running: EmbeddedPostgres[];
let hubs: ChildProcess[];

beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'hub-embedded-postgres-'));
  await chmod(workDir, 0o755);
  dataDir = join(workDir, 'data');
  running = [];
  hubs = [];
});

afterEach(async () => {
  await Promise.all(hubs.map(kill));
  // Also ends what a killed hub may have left behind.
  if (hubs.length > 0 && running.length === 0) await start().catch(() => undefined);
  await Promise.all(running.map((postgres) => postgres.stop()));
  await rm(workDir, { recursive: true, force: true });
});

async function start(settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    database: 'hub',
    settings: { fsync: 'off', ...settings },
    log: () => undefined,
  });
  running.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

function spawnHub(): { process: ChildProcess; nextLine: () => Promise<string> } {
  const args = ['--import', REGISTER_TYPESCRIPT, '--input-type=module', '--eval', HUB, dataDir];
  const hub = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  hubs.push(hub);
  const lines = createInterface(hub.stdout)[Symbol.asyncIterator]();
  return { process: hub, nextLine: async () => String((await lines.next()).value) };
}

async function kill(hub: ChildProcess): Promise<void> {
  if (hub.exitCode !== null || hub.signalCode !== null) return;
  hub.kill('SIGKILL');
  await once(hub, 'exit');
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

function hasUserNamespaces(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-user=1', '--', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('The embedded PostgreSQL', () => {
  it('is PostgreSQL 18 with Unicode text, and finds its data again at the next start', async () => {
    const first = await start();
    await query(first.url, `CREATE TABLE kept AS SELECT lower('ÅSA') AS name`);
    await first.stop();

    const second = await start();
    expect(await query(second.url, 'SELECT name FROM kept')).toEqual([['åsa']]);
    expect(await query(second.url, `SELECT current_setting('server_version') LIKE '18.%'`)).toEqual([[true]]);
  });

  it('listens on the loopback address only and lets nobody in without the password, which only its user can read', async () => {
    const { url } = await start();
    const guessed = new URL(url);
    guessed.password = 'guessed';

    await expect(query(guessed.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(
      await query(url, `SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')`),
    ).toEqual([['127.0.0.1', '']]);
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
  });

  it('says what it is doing when that takes a while', async () => {
    const told: string[] = [];
    const options = { dataDir, database: 'hub', settings: { fsync: 'off' }, log: () => undefined, slowAfterMs: 0 };
    const tellWhenSlow = (line: string) => told.push(line);
    await (await startEmbeddedPostgres({ ...options, tellWhenSlow })).stop();
    await (await startEmbeddedPostgres({ ...options, tellWhenSlow })).stop();
    expect(told).toEqual([
      `Creating the database in ${dataDir}: only the first start takes so long.`,
      `Starting the database in ${dataDir}: after a crash that takes longer.`,
    ]);
  });

  it('takes further server settings', async () => {
    const { url } = await start({ max_connections: '37' });
    expect(await query(url, 'SHOW max_connections')).toEqual([['37']]);
  });

  it('stops once, however often it is asked to, and does not report that as an end of its own', async () => {
    const postgres = await start();
    await Promise.all([postgres.stop(), postgres.stop()]);
    await postgres.stop();
    const outcome = await Promise.race([postgres.exited.then(() => 'exited'), Promise.resolve('stopped')]);

    expect(outcome).toBe('stopped');
    await expect(query(postgres.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
  });

  it('tells when PostgreSQL ends by itself, and starts again afterwards', async () => {
    const postgres = await start();
    process.kill(await postmasterPid(), 'SIGKILL');
    await postgres.exited;
    await postgres.stop();

    expect(await query((await start()).url, 'SELECT 1')).toEqual([[1]]);
  });
});

describe('Two hubs on one data directory', () => {
  it('the second is refused in one line, and the first goes on', async () => {
    const first = await start();
    const session = new Client({ connectionString: first.url });
    await session.connect();

    const refusal = await start().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(refusal)).toMatch(/^EmbeddedPostgresError: Another hub \(process \d+\) is running on .*DATA_DIR/);
    expect((await session.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await session.end();
  });

  it('of several that start at once over the lock of a dead one, exactly one wins', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'hub.lock'), `${process.pid} not-its-start-time\n`);

    const outcomes = await Promise.allSettled([start(), start(), start(), start()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('After a hub was killed', () => {
  it('stops the PostgreSQL that it left running, with its sessions, and starts on the same data', async () => {
    const hub = spawnHub();
    const url = await hub.nextLine();
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS id');
    const leftover = await postmasterPid();
    await kill(hub.process);
    expect(await query(url, 'SELECT id FROM kept')).toEqual([[1]]);

    const postgres = await start();
    expect(await query(postgres.url, 'SELECT id FROM kept')).toEqual([[1]]);
    expect(await postmasterPid()).not.toBe(leftover);
    await expect(query(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not mistake another program that got the process number for PostgreSQL', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n`);

    expect(await query((await start()).url, 'SELECT 1')).toEqual([[1]]);
  });

  it('begins anew when it was killed while creating the database', async () => {
    const unfinished = join(dataDir, 'postgres.unfinished-abc123');
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, 'PG_VERSION'), '18\n');

    expect(await query((await start()).url, 'SELECT 1')).toEqual([[1]]);
    expect(await readdir(dataDir)).not.toContain('postgres.unfinished-abc123');
  });
});

describe('Ctrl-C in the terminal', () => {
  it('reaches the hub and not its database', async () => {
    const hub = spawnHub();
    const url = await hub.nextLine();
    process.kill(-Number(hub.process.pid), 'SIGINT');

    expect(await hub.nextLine()).toBe('interrupted');
    expect(await query(url, 'SELECT 1')).toEqual([[1]]);
  });
});

describe('What can not work', () => {
  it('is refused when the data is of another major version', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');

    await expect(start()).rejects.toThrow(/made by PostgreSQL 17, the hub now brings 18/);
  });

  it('is refused when the directory holds something else', async () => {
    await mkdir(join(dataDir, 'postgres', 'photos'), { recursive: true });
    await expect(start()).rejects.toThrow(/holds something else than a PostgreSQL database: move it away/);
  });

  it('is refused when the password does not fit, and nothing is left running', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres-password'), 'another\n');

    await expect(start()).rejects.toThrow(/The password in .* is not that of the database/);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
  });

  it('is explained with the last lines of the server log', async () => {
    await expect(start({ shared_buffers: 'plenty' })).rejects.toThrow(
      /PostgreSQL did not start: .*invalid value for parameter "shared_buffers".*postgres\.log/,
    );
  });
});

describe('Started by root', () => {
  const whenPossible = isRoot && hasUserNamespaces() ? it : it.skip;
  const whenRoot = isRoot ? it : it.skip;

  whenPossible('works below a directory that is closed to everyone else, and no file changes hands', async () => {
    await chmod(workDir, 0o700);
    const { url } = await start();

    expect(await query(url, 'SELECT 1')).toEqual([[1]]);
    expect((await stat(join(dataDir, 'postgres', 'PG_VERSION'))).uid).toBe(0);
  });

  whenRoot('leaves the files in the data directory of an ordinary user to that user', async () => {
    const daemonUid = 1;
    await mkdir(dataDir);
    await chown(dataDir, daemonUid, daemonUid);
    const { url } = await start();

    expect(await query(url, 'SELECT 1')).toEqual([[1]]);
    const owners = await Promise.all(
      ['postgres-password', 'postgres.log', 'postgres/PG_VERSION'].map(
        async (file) => (await stat(join(dataDir, file))).uid,
      ),
    );
    expect(owners).toEqual([daemonUid, daemonUid, daemonUid]);
  });
});
