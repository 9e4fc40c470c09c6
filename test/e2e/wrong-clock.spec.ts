import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Clock } from '../../src/common/clock.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

const AHEAD_MS = 2 * 3_600_000;
const MINUTE_MS = 60_000;
const SERVER_ERRORS = 20;
/** More than a recovery takes in one step. */
const MISSED = 250;

/** Processes on many machines agree on times by the database's clock. */
describe('a process whose clock is two hours ahead of its database', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
    jest.spyOn(hub.app.get(Clock), 'now').mockImplementation(() => new Date(Date.now() + AHEAD_MS));
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('suspends a subscription for as long as its dialect says', async () => {
    const subscribed = await Subscribed.to([hub, receiver], ['jobaffinity', 'It=job.created', 'job.created'], 500);
    await subscribed.sendMany(SERVER_ERRORS);
    expect(await subscribed.status()).toBe('suspended');
    const [row] = await hub.app.get(Transactions).query<{ left: number }>(
      `SELECT extract(epoch FROM suspended_until - clock_timestamp())::float8 * 1000 AS left
         FROM subscriptions WHERE status = 'suspended'`,
    );
    expect(row?.left).toBeGreaterThan(14 * MINUTE_MS);
    expect(row?.left).toBeLessThanOrEqual(15 * MINUTE_MS);
  });

  it('recovers what was missed, one step after the other', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/missed`, events: ['custom.missed'] });
    await hub.post(`/v1/subscriptions/${id}/disable`);
    const events = Array.from({ length: MISSED }, () => ({ type: 'custom.missed', data: {} }));
    await hub.post('/v1/events/batch', { events });
    await hub.post(`/v1/subscriptions/${id}/enable`);
    const since = new Date(Date.now() - MINUTE_MS).toISOString();
    const { body } = await hub.post(`/v1/subscriptions/${id}/recover`, { since });
    await hub.until(`/v1/recoveries/${body.id}`, ({ status, recovered }) => status === 'done' && recovered === MISSED);
    await receiver.waitFor('/missed', MISSED);
  });
});
