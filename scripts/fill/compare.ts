import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { dataSourceOptions } from '../../ormconfig.js';
import { loadConfig } from '../../src/config/config.js';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { ApiClient } from '../../test/support/api-client.js';
import { HubProcess } from '../../test/support/hub-process.js';

/**
 * What accepting and delivering cost on a filled database beside an empty one on the same server: the same small load on both in
 * turns, since whatever else the machine does changes by the minute. Processor time tells more than the clock there.
 */

const ROUNDS = 15;
const EVENTS = 4_000;
const BATCH = 100;
const PRODUCERS = 4;
const EMPTY_DATABASE = 'hub_fill_compare';
const TICKS_PER_SECOND = 100;
const UTIME = 11;

interface Cost {
  readonly wallSeconds: number;
  readonly hubCpuSeconds: number;
  readonly databaseCpuSeconds: number;
}

interface Side {
  readonly name: string;
  readonly url: string;
  readonly database: string;
  readonly hub: HubProcess;
  readonly client: ApiClient;
  readonly costs: Cost[];
}

export async function compare(): Promise<void> {
  const config = loadConfig(process.env);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    let url = config.databaseUrl;
    let secretsKey = process.env.SECRETS_KEY ?? '';
    if (url === null) {
      const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, database: 'hub', log: () => undefined });
      stops.push(() => postgres.stop());
      url = postgres.url;
      secretsKey = (await readFile(join(config.dataDir, 'secrets.key'), 'utf8')).trim();
    }
    const emptyUrl = databaseOn(url, EMPTY_DATABASE);
    await onServer(url, `DROP DATABASE IF EXISTS ${EMPTY_DATABASE} WITH (FORCE)`);
    await onServer(url, `CREATE DATABASE ${EMPTY_DATABASE}`);
    stops.push(() => onServer(url, `DROP DATABASE ${EMPTY_DATABASE} WITH (FORCE)`));
    await migrate(dataSourceOptions(emptyUrl));
    // In a database of its own, so that it is not counted.
    const watch = new pg.Client({ connectionString: databaseOn(url, 'postgres') });
    await watch.connect();
    stops.push(() => watch.end());
    const receiver = await CountingReceiver.start();
    stops.push(() => receiver.stop());
    const sides: Side[] = [];
    for (const [name, databaseUrl] of [
      ['empty', emptyUrl],
      ['filled', url],
    ] as const) {
      const side = await startSide(name, databaseUrl, secretsKey, receiver.url);
      stops.push(() => side.hub.stop());
      sides.push(side);
    }
    for (const side of sides) await run(side, receiver, watch);
    for (let round = 0; round < ROUNDS; round++) {
      // Each side goes first as often as the other.
      for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
        side.costs.push(await run(side, receiver, watch));
      }
      console.log(
        `round ${round + 1} of ${ROUNDS}: ${sides.map(({ name, costs }) => `${name} ${shown(costs.at(-1))}`).join('; ')}`,
      );
    }
    report(sides);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function databaseOn(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).toString();
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function startSide(name: string, databaseUrl: string, secretsKey: string, receiverUrl: string): Promise<Side> {
  const operatorKey = process.env.BOOTSTRAP_API_KEY ?? 'fill_compare_operator_key_0123456789';
  const limits = { KEY_REQUESTS_PER_SECOND: '0', ACCOUNT_REQUESTS_PER_SECOND: '0' };
  const environment = { DATABASE_URL: databaseUrl, SECRETS_KEY: secretsKey, BOOTSTRAP_API_KEY: operatorKey, ...limits };
  const hub = await HubProcess.start(environment, 60_000);
  const operator = new ApiClient(hub.url, operatorKey);
  const answer = await operator.post('/v1/accounts', { name: 'Compared' });
  const client = new ApiClient(hub.url, (answer.body as { api_key: { key: string } }).api_key.key);
  await client.subscribe({ url: `${receiverUrl}/hook`, events: ['application.submitted'] });
  return { name, url: databaseUrl, database: new URL(databaseUrl).pathname.slice(1), hub, client, costs: [] };
}

/** From the first event sent in to the last one delivered and recorded. */
async function run({ url, hub, client, database }: Side, receiver: CountingReceiver, watch: pg.Client): Promise<Cost> {
  // What rounds before left of finished deliveries would be cleaned up sooner on one side than on the other.
  await onServer(url, 'VACUUM pending_deliveries');
  const before = { wall: performance.now(), hub: cpuOf(hub.pid), database: await cpuOfBackends(watch, database) };
  const arrived = receiver.next(EVENTS);
  let left = EVENTS / BATCH;
  const produce = async () => {
    while (left-- > 0) {
      const events = Array.from({ length: BATCH }, (_, index) => {
        const application = { id: `app_${left}_${index}`, status: 'pending', cover_letter: 'x'.repeat(700) };
        return { type: 'application.submitted', data: { application } };
      });
      const { status, text } = await client.post('/v1/events/batch', { events });
      if (status !== 202) throw new Error(`The events were refused: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: PRODUCERS }, produce));
  await arrived;
  const wallSeconds = (performance.now() - before.wall) / 1_000;
  await client.until(
    '/v1/deliveries?status=pending&limit=1',
    ({ data }: { data: unknown[] }) => data.length === 0,
    30_000,
  );
  return {
    wallSeconds,
    hubCpuSeconds: cpuOf(hub.pid) - before.hub,
    databaseCpuSeconds: increase(before.database, await cpuOfBackends(watch, database)),
  };
}

function shown(cost: Cost | undefined): string {
  if (!cost) return '';
  const { wallSeconds, hubCpuSeconds, databaseCpuSeconds } = cost;
  return `${wallSeconds.toFixed(2)} s, hub ${hubCpuSeconds.toFixed(2)}, database ${databaseCpuSeconds.toFixed(2)} CPU s`;
}

function report(sides: readonly Side[]): void {
  const median = ({ costs }: Side, of: (cost: Cost) => number) =>
    costs.map(of).sort((left, right) => left - right)[Math.floor(costs.length / 2)] ?? 0;
  const rows: [string, (cost: Cost) => number][] = [
    ['wall seconds', (cost) => cost.wallSeconds],
    ['hub CPU seconds', (cost) => cost.hubCpuSeconds],
    ['database CPU seconds', (cost) => cost.databaseCpuSeconds],
    ['CPU seconds together', (cost) => cost.hubCpuSeconds + cost.databaseCpuSeconds],
  ];
  console.log(`Median of ${ROUNDS} rounds of ${EVENTS} events of 1 KB, one delivery each:`);
  for (const [name, of] of rows) {
    const [empty = 0, filled = 0] = sides.map((side) => median(side, of));
    const change = ((filled / empty - 1) * 100).toFixed(1);
    console.log(`${name.padEnd(22)} empty ${empty.toFixed(2)}  filled ${filled.toFixed(2)}  ${change} %`);
  }
}

/** Linux alone tells: fields of /proc/PID/stat, counted behind the process's name. */
function stat(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

function cpuOf(pid: number): number {
  const fields = stat(pid);
  return ((fields[UTIME] ?? 0) + (fields[UTIME + 1] ?? 0)) / TICKS_PER_SECOND;
}

/** By process, of those that serve a database's connections; what all databases share, as the log's writer, is not counted. */
async function cpuOfBackends(watch: pg.Client, database: string): Promise<Map<number, number>> {
  const { rows } = await watch.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
    [database],
  );
  return new Map(rows.map(({ pid }) => [pid, quietly(() => cpuOf(pid))]));
}

/** Connections may be new, or closed for having been idle. */
function increase(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  return [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
}

/** A process may end between two looks. */
function quietly(look: () => number): number {
  try {
    return look();
  } catch {
    return 0;
  }
}

class CountingReceiver {
  private count = 0;
  private wanted = 0;
  private reached: () => void = () => undefined;
  private readonly server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.end('ok');
      if (++this.count === this.wanted) this.reached();
    });
  });

  static async start(): Promise<CountingReceiver> {
    const receiver = new CountingReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves with the last of the next calls. */
  next(calls: number): Promise<void> {
    this.count = 0;
    this.wanted = calls;
    return new Promise((resolve) => (this.reached = resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
