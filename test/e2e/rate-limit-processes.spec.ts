import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, requiredEnvironment } from '../support/databases.js';
import { QUEUES } from '../support/hub.js';
import { HubProcess, requireFreshBuild, untilCallsMade } from '../support/hub-process.js';
import { Receiver } from '../support/receiver.js';

const WORKERS = 3;
const PER_SECOND = 40;
const CALLS = 240;
const TOLERANCE = 0.05;
/** Until the first of the workers has claimed, on a loaded machine: what is not used then is not made up for. */
const START_MS = 1_500;

(QUEUES.includes('bull') ? describe : describe.skip)('a rate limit, kept by several worker processes', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let client: ApiClient;
  let receiver: Receiver;
  let workers: HubProcess[];

  beforeAll(async () => {
    await requireFreshBuild();
    const database = await createTestDatabase();
    stops.push(() => database.drop());
    receiver = await Receiver.start();
    stops.push(() => receiver.close());
    const key = `hub_${randomBytes(32).toString('base64url')}`;
    const environment = {
      DATABASE_URL: database.url,
      REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL'),
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: key,
    };
    const start = async (ROLE: string) => {
      const hub = await HubProcess.start({ ...environment, ROLE });
      stops.push(() => hub.stop('SIGKILL'));
      return hub;
    };
    client = new ApiClient((await start('api')).url, key);
    workers = await Promise.all(Array.from({ length: WORKERS }, () => start('worker')));
  });

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it('is neither exceeded nor missed by more than a twentieth', async () => {
    const times: number[] = [];
    receiver.answer('/limited', (_call, response) => {
      times.push(performance.now());
      response.writeHead(200).end();
    });
    await client.subscribe({ url: `${receiver.url}/limited`, events: ['custom.n'], rate_limit: PER_SECOND });
    const startedAt = performance.now();
    const batch = Array.from({ length: CALLS / 6 }, () => ({ type: 'custom.n', data: {} }));
    await Promise.all(Array.from({ length: 6 }, () => client.post('/v1/events/batch', { events: batch })));
    await receiver.waitFor('/limited', CALLS, 30_000);

    const first = times[0] ?? 0;
    const intervalMs = 1_000 / PER_SECOND;
    for (const [index, time] of times.entries()) {
      // The first has its moment once the events are there, each other one an interval after the one before, however late it arrives.
      expect(time - startedAt).toBeGreaterThan(index * intervalMs * (1 - TOLERANCE));
    }
    expect((times.at(-1) ?? 0) - first).toBeLessThan((CALLS - 1) * intervalMs * (1 + TOLERANCE) + START_MS);
    const made = await untilCallsMade(workers, CALLS);
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(CALLS);
    expect(made.filter((count) => count > 0).length).toBeGreaterThan(1);
  });
});
