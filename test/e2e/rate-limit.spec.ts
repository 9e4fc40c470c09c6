import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdScheduler, untilDeliveries } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

const PER_SECOND = 20;
const CALLS = 80;

describe.each(QUEUES)('a rate limit, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    if (queue === 'bull') await hub.addWorker();
    // Nothing but the limit itself may bring the next ones.
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const jobs = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ type: 'job.created', data: { job: { id: `job_${index}` } } }));

  /** When each call came, in milliseconds. */
  function arrivals(path: string): number[] {
    const times: number[] = [];
    receiver.answer(path, (_call, response) => {
      times.push(performance.now());
      response.writeHead(200).end();
    });
    return times;
  }

  it('is kept by all workers together, from the first call on, and holds up nobody else', async () => {
    const limited = arrivals('/limited');
    const free = arrivals('/free');
    const { id } = await hub.subscribe({ url: `${receiver.url}/limited`, events: ['job.*'], rate_limit: PER_SECOND });
    await hub.subscribe({ url: `${receiver.url}/free`, events: ['job.*'] });
    const startedAt = performance.now();
    await hub.post('/v1/events/batch', { events: jobs(CALLS) });
    await untilDeliveries(hub, id, CALLS, ({ status }) => status === 'delivered');

    // The n-th call has its moment n intervals after the first, which can't have been before the events came.
    for (const [index, time] of limited.entries()) {
      expect(time - startedAt).toBeGreaterThan((index * 1_000 * 0.95) / PER_SECOND - 1);
    }
    expect(limited).toHaveLength(CALLS);
    expect(free).toHaveLength(CALLS);
    expect(free.at(-1)).toBeLessThan(limited.at(-1) ?? 0);
  });

  it('below one call a second is kept as well', async () => {
    const times = arrivals('/rare');
    const fields = { url: `${receiver.url}/rare`, events: ['job.created'], rate_limit: 0.5 };
    const { id } = await hub.subscribe(fields);
    await hub.post('/v1/events/batch', { events: jobs(2) });
    await untilDeliveries(hub, id, 2, ({ status }) => status === 'delivered');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_900);
  });

  it('goes away with the next change of the subscription', async () => {
    const times = arrivals('/changed');
    const fields = { url: `${receiver.url}/changed`, events: ['job.created'], rate_limit: 0.01 };
    const { id } = await hub.subscribe(fields);
    await hub.post('/v1/events/batch', { events: jobs(5) });
    await receiver.waitFor('/changed', 1);
    await hub.patch(`/v1/subscriptions/${id}`, { rate_limit: null });
    await untilDeliveries(hub, id, 5, ({ status }) => status === 'delivered');
    expect(times).toHaveLength(5);
  });

  it('is a number between one call in a hundred seconds and ten thousand a second', async () => {
    const url = `${receiver.url}/wrong`;
    for (const rate_limit of [0, -1, 10_001, '5', {}]) {
      const answer = await hub.post('/v1/subscriptions', { url, events: ['job.created'], rate_limit });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'rate_limit' }] } });
    }
  });
});
