import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { waitForProcessEnd } from '../../src/database/embedded-postgres-process.js';
import type { Environment } from '../../test/support/hub-process.js';
import { makePostgresDirectory, PrivatePostgres, runningPostgres } from '../../test/support/postgres.js';
import { type PrivateRedis, startPrivateRedis } from '../../test/support/redis.js';
import { SENDING_PER_CALL } from '../../src/dispatch/sending-limits.js';
import type { Kill, Victim } from './plan.js';
import { findLastingPort } from './ports.js';
import { SupervisedHub } from './supervised-hub.js';

export type Queue = 'bull' | 'in-process';
/** `embedded`: the hub's own, as `npm start` runs it; only with the in-process queue. */
export type Database = 'separate' | 'embedded';

const WORKER_CONCURRENCY = 32;
/** Calls that one sending process may have made and not yet recorded: what a kill of it may leave off the record. */
export const CALLS_UNRECORDED = WORKER_CONCURRENCY * SENDING_PER_CALL;
const MAX_HUB_AWAY_MS = 1_000;
const MAX_SERVER_AWAY_MS = 3_000;
const QUIT_LIMIT_MS = 10_000;

interface Member {
  readonly victim: Victim;
  /** Its kill ends calls that were under way. */
  readonly sends: boolean;
  isUp(): boolean;
  kill(awayMs: number): Promise<void>;
}

/** The hub with all that it needs, each a process of its own; whatever was started stops with it. */
export class Cluster {
  readonly adminKey = `hub_${randomBytes(32).toString('base64url')}`;
  private readonly members = new Map<string, Member>();
  private readonly hubs: SupervisedHub[] = [];
  private readonly stops: (() => Promise<unknown>)[] = [];
  private readonly underWay: Promise<unknown>[] = [];
  private url = '';
  private databaseUrlOf: () => Promise<string> = () => Promise.reject(new Error('There is no database yet.'));
  private openFrozen: () => Promise<string> = () => this.databaseUrl();

  /** The caller stops it, also when the start fails. */
  async start(queue: Queue, database: Database): Promise<void> {
    const port = await findLastingPort();
    this.url = `http://127.0.0.1:${port}`;
    const environment = {
      PORT: String(port),
      BOOTSTRAP_API_KEY: this.adminKey,
      WORKER_CONCURRENCY: String(WORKER_CONCURRENCY),
    };
    if (queue === 'in-process' && database === 'embedded') return this.startEmbedded(environment);
    const shared = { ...environment, ...(await this.startPostgres()) };
    if (queue === 'in-process') return this.startHubs({ hub: shared });
    const withRedis = { ...shared, ...(await this.startRedis()) };
    const worker = { ...withRedis, ROLE: 'worker', PORT: '0' };
    await this.startHubs({ api: { ...withRedis, ROLE: 'api' }, 'worker-1': worker, 'worker-2': worker });
  }

  get apiUrl(): string {
    return this.url;
  }

  /** Somebody accepts events, and somebody sends them. */
  get isServing(): boolean {
    const up = this.hubs.filter(({ isUp }) => isUp);
    return up.some(({ accepts }) => accepts) && up.some(({ sends }) => sends);
  }

  get victims(): Victim[] {
    return [...this.members.values()].map(({ victim }) => victim);
  }

  /** Ends of hub processes that nobody asked for. */
  get endedByItself(): string[] {
    return this.hubs.flatMap(({ endedByItself }) => endedByItself);
  }

  get outputs(): ReadonlyMap<string, string> {
    return new Map(this.hubs.map(({ name, output }) => [name, output]));
  }

  sends(target: string): boolean {
    return this.members.get(target)?.sends ?? false;
  }

  databaseUrl(): Promise<string> {
    return this.databaseUrlOf();
  }

  /** `null`: it is not back from the last time. Else resolves once it is. */
  kill({ target, awayMs }: Kill): Promise<void> | null {
    const member = this.members.get(target);
    if (!member) throw new Error(`There is no ${target}.`);
    if (!member.isUp()) return null;
    const killed = member.kill(awayMs);
    // Whoever waits until all is settled is told.
    killed.catch(() => undefined);
    this.underWay.push(killed);
    return killed;
  }

  /** Resolves once all that was killed is back. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.splice(0));
    await Promise.all(this.hubs.map((hub) => hub.settled()));
  }

  /** Ends the hub as an operator does, and answers where its database can be read now, and who did not end with 0. */
  async freeze(): Promise<{ databaseUrl: string; badEnds: string[] }> {
    const ends = await Promise.all(this.hubs.map(async (hub) => ({ name: hub.name, code: await hub.stop() })));
    const badEnds = ends.filter(({ code }) => code !== 0).map(({ name, code }) => `${name} ended with ${code}`);
    return { databaseUrl: await this.openFrozen(), badEnds };
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }

  private async startHubs(environments: Readonly<Record<string, Environment>>): Promise<void> {
    for (const [name, environment] of Object.entries(environments)) {
      const hub = new SupervisedHub(name, environment);
      this.hubs.push(hub);
      this.stops.push(() => hub.stop('SIGKILL'));
      const victim = { target: name, maxAwayMs: MAX_HUB_AWAY_MS };
      this.members.set(name, {
        victim,
        sends: hub.sends,
        isUp: () => hub.isUp,
        kill: (awayMs) => hub.kill(awayMs),
      });
    }
    await Promise.all(this.hubs.map((hub) => hub.start()));
  }

  private async startPostgres(): Promise<Environment> {
    const postgres = await PrivatePostgres.start({ port: String(await findLastingPort()) });
    this.stops.push(() => postgres.stop());
    this.addServer('postgres', {
      crash: () => postgres.crash(),
      restart: () => postgres.restart(),
    });
    this.databaseUrlOf = async () => postgres.url;
    return { DATABASE_URL: postgres.url, SECRETS_KEY: randomBytes(32).toString('base64') };
  }

  private async startRedis(): Promise<Environment> {
    let redis: PrivateRedis = await startPrivateRedis(await findLastingPort());
    this.stops.push(() => redis.stop());
    this.addServer('redis', {
      crash: () => redis.kill(),
      // Nothing of it is on disk: it comes back empty.
      restart: async () => void (redis = await startPrivateRedis(redis.port)),
    });
    return { REDIS_URL: redis.url };
  }

  private addServer(target: string, server: { crash(): Promise<void>; restart(): Promise<void> }): void {
    let isUp = true;
    let underWay = Promise.resolve();
    const crash = async (awayMs: number) => {
      isUp = false;
      await server.crash();
      await delay(awayMs);
      await server.restart();
      isUp = true;
    };
    const kill = (awayMs: number) => (underWay = crash(awayMs));
    // One that is just coming back has to be there to be stopped.
    this.stops.push(() => underWay.catch(() => undefined));
    const victim = { target, maxAwayMs: MAX_SERVER_AWAY_MS };
    this.members.set(target, { victim, sends: false, isUp: () => isUp, kill });
  }

  /** The hub owns its database here, and ends when that ends. */
  private async startEmbedded(environment: Environment): Promise<void> {
    const directory = await makePostgresDirectory();
    const dataDir = directory.path;
    this.stops.push(() => directory.remove());
    this.stops.push(() => quitPostgres(dataDir));
    this.databaseUrlOf = async () => {
      const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
      const running = await runningPostgres(dataDir);
      return `postgresql://hub:${password}@127.0.0.1:${running?.port}/hub?sslmode=disable`;
    };
    this.openFrozen = async () => {
      const postgres = await startEmbeddedPostgres({ dataDir, database: 'hub', log: () => undefined });
      this.stops.push(() => postgres.stop());
      return postgres.url;
    };
    await this.startHubs({ hub: { ...environment, DATA_DIR: dataDir } });
    for (const hub of this.hubs) {
      const kill = (awayMs: number) =>
        hub.kill(awayMs, async (process) => {
          await quitPostgres(dataDir);
          await process.exit();
        });
      const victim = { target: 'postgres', maxAwayMs: MAX_HUB_AWAY_MS };
      this.members.set('postgres', { victim, sends: true, isUp: () => hub.isUp, kill });
    }
  }
}

/** An immediate shutdown. */
async function quitPostgres(dataDir: string): Promise<void> {
  const running = await runningPostgres(dataDir);
  if (!running) return;
  process.kill(running.pid, 'SIGQUIT');
  await waitForProcessEnd(running.pid, QUIT_LIMIT_MS);
}
