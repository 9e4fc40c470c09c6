import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** `npm run isolation` measures; here the bounds are wide enough for a machine that does much else. */
const BOUND_MS = 2_000;
const PROBES = 60;
const FLOOD = 4_000;

describe.each(QUEUES)('what others do, on the %s queue,', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    const environment = { WORKER_CONCURRENCY: '64', KEY_REQUESTS_PER_SECOND: '0', ACCOUNT_REQUESTS_PER_SECOND: '0' };
    [hub, receiver] = await Promise.all([TestHub.start({ queue, environment }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  async function openAccount(): Promise<string> {
    const { body } = await hub.post('/v1/accounts', { name: 'Another' });
    return (body as { api_key: { key: string } }).api_key.key;
  }

  /** One event after the other, each as soon as the one before it has arrived: the times they took, the longest last. */
  async function probe(type: string, key: string, between: () => Promise<unknown>): Promise<number[]> {
    const path = `/${type}`;
    const times: number[] = [];
    for (let count = receiver.on(path).length + 1; times.length < PROBES; count++) {
      await between();
      const startedAt = performance.now();
      const { status } = await hub.post('/v1/events', { type, data: {} }, { key });
      expect(status).toBe(202);
      await receiver.waitFor(path, count, 30_000);
      times.push(performance.now() - startedAt);
    }
    return times.sort((left, right) => left - right);
  }

  it('does not matter to a subscription beside one that never answers and gets as many events', async () => {
    await hub.subscribe({ url: `${receiver.url}/custom.fine`, events: ['custom.fine'] });
    await hub.subscribe({ url: `${receiver.url}/stuck`, events: ['custom.stuck'] });
    receiver.answer('/stuck', 'hang');
    const without = await probe('custom.fine', hub.adminKey, () => Promise.resolve());
    const beside = await probe('custom.fine', hub.adminKey, () => hub.send({ type: 'custom.stuck', data: {} }));
    expect(receiver.on('/stuck').length).toBeGreaterThan(0);
    expect(beside.at(-1)).toBeLessThan(2 * (without.at(-1) ?? 0) + BOUND_MS);
  });

  it('does not matter to an account beside one that floods the hub', async () => {
    const [loud, quiet] = [await openAccount(), await openAccount()];
    receiver.answer('/flood', (_call, response) => void setTimeout(() => response.writeHead(200).end(), 50));
    await hub.subscribe({ url: `${receiver.url}/flood`, events: ['custom.flood'] }, { key: loud });
    await hub.subscribe({ url: `${receiver.url}/custom.quiet`, events: ['custom.quiet'] }, { key: quiet });
    const events = Array.from({ length: FLOOD / 4 }, () => ({ type: 'custom.flood', data: {} }));
    const flood = Array.from({ length: 4 }, () => hub.post('/v1/events/batch', { events }, { key: loud }));
    const [first] = await Promise.all([probe('custom.quiet', quiet, () => Promise.resolve()), ...flood]);
    expect(receiver.on('/flood').length).toBeLessThan(FLOOD);
    expect(first.at(-1)).toBeLessThan(BOUND_MS * 2);
    // It is behind as far as the flood goes, and nobody else is.
    await receiver.waitFor('/flood', FLOOD, 60_000);
  });
});
