import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, requiredEnvironment, type TestDatabase } from '../support/databases.js';
import { QUEUES } from '../support/hub.js';
import {
  type Environment,
  HubProcess,
  makeDataDir,
  requireFreshBuild,
  untilCallsMade,
} from '../support/hub-process.js';
import { Receiver } from '../support/receiver.js';

/** The built program, started and stopped as an operator does it. */

const SECRETS_KEY = randomBytes(32).toString('base64');
const ADMIN_KEY = `hub_${randomBytes(32).toString('base64url')}`;
const STOP_LIMIT_MS = 10_000;

/** Undone after each test, the last first. */
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(requireFreshBuild);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(environment: Environment): Promise<HubProcess> {
  const hub = await HubProcess.start(environment);
  cleanUps.push(() => hub.stop('SIGKILL'));
  return hub;
}

async function startReceiver(): Promise<Receiver> {
  const receiver = await Receiver.start();
  cleanUps.push(() => receiver.close());
  return receiver;
}

async function useDatabase(): Promise<Environment> {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  return { DATABASE_URL: database.url, SECRETS_KEY, BOOTSTRAP_API_KEY: ADMIN_KEY };
}

/** A port that something else listens on. */
async function usePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function useDataDir(): Promise<string> {
  const directory = await makeDataDir();
  cleanUps.push(() => directory.remove());
  return directory.path;
}

describe('a start with nothing but a data directory', () => {
  it('prints one admin key at the very first, and finds its data at every later one', async () => {
    const DATA_DIR = await useDataDir();
    const first = await start({ DATA_DIR });
    const key = first.printedKey ?? '';
    expect(first.stdout).toContain(`Console     ${first.url}/console`);
    expect(first.stdout).toContain(`Swagger UI  ${first.url}/docs`);
    const event = await new ApiClient(first.url, key).send({ type: 'custom.kept', data: { n: 1 } });
    expect(await first.stop()).toMatchObject({ code: 0 });

    const second = await start({ DATA_DIR });
    expect(second.printedKey).toBeNull();
    const { status, body } = await new ApiClient(second.url, key).get(`/v1/events/${event.id}`);
    expect([status, body.data]).toEqual([200, { n: 1 }]);
    expect(await second.stop()).toMatchObject({ code: 0, signal: null });
    expect(first.stderr + second.stderr).toBe('');
  });

  it('makes no admin key when it cannot listen: the first start that can shows it', async () => {
    const DATA_DIR = await useDataDir();
    const PORT = String(await usePort());
    const first = HubProcess.spawn({ DATA_DIR, PORT });
    cleanUps.push(() => first.stop('SIGKILL'));
    expect(await first.exit()).toMatchObject({ code: 1 });
    expect([first.printedKey, first.stderr]).toEqual([
      null,
      expect.stringMatching(/^PORT \d+ on 127\.0\.0\.1 is in use: .+\n$/),
    ]);

    const second = await start({ DATA_DIR });
    expect((await new ApiClient(second.url, second.printedKey ?? '').get('/v1/me')).status).toBe(200);
  });

  it('takes back what it has begun of the database when it is stopped while it creates it', async () => {
    const DATA_DIR = await useDataDir();
    const hub = HubProcess.spawn({ DATA_DIR });
    cleanUps.push(() => hub.stop('SIGKILL'));
    const created = () => readdir(DATA_DIR).then((entries) => entries.filter((name) => name.startsWith('postgres.')));
    while ((await created()).length === 0) await setImmediate();
    expect(await hub.stop()).toMatchObject({ code: 0, signal: null });
    expect(hub.stderr).toBe('');
    const events = hub.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.filter((event) => event !== 'postgres.starting')).toEqual(['hub.stopping', 'hub.start_given_up']);
    expect(await readdir(DATA_DIR)).toEqual(['postgres-password']);
  });

  it('leaves no PostgreSQL behind when it is stopped before it runs', async () => {
    const DATA_DIR = await useDataDir();
    const hub = HubProcess.spawn({ DATA_DIR });
    cleanUps.push(() => hub.stop('SIGKILL'));
    const pidFile = join(DATA_DIR, 'postgres', 'postmaster.pid');
    while (!(await readFile(pidFile, 'utf8').catch(() => '')).includes('ready')) await setImmediate();
    const postmaster = Number.parseInt(await readFile(pidFile, 'utf8'), 10);
    expect(await hub.stop()).toMatchObject({ code: 0, signal: null });
    expect(() => process.kill(postmaster, 0)).toThrow('ESRCH');
  });

  it('leaves no PostgreSQL behind when it is stopped in the middle of a test call', async () => {
    const DATA_DIR = await useDataDir();
    const receiver = await startReceiver();
    receiver.answer('/hang', 'hang');
    const hub = await start({ DATA_DIR });
    const postmaster = Number.parseInt(await readFile(join(DATA_DIR, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    const api = new ApiClient(hub.url, hub.printedKey ?? '');
    const { id } = await api.subscribe({ url: `${receiver.url}/hang`, events: ['*'], timeout_ms: 60_000 });
    const test = api.post(`/v1/subscriptions/${id}/test`).catch(() => null);
    await receiver.waitFor('/hang', 1);
    const exit = await hub.stop();
    await test;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterMs).toBeLessThan(STOP_LIMIT_MS);
    expect(() => process.kill(postmaster, 0)).toThrow('ESRCH');
  });

  it('serves the Swagger UI with everything that it loads', async () => {
    const hub = await start(await useDatabase());
    for (const path of ['/docs', '/docs/']) {
      const page = await fetch(hub.url + path);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
      const html = await page.text();
      const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset = '']) => asset);
      expect(assets.length).toBeGreaterThanOrEqual(4);
      // Scripts of its own alone, none of them inline, and in nobody's frame.
      expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
      expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\son[a-z]+=/i);
      for (const asset of [...assets, '/openapi.json']) {
        const { status } = await fetch(new URL(asset, page.url));
        expect([path, asset, status]).toEqual([path, asset, 200]);
      }
    }
  });
});

describe('a caller that goes away in the middle of its request', () => {
  it('is no failure of the hub', async () => {
    const hub = await start(await useDatabase());
    const { hostname, port } = new URL(hub.url);
    const caller = connect(Number(port), hostname);
    await once(caller, 'connect');
    caller.write(
      'POST /v1/events HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    caller.resetAndDestroy();
    await once(caller, 'close');
    expect((await new ApiClient(hub.url, ADMIN_KEY).get('/v1/me')).status).toBe(200);
    await hub.stop();
    expect(hub.stdout).not.toContain('request.failed');
  });
});

describe.each(QUEUES)('SIGTERM with the %s queue', (queue) => {
  const redis = (): Environment => (queue === 'bull' ? { REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') } : {});

  it('lets calls in flight end, records them and makes none of them again', async () => {
    const environment = { ...(await useDatabase()), ...redis() };
    const receiver = await startReceiver();
    const { api, hub } = await startWith(environment, receiver);
    const release = holdAnswers(receiver);
    await sendMany(api, 4);
    await receiver.waitFor('/hook', 4);

    const stopped = hub.stop();
    release();
    expect(await stopped).toMatchObject({ code: 0, signal: null });

    const again = await start(environment);
    const client = new ApiClient(again.url, ADMIN_KEY);
    const { body } = await client.get('/v1/deliveries?limit=200');
    expect((body.data as { status: string }[]).map(({ status }) => status)).toEqual(Array(4).fill('delivered'));
    expect(receiver.on('/hook')).toHaveLength(4);
  });

  it('gives back what a receiver holds up, exits in time and loses nothing', async () => {
    const environment = { ...(await useDatabase()), ...redis(), TARGET_CONCURRENCY: '4' };
    const receiver = await startReceiver();
    const { api, hub } = await startWith(environment, receiver);
    const release = holdAnswers(receiver);
    await sendMany(api, 20);
    await receiver.waitFor('/hook', 4);
    const exit = await hub.stop();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterMs).toBeLessThan(STOP_LIMIT_MS);

    release();
    const again = await start(environment);
    await new ApiClient(again.url, ADMIN_KEY).until(
      '/v1/deliveries?status=delivered',
      ({ data }) => data.length === 20,
    );
    const ids = receiver.on('/hook').map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(20);
    expect(ids.length).toBeLessThanOrEqual(24);
  });
});

async function startWith(environment: Environment, receiver: Receiver) {
  const hub = await start(environment);
  const api = new ApiClient(hub.url, ADMIN_KEY);
  await api.subscribe({ url: `${receiver.url}/hook`, events: ['custom.n'] });
  return { hub, api };
}

async function sendMany(api: ApiClient, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({ type: 'custom.n', data: { n } }));
  const { status } = await api.post('/v1/events/batch', { events });
  expect(status).toBe(202);
}

/** No call is answered until the returned function is called; from then on all are. */
function holdAnswers(receiver: Receiver): () => void {
  const held: (() => void)[] = [];
  let released = false;
  receiver.answer('/hook', (_call, response) => {
    if (released) response.end();
    else held.push(() => response.end());
  });
  return () => {
    released = true;
    for (const answer of held) answer();
  };
}

(QUEUES.includes('bull') ? describe : describe.skip)('one API process and two workers', () => {
  it('deliver what the API accepted, share it, and each stop cleanly', async () => {
    const shared = { ...(await useDatabase()), REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') };
    const receiver = await startReceiver();
    const api = await start({ ...shared, ROLE: 'api' });
    const client = new ApiClient(api.url, ADMIN_KEY);
    await client.subscribe({ url: `${receiver.url}/hook`, events: ['custom.n'] });
    await sendMany(client, 50);
    const workers = await Promise.all([start({ ...shared, ROLE: 'worker' }), start({ ...shared, ROLE: 'worker' })]);
    for (let round = 0; round < 10; round++) await sendMany(client, 25);
    await receiver.waitFor('/hook', 300);
    await client.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
    expect(new Set(receiver.on('/hook').map(({ headers }) => headers['webhook-id'])).size).toBe(300);
    expect(receiver.on('/hook')).toHaveLength(300);
    const made = await untilCallsMade(workers, 300);
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(300);
    const elsewhere = await fetch(`${workers[0]?.workerUrl}/v1/me`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    expect(elsewhere.status).toBe(404);
    const exits = await Promise.all([api, ...workers].map((hub) => hub.stop()));
    expect(exits).toMatchObject(exits.map(() => ({ code: 0, signal: null })));
  });
});

describe('a start that cannot succeed', () => {
  let database: TestDatabase;
  let whole: Environment;

  beforeAll(async () => {
    database = await createTestDatabase();
    whole = { DATABASE_URL: database.url, SECRETS_KEY, BOOTSTRAP_API_KEY: ADMIN_KEY };
  });

  afterAll(() => database.drop());

  /** The lines that it says, once it has exited with 1. */
  async function refusal(environment: Environment): Promise<string[]> {
    const hub = HubProcess.spawn(environment);
    cleanUps.push(() => hub.stop('SIGKILL'));
    const { code } = await hub.exit();
    expect([code, hub.stdout]).toEqual([1, '']);
    return hub.stderr.trimEnd().split('\n');
  }

  function changed(change: (url: URL) => void): Environment {
    const url = new URL(database.url);
    change(url);
    return { ...whole, DATABASE_URL: url.toString() };
  }

  it('names a port in use', async () => {
    const port = await usePort();
    expect(await refusal({ ...whole, PORT: String(port) })).toEqual([
      `PORT ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT to another one.`,
    ]);
  });

  it.each(['192.0.2.1', 'host.invalid'])('names an address that is not this machine’s: %s', async (HOST) => {
    expect(await refusal({ ...whole, HOST })).toEqual([
      expect.stringContaining(`The hub cannot listen on ${HOST}:0: check HOST and PORT`),
    ]);
  });

  it('names every broken variable, a line each', async () => {
    expect(await refusal({ PORT: 'x', ROLE: 'both', LOG_LEVEL: 'loud' })).toEqual([
      expect.stringMatching(/^PORT must be/),
      expect.stringMatching(/^ROLE must be/),
      expect.stringMatching(/^LOG_LEVEL must be/),
    ]);
  });

  it('asks for the SECRETS_KEY that a database needs', async () => {
    expect(await refusal({ DATABASE_URL: database.url })).toEqual([expect.stringMatching(/^SECRETS_KEY must be set/)]);
  });

  it('refuses a SECRETS_KEY that the database was not written with', async () => {
    await (await start(whole)).stop();
    const lines = await refusal({ ...whole, SECRETS_KEY: randomBytes(32).toString('base64') });
    expect(lines).toEqual([expect.stringMatching(/^SECRETS_KEY does not fit this database/)]);
    const rotated = await start({ ...whole, SECRETS_KEY: `${randomBytes(32).toString('base64')},${SECRETS_KEY}` });
    expect(rotated.url).toMatch(/^http/);
  });

  it.each([
    ['nobody answers at', (url: URL) => (url.port = '1')],
    ['has no such name', (url: URL) => (url.hostname = 'database.invalid')],
    ['lets nobody in with such a user and password', (url: URL) => (url.username = 'nobody_at_all')],
    ['has no such database', (url: URL) => (url.pathname = '/no_such_database')],
  ])('tells of a DATABASE_URL that %s', async (_what, change) => {
    const lines = await refusal(changed(change));
    expect(lines).toEqual([expect.stringMatching(/^The database cannot be used: .+ Check DATABASE_URL\.$/)]);
    expect(lines[0]).not.toContain(new URL(database.url).password || 'no password');
  });

  it('tells of a data directory that another hub uses', async () => {
    const DATA_DIR = await useDataDir();
    await start({ DATA_DIR });
    expect(await refusal({ DATA_DIR })).toEqual([expect.stringContaining(DATA_DIR)]);
  });

  it('tells of a data directory that it cannot write to', async () => {
    expect(await refusal({ DATA_DIR: '/dev/null/data' })).toEqual([expect.stringContaining('DATA_DIR')]);
  });
});

describe('a start without Redis, where there should be one', () => {
  it('accepts events all the same', async () => {
    const hub = await start({ ...(await useDatabase()), REDIS_URL: 'redis://127.0.0.1:1' });
    const { id } = await new ApiClient(hub.url, ADMIN_KEY).send({ type: 'custom.kept', data: {} });
    expect(id).toMatch(/^evt_/);
    expect(await hub.stop()).toMatchObject({ code: 0 });
  });
});
