import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { requiredEnvironment } from '../support/databases.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { type Environment, HubProcess, makeDataDir, requireFreshBuild } from '../support/hub-process.js';
import { Receiver } from '../support/receiver.js';
import { startPrivateRedis } from '../support/redis.js';
import { SENDING_PER_CALL } from '../../src/dispatch/sending-limits.js';

/** Nothing that was accepted is lost, whatever dies; what was under way may come twice, and no more than that. */

const EVENTS = 2_000;
const BATCH = 1_000;
/** How many have arrived when the kill comes: somewhere in the middle. */
const ARRIVED_AT_KILL = 300;
/** Called and not yet recorded, at most: what a worker may have to do again. */
const WORKER_CONCURRENCY = 32;
const UNRECORDED = WORKER_CONCURRENCY * SENDING_PER_CALL;
const ANSWER_AFTER_MS = 5;
const ALL_ARRIVED_LIMIT_MS = 45_000;
/** Later than what is overdue is looked for. */
const OVERDUE_MS = 31_000;
/** A lease lasts longer than this: none ends when the clock is moved, however long everything has taken until then. */
const TIMEOUT_MS = 60_000;

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Takes its time, so that there is a middle. */
async function startReceiver(): Promise<Receiver> {
  const receiver = await Receiver.start();
  receiver.answer('/hook', (_call, response) => void setTimeout(() => response.end('ok'), ANSWER_AFTER_MS));
  cleanUps.push(() => receiver.close());
  return receiver;
}

async function acceptEvents(api: ApiClient, receiver: Receiver): Promise<void> {
  await api.subscribe({ url: `${receiver.url}/hook`, events: ['custom.n'], timeout_ms: TIMEOUT_MS });
  for (let first = 0; first < EVENTS; first += BATCH) {
    const events = Array.from({ length: BATCH }, (_, index) => ({ type: 'custom.n', data: { n: first + index } }));
    const { status } = await api.post('/v1/events/batch', { events });
    expect(status).toBe(202);
  }
}

function arrivedEvents(receiver: Receiver): number[] {
  return receiver.calls.map(({ body }) => (JSON.parse(body.toString()) as { data: { n: number } }).data.n);
}

async function waitForAll(receiver: Receiver): Promise<number[]> {
  // Counted only when there can be enough: parsing every call at every call would take longer than the test.
  const haveAllArrived = () => receiver.calls.length >= EVENTS && new Set(arrivedEvents(receiver)).size === EVENTS;
  await receiver.waitUntil(haveAllArrived, ALL_ARRIVED_LIMIT_MS, () => {
    return `${EVENTS} events, got ${new Set(arrivedEvents(receiver)).size} in ${receiver.calls.length} calls`;
  });
  return arrivedEvents(receiver);
}

describe.each(QUEUES)('kill -9 of the hub with the %s queue', (queue) => {
  beforeAll(requireFreshBuild);

  it('loses no event, and makes only those calls again that were not recorded', async () => {
    const directory = await makeDataDir();
    cleanUps.push(() => directory.remove());
    const environment: Environment = {
      DATA_DIR: directory.path,
      WORKER_CONCURRENCY: String(WORKER_CONCURRENCY),
      ...(queue === 'bull' && { REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') }),
    };
    const receiver = await startReceiver();
    const first = await HubProcess.start(environment);
    cleanUps.push(() => first.stop('SIGKILL'));
    const key = first.printedKey ?? '';
    await acceptEvents(new ApiClient(first.url, key), receiver);
    await receiver.waitFor('/hook', ARRIVED_AT_KILL);
    expect(await first.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    const arrivedBefore = receiver.calls.length;
    expect(arrivedBefore).toBeLessThan(EVENTS);

    const second = await HubProcess.start(environment);
    cleanUps.push(() => second.stop());
    const arrived = await waitForAll(receiver);
    const api = new ApiClient(second.url, key);
    await api.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
    expect(arrived.length - EVENTS).toBeLessThanOrEqual(UNRECORDED);
    const ids = receiver.calls.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(EVENTS);
  });
});

(QUEUES.includes('bull') ? describe : describe.skip)('kill -9 of Redis', () => {
  it('loses no event, though it comes back empty', async () => {
    let redis = await startPrivateRedis();
    cleanUps.push(() => redis.stop());
    const hub = await TestHub.start({ environment: { REDIS_URL: redis.url } });
    cleanUps.push(() => hub.stop());
    const receiver = await startReceiver();
    await acceptEvents(hub, receiver);
    await receiver.waitFor('/hook', ARRIVED_AT_KILL);
    await redis.kill();
    const { id } = await hub.send({ type: 'custom.while_away', data: {} });
    expect(id).toMatch(/^evt_/);
    redis = await startPrivateRedis(redis.port);
    await hub.advance(OVERDUE_MS);
    const arrived = await waitForAll(receiver);
    await hub.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
    expect(arrived.length).toBe(EVENTS);
  });
});
