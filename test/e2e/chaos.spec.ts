import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChaosReport, ChaosRun } from '../../scripts/chaos/run.js';
import type { Queue } from '../../scripts/chaos/cluster.js';
import { requireFreshBuild } from '../support/hub-process.js';
import { hasRedisServer } from '../support/redis.js';

/** A short fixed seed of `npm run chaos`, on both queues at once: most of the time is spent on waiting for leases to end. */

const SEED = 1;
const DURATION_MS = 12_000;
const LIMIT_MS = 420_000;
const QUEUES: readonly Queue[] = hasRedisServer() ? ['in-process', 'bull'] : ['in-process'];

describe('kill -9 of whatever a seed picks, under traffic', () => {
  const runs = new Map<Queue, { run: ChaosRun; report: Promise<ChaosReport> }>();

  beforeAll(async () => {
    await requireFreshBuild();
    for (const queue of QUEUES) {
      const log = () => undefined;
      const options = { seed: SEED, durationMs: DURATION_MS, horizonSeconds: 8, database: 'separate' as const, log };
      const run = new ChaosRun({ ...options, queue });
      const report = run.run();
      // The test that waits for it is told.
      report.catch(() => undefined);
      runs.set(queue, { run, report });
    }
  });

  afterAll(async () => {
    await Promise.all([...runs.values()].map(({ run }) => run.stop()));
  }, LIMIT_MS);

  it.each(QUEUES)(
    'loses nothing with the %s queue',
    async (queue) => {
      const report = await runs.get(queue)?.report;
      expect(report?.checks.filter(({ violations }) => violations.length > 0)).toEqual([]);
      expect(report?.kills).not.toEqual([]);
      expect(report?.evidence.events).not.toEqual([]);
    },
    LIMIT_MS,
  );
});
