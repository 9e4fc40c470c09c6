import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Measures deliveries per second from accepted to delivered, with either queue, beside a bare signed POST loop to the
 * same receiver. Each part is a process of its own; the hub runs as a user starts it. `npm run bench -- --help`.
 */

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '100' },
    fanout: { type: 'string', default: '1' },
    bytes: { type: 'string', default: '1024' },
    producers: { type: 'string', default: '4' },
    queues: { type: 'string', default: 'in-process,bull' },
    redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
    help: { type: 'boolean', default: false },
  },
});
const EVENTS = Number(options.events);
const BATCH = Number(options.batch);
const FANOUT = Number(options.fanout);
const BYTES = Number(options.bytes);
const LIMIT_MS = 300_000;
const HERE = import.meta.dirname;
const TYPESCRIPT = ['--import', join(HERE, '../test/support/register-typescript.mjs')];

interface Result {
  readonly name: string;
  readonly perSecond: number;
  readonly overBare: number | null;
  readonly acceptedPerSecond: number | null;
  readonly cpuSecondsPer10000: number | null;
  readonly databaseCpuSecondsPer10000: number | null;
}

if (options.help) {
  console.log(
    'npm run bench -- [--events 20000] [--batch 100] [--fanout 1] [--bytes 1024] [--producers 4] [--queues in-process,bull] [--redis URL]',
  );
} else {
  await main();
}

async function main(): Promise<void> {
  const receiver = fork(join(HERE, 'bench/receiver.ts'), { execArgv: TYPESCRIPT });
  try {
    const { port } = await messageOf<{ port: number }>(receiver, 'port');
    const url = `http://127.0.0.1:${port}`;
    const results: Result[] = [];
    const bare = await bareLoop(url);
    results.push({
      name: 'bare signed undici loop',
      perSecond: bare,
      overBare: 1,
      acceptedPerSecond: null,
      cpuSecondsPer10000: null,
      databaseCpuSecondsPer10000: null,
    });
    for (const queue of options.queues.split(',')) results.push(await measure(queue, url, receiver, bare));
    print(results);
  } finally {
    receiver.kill();
  }
}

async function bareLoop(url: string): Promise<number> {
  const args = [url, String(EVENTS * FANOUT), '64', String(BYTES)];
  const loop = fork(join(HERE, 'bench/bare-loop.ts'), args, { execArgv: TYPESCRIPT });
  return (await messageOf<{ perSecond: number }>(loop, 'perSecond')).perSecond;
}

async function measure(queue: string, url: string, receiver: ChildProcess, bare: number): Promise<Result> {
  const hub = await startHub(queue);
  try {
    for (let index = 0; index < FANOUT; index++) {
      await hub.post('/v1/subscriptions', { url: `${url}/hub-${index}`, events: ['application.*'] });
    }
    await run(hub, receiver, Math.min(EVENTS, 2_000));
    const [hubBefore, databaseBefore] = [await cpuSeconds([hub.process.pid]), await databaseCpuSeconds(hub.dataDir)];
    const { seconds, acceptedSeconds } = await run(hub, receiver, EVENTS);
    const hubCpu = (await cpuSeconds([hub.process.pid])) - hubBefore;
    const databaseCpu = (await databaseCpuSeconds(hub.dataDir)) - databaseBefore;
    const deliveries = EVENTS * FANOUT;
    return {
      name: `hub, ${queue} queue`,
      perSecond: deliveries / seconds,
      overBare: deliveries / seconds / bare,
      acceptedPerSecond: EVENTS / acceptedSeconds,
      cpuSecondsPer10000: (hubCpu / deliveries) * 10_000,
      databaseCpuSecondsPer10000: (databaseCpu / deliveries) * 10_000,
    };
  } finally {
    await hub.stop();
  }
}

async function run(
  hub: Hub,
  receiver: ChildProcess,
  events: number,
): Promise<{ seconds: number; acceptedSeconds: number }> {
  const counting = messageOf(receiver, 'counting');
  receiver.send({ countTo: events * FANOUT });
  await counting;
  const reached = messageOf(receiver, 'reached');
  const body = { events: Array.from({ length: BATCH }, (_, index) => event(index)) };
  let left = Math.ceil(events / BATCH);
  const startedAt = performance.now();
  const producers = Array.from({ length: Number(options.producers) }, async () => {
    while (left-- > 0) await hub.post('/v1/events/batch', body);
  });
  await Promise.all(producers);
  const acceptedSeconds = (performance.now() - startedAt) / 1_000;
  await reached;
  return { seconds: (performance.now() - startedAt) / 1_000, acceptedSeconds };
}

function event(index: number) {
  const application = {
    id: `app_${index}`,
    status: 'pending',
    candidate: { id: `cand_${index}`, name: 'Jane Smith' },
    job: { id: 'job_1' },
  };
  const padding = Math.max(0, BYTES - JSON.stringify(application).length - 120);
  return { type: 'application.submitted', data: { application: { ...application, notes: 'x'.repeat(padding) } } };
}

interface Hub {
  readonly process: ChildProcess;
  readonly dataDir: string;
  post(path: string, body: unknown): Promise<void>;
  stop(): Promise<void>;
}

async function startHub(queue: string): Promise<Hub> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hub-bench-'));
  const key = `hub_${randomBytes(32).toString('base64url')}`;
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const environment = {
    PORT: String(port),
    DATA_DIR: dataDir,
    BOOTSTRAP_API_KEY: key,
    LOG_LEVEL: 'warn',
    KEY_REQUESTS_PER_SECOND: '0',
    ACCOUNT_REQUESTS_PER_SECOND: '0',
    ...(queue === 'bull' && { REDIS_URL: options.redis }),
  };
  const child = fork(join(HERE, '../dist/src/main.js'), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const base = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${base}/health/ready`)).ok);
  return {
    process: child,
    dataDir,
    async post(path, body) {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('The hub did not start.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function messageOf<T>(child: ChildProcess, key: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No "${key}" within ${LIMIT_MS} ms.`)), LIMIT_MS);
    const listen = (message: object) => {
      if (!(key in message)) return;
      clearTimeout(timer);
      child.off('message', listen);
      resolve(message as T);
    };
    child.on('message', listen);
  });
}

/** User and system time of processes, from `/proc`; 0 where there is none. */
async function cpuSeconds(pids: readonly (number | undefined)[]): Promise<number> {
  const stats = await Promise.all(pids.map((pid) => statOf(String(pid))));
  return stats.reduce((sum, fields) => sum + Number(fields[11] ?? 0) + Number(fields[12] ?? 0), 0) / 100;
}

/** The embedded PostgreSQL: its postmaster and the sessions that it started. */
async function databaseCpuSeconds(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = Number(file.split('\n')[0]);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(pids.map(async (pid) => Number((await statOf(pid))[1])));
  return cpuSeconds(pids.filter((_, index) => parents[index] === postmaster).map(Number));
}

/** The fields after the command's name: the state is the first of them, the parent's id the second. */
async function statOf(pid: string): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function print(results: readonly Result[]): void {
  console.table(
    results.map((result) => ({
      what: result.name,
      'deliveries/s': Math.round(result.perSecond),
      'over bare': result.overBare?.toFixed(2),
      'accepted events/s': result.acceptedPerSecond && Math.round(result.acceptedPerSecond),
      'hub CPU s per 10,000': result.cpuSecondsPer10000?.toFixed(2),
      'database CPU s per 10,000': result.databaseCpuSecondsPer10000?.toFixed(2),
    })),
  );
  console.log(JSON.stringify({ options, results }));
}
