import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Pool } from 'undici';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { findLastingPort } from '../chaos/ports.js';
import { CALLS_AT_ONCE } from './bare.js';
import { until } from './child.js';
import type { BenchOptions, QueueKind } from './options.js';
import { cpuSeconds, databasePids, residentMb } from './system.js';

const CONNECTIONS = 64;
/** Of those that `npm start` has, what makes a difference to speed. */
const NODE_OPTIONS = ['--use-largepages=silent'];

export interface Usage {
  readonly hubCpuSeconds: number;
  readonly databaseCpuSeconds: number;
  readonly commits: number;
}

/** The hub under test, as a user starts it: one process with its own database, or an API process with workers. */
export class BenchHub {
  private readonly processes: ChildProcess[] = [];
  private database: EmbeddedPostgres | null = null;
  private pool: Pool | null = null;
  private port = 0;

  private constructor(
    readonly dataDir: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly profileDir: string | null,
  ) {}

  /** One process, role `all`. */
  static async single(queue: QueueKind, options: BenchOptions): Promise<BenchHub> {
    const hub = await BenchHub.prepare(queue, options);
    await hub.startProcess({});
    await hub.ready();
    return hub;
  }

  /** One API process and so many workers, on Bull. */
  static async withWorkers(workers: number, options: BenchOptions): Promise<BenchHub> {
    const hub = await BenchHub.prepare('bull', options);
    hub.database = await startEmbeddedPostgres({ dataDir: hub.dataDir, database: 'hub', log: () => undefined });
    const shared = { DATABASE_URL: hub.database.url, SECRETS_KEY: randomBytes(32).toString('base64') };
    await hub.startProcess({ ...shared, ROLE: 'api' });
    await hub.ready();
    const { PORT: _, ...withoutPort } = hub.environment;
    for (let index = 0; index < workers; index++) hub.fork({ ...withoutPort, ...shared, ROLE: 'worker' });
    return hub;
  }

  private static async prepare(queue: QueueKind, options: BenchOptions): Promise<BenchHub> {
    const dataDir = await mkdtemp(join(tmpdir(), 'hub-bench-'));
    const environment = {
      DATA_DIR: dataDir,
      BOOTSTRAP_API_KEY: `hub_${randomBytes(32).toString('base64url')}`,
      LOG_LEVEL: 'warn',
      TARGET_CONCURRENCY: String(CALLS_AT_ONCE),
      KEY_REQUESTS_PER_SECOND: '0',
      ACCOUNT_REQUESTS_PER_SECOND: '0',
      ...(queue === 'bull' && { REDIS_URL: options.redisUrl }),
    };
    return new BenchHub(dataDir, environment, options.profileDir);
  }

  async subscribe(url: string): Promise<void> {
    await this.post('/v1/subscriptions', { url, events: ['application.*'] });
  }

  async post(path: string, body: object | string): Promise<void> {
    if (!this.pool) throw new Error('The hub does not run.');
    const answer = await this.pool.request({
      path,
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.environment.BOOTSTRAP_API_KEY}`,
        'content-type': 'application/json',
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
  }

  /** `kill -9` of everything but a database that is not the hub's own. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Starts it again on the same data; resolves once it is ready. */
  async restart(): Promise<void> {
    await this.startProcess({});
    await this.ready();
  }

  async usage(): Promise<Usage> {
    return {
      hubCpuSeconds: await cpuSeconds(this.pids),
      databaseCpuSeconds: await cpuSeconds(await databasePids(this.dataDir)),
      commits: await this.commits(),
    };
  }

  residentMb(): Promise<number> {
    return residentMb(this.pids);
  }

  /** How many deliveries are owed. */
  async pending(): Promise<number> {
    return Number((await this.ask('SELECT count(*) AS n FROM pending_deliveries'))?.n);
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await this.database?.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private get pids(): (number | undefined)[] {
    return this.processes.map((child) => child.pid);
  }

  private async startProcess(more: Readonly<Record<string, string>>): Promise<void> {
    this.port = await findLastingPort();
    this.fork({ ...this.environment, ...more, PORT: String(this.port) });
    this.pool = new Pool(`http://127.0.0.1:${this.port}`, { connections: CONNECTIONS });
  }

  private fork(environment: Readonly<Record<string, string>>): void {
    const profile = ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${this.profileDir}`];
    const { PATH = '', HOME = '' } = process.env;
    const child = fork(join(import.meta.dirname, '../../dist/src/main.js'), {
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: this.profileDir === null ? NODE_OPTIONS : [...NODE_OPTIONS, ...profile],
    });
    this.processes.push(child);
  }

  private async ready(): Promise<void> {
    await until(async () => (await fetch(`http://127.0.0.1:${this.port}/health/ready`)).ok);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    await this.pool?.destroy();
    const ended = this.processes.splice(0).map(async (child) => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill(signal)) await exited;
    });
    await Promise.all(ended);
  }

  private async commits(): Promise<number> {
    const row = await this.ask("SELECT xact_commit AS n FROM pg_stat_database WHERE datname = 'hub'");
    return Number(row?.n);
  }

  private async ask(sql: string): Promise<{ n: string } | undefined> {
    const client = new pg.Client({ connectionString: await this.databaseUrl() });
    await client.connect();
    try {
      return (await client.query<{ n: string }>(sql)).rows[0];
    } finally {
      await client.end();
    }
  }

  private async databaseUrl(): Promise<string> {
    if (this.database) return this.database.url;
    const password = (await readFile(join(this.dataDir, 'postgres-password'), 'utf8')).trim();
    const pidFile = await readFile(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    return `postgresql://hub:${password}@127.0.0.1:${pidFile.split('\n')[3]}/hub`;
  }
}
