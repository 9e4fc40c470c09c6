import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { besideBare } from './bare.js';
import { messageOf, startScript } from './child.js';
import type { BenchOptions } from './options.js';
import type { BenchReceiver } from './receiver.js';
import type { Result } from './result.js';
import { cpuSeconds, databasePids } from './system.js';
import { flood, secondsSince, type Target } from './traffic.js';

const BYTES = 1_024;
const WARM_UP = 1_000;

/** The sender of an afternoon under the same load, on the same kind of database. */
export async function measureAfternoon(receiver: BenchReceiver, options: BenchOptions): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'afternoon-bench-'));
  const database = await startEmbeddedPostgres({ dataDir, database: 'afternoon', log: () => undefined });
  const sender = startScript('afternoon-sender.ts', [database.url, options.redisUrl, `${receiver.url}/afternoon`]);
  try {
    const { port } = await messageOf<{ port: number }>(sender, 'port');
    const target = targetAt(port);
    const run = async (events: number) => {
      const { reached } = await receiver.expect({ countTo: events });
      const startedAt = performance.now();
      const acceptedSeconds = await flood(target, { ...options, events, bytes: BYTES });
      await reached;
      return { seconds: secondsSince(startedAt), acceptedSeconds };
    };
    await run(WARM_UP);
    const usage = async () => ({
      sender: await cpuSeconds([sender.pid]),
      database: await cpuSeconds(await databasePids(dataDir)),
    });
    const { result, barePerSecond } = await besideBare(
      receiver,
      { calls: options.deliveries, bytes: BYTES },
      async () => {
        const before = await usage();
        const measured = await run(options.deliveries);
        return { ...measured, before, after: await usage() };
      },
    );
    const { seconds, acceptedSeconds, before, after } = result;
    const per10000 = 10_000 / options.deliveries;
    const deliveriesPerSecond = options.deliveries / seconds;
    return {
      part: 'The sender of an afternoon: Bull, one job a delivery, one insert an attempt',
      what: 'fan-out 1, 1 KB',
      acceptedPerSecond: options.deliveries / acceptedSeconds,
      deliveriesPerSecond,
      barePerSecond,
      overBare: deliveriesPerSecond / barePerSecond,
      hubCpuSecondsPer10000: (after.sender - before.sender) * per10000,
      databaseCpuSecondsPer10000: (after.database - before.database) * per10000,
    };
  } finally {
    sender.kill();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function targetAt(port: number): Target {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 });
  return {
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await pool.request({ path, method: 'POST', headers, body: text });
      await answer.body.dump();
      if (answer.statusCode !== 202) throw new Error(`The afternoon's sender answered ${answer.statusCode}.`);
    },
  };
}
