import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  advanceBeyond,
  deliveriesOf,
  holdScheduler,
  hubNow,
  nextAttemptMs,
  type ShownDelivery,
  untilAttempts,
  untilDeliveries,
} from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { type Answer, Receiver } from '../support/receiver.js';
import { headerOf, isSignedAsStandard, passesAutoTechJobsSample } from '../support/verify.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const STANDARD_DELAYS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
];

describe.each(QUEUES)('retries on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  let subscriptions = 0;
  /** A subscription for `type` alone, whose receiver gives these answers first. */
  async function subscribe(fields: Readonly<Record<string, unknown>>, ...answers: Answer[]) {
    const path = `/retries/${++subscriptions}`;
    receiver.answerNext(path, ...answers);
    const { id, secret } = await hub.subscribe({ url: receiver.url + path, ...fields });
    return { id, secret, path };
  }

  async function send(type: string): Promise<void> {
    await hub.send({ type, data: { [type.split('.')[0] ?? '']: { id: 'x_1' } } });
  }

  async function afterAttempt(subscriptionId: string, number: number): Promise<ShownDelivery> {
    const [delivery] = await untilDeliveries(hub, subscriptionId, 1, ({ attempts }) => attempts === number);
    if (!delivery) throw new Error('No delivery.');
    return delivery;
  }

  /** That the wait after an attempt, made between `sinceMs` and now, is as long as it should be. */
  function expectWait(delivery: ShownDelivery, sinceMs: number, fromMs: number, toMs = fromMs): void {
    expect(nextAttemptMs(delivery) - sinceMs).toBeGreaterThanOrEqual(fromMs);
    expect(nextAttemptMs(delivery) - nowMs()).toBeLessThanOrEqual(toMs);
  }

  function nowMs(): number {
    return hubNow(hub).getTime();
  }

  it('of hatchbeacon come after 1, 2, 4, 8 and 16 s, whatever the answer, and then no more', async () => {
    const answers: Answer[] = [
      500,
      { status: 429, headers: { 'retry-after': '3600' } },
      404,
      { status: 302, headers: { location: `${receiver.url}/elsewhere` } },
      410,
      'reset',
    ];
    const fields = { dialect: 'hatchbeacon', events: ['job_closed'] };
    const { id, secret, path } = await subscribe(fields, ...answers);
    let sinceMs = nowMs();
    await send('job.closed');
    for (const [index, delaySeconds] of [1, 2, 4, 8, 16].entries()) {
      const delivery = await afterAttempt(id, index + 1);
      expect(delivery.status).toBe('pending');
      expectWait(delivery, sinceMs, delaySeconds * SECOND_MS);
      sinceMs = nextAttemptMs(delivery);
      await advanceBeyond(hub, sinceMs);
    }
    const [failed] = await untilDeliveries(hub, id, 1, ({ status }) => status === 'failed');
    expect(failed).toMatchObject({
      attempts: 6,
      next_attempt_at: null,
      reason: expect.stringContaining('gave up after 6 attempts'),
    });
    const history = await untilAttempts(hub, id, 6);
    expect(history.map(({ outcome }) => outcome)).toEqual([...Array<string>(5).fill('retry'), 'failed']);
    expect(history.map(({ response }) => response.status)).toEqual([500, 429, 404, 302, 410, 0]);
    expect(receiver.on('/elsewhere')).toEqual([]);

    const calls = receiver.on(path);
    expect(calls).toHaveLength(6);
    expect(new Set(calls.map((call) => headerOf(call, 'webhook-id')))).toEqual(new Set([failed?.id]));
    expect(new Set(calls.map((call) => call.body.toString())).size).toBe(1);
    const times = calls.map((call) => Number(headerOf(call, 'webhook-timestamp')));
    // In whole seconds: a wait of 1 s may look like one of 2 s.
    times.slice(1).forEach((time, index) => expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(2 ** index));
    expect(calls.every((call) => isSignedAsStandard(call, secret))).toBe(true);
  });

  it('of greenhouse come six times over fifteen hours, each at about its time, and then no more', async () => {
    const { id, path } = await subscribe({ dialect: 'greenhouse', events: ['delete_candidate'] });
    receiver.answer(path, { status: 503, headers: { 'retry-after': '1' } });
    let sinceMs = nowMs();
    await send('candidate.deleted');
    for (const [index, minutes] of [1, 15, 60, 120, 240, 480].entries()) {
      const delayMs = minutes * MINUTE_MS;
      const delivery = await afterAttempt(id, index + 1);
      expectWait(delivery, sinceMs, delayMs * 0.95 - SECOND_MS, delayMs * 1.05);
      sinceMs = nextAttemptMs(delivery);
      await advanceBeyond(hub, sinceMs);
    }
    const [failed] = await untilDeliveries(hub, id, 1, ({ status }) => status === 'failed');
    expect(failed).toMatchObject({ attempts: 7, next_attempt_at: null });
    expect(new Set(receiver.on(path).map((call) => headerOf(call, 'greenhouse-event-id')))).toEqual(
      new Set([failed?.id]),
    );
  });

  it('of standard follow its table to the end, each delay moved by up to a fifth', async () => {
    const { id, path } = await subscribe({ events: ['offer.sent'] });
    receiver.answer(path, 500);
    const count = 8;
    const event = { type: 'offer.sent', data: { offer: { id: 'off_1' } } };
    let sinceMs = nowMs();
    await hub.post('/v1/events/batch', { events: Array.from({ length: count }, () => event) });
    for (const [index, delayMs] of STANDARD_DELAYS_MS.entries()) {
      const deliveries = await untilDeliveries(hub, id, count, ({ attempts }) => attempts === index + 1);
      for (const delivery of deliveries) expectWait(delivery, sinceMs, delayMs * 0.8, delayMs * 1.2);
      const times = deliveries.map(nextAttemptMs);
      sinceMs = Math.max(...times);
      expect(sinceMs - Math.min(...times)).toBeGreaterThan(delayMs * 0.01);
      await advanceBeyond(hub, sinceMs);
    }
    const finished = await untilDeliveries(hub, id, count, ({ status }) => status === 'failed');
    expect(finished.map(({ attempts }) => attempts)).toEqual(Array<number>(count).fill(10));
    expect(receiver.on(path)).toHaveLength(count * 10);
  });

  it.each([
    ['autotechjobs', 'job.created', 'job.created'],
    ['jobaffinity', 'ProcessStepChange', 'application.stage_changed'],
    ['resthooks', 'Employee Created', 'employee.created'],
    ['occupop', 'JobResource_updated', 'job.updated'],
  ])('of %s begin like those of standard', async (dialect, eventName, type) => {
    // What some dialects ask on subscribing is a call too.
    const { id, path } = await subscribe({ dialect, events: [eventName] });
    receiver.answer(path, 404);
    const sinceMs = nowMs();
    await send(type);
    expectWait(await afterAttempt(id, 1), sinceMs, 4 * SECOND_MS, 6 * SECOND_MS);
  });

  it.each([
    ['seconds', () => '600', 600 * SECOND_MS],
    ['an HTTP date', () => new Date(nowMs() + HOUR_MS).toUTCString(), HOUR_MS],
    ['more than a day', () => '9999999', 24 * HOUR_MS],
    ['less than the table', () => '1', 5 * SECOND_MS],
    ['a time that is past', () => 'Thu, 01 Jan 2015 00:00:00 GMT', 5 * SECOND_MS],
    ['nonsense', () => 'soon', 5 * SECOND_MS],
  ])('of standard heed a Retry-After of %s', async (_name, value, wantedMs) => {
    const { id, path } = await subscribe({ events: ['user.deactivated'] });
    receiver.answer(path, (_call, response) => response.writeHead(503, { 'retry-after': value() }).end());
    const sinceMs = nowMs();
    await send('user.deactivated');
    // An HTTP date has no fractions, and the table's own delays are moved by up to a fifth.
    const slackMs = Math.max(SECOND_MS, wantedMs === 5 * SECOND_MS ? SECOND_MS : 0);
    expectWait(await afterAttempt(id, 1), sinceMs, wantedMs - slackMs, wantedMs + slackMs);
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('are signed anew at the time of sending', async () => {
    const { id, secret, path } = await subscribe({ dialect: 'autotechjobs', events: ['job.expired'] }, 500);
    await send('job.expired');
    await afterAttempt(id, 1);
    await hub.advance(2 * HOUR_MS);
    const [first, second] = await receiver.waitFor(path, 2);
    if (!first || !second) throw new Error('Not two calls.');
    const now = hubNow(hub);
    expect([first, second].map((call) => passesAutoTechJobsSample(call, secret, now))).toEqual([false, true]);
    expect(headerOf(second, 'webhook-id')).toBe(headerOf(first, 'webhook-id'));
    await untilDeliveries(hub, id, 1, ({ status }) => status === 'delivered');
  });

  it.each([200, 201, 204, 299])('are not needed after %i', async (status) => {
    const { id } = await subscribe({ events: ['hire.created'] }, status);
    await send('hire.created');
    const [delivery] = await untilDeliveries(hub, id, 1, ({ attempts }) => attempts === 1);
    expect(delivery).toMatchObject({ status: 'delivered', next_attempt_at: null });
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('are due after a redirect, which is not followed', async () => {
    const redirect = { status: 307, headers: { location: `${receiver.url}/followed` } };
    const { id } = await subscribe({ events: ['interview.cancelled'] }, redirect);
    await send('interview.cancelled');
    expect(await afterAttempt(id, 1)).toMatchObject({ status: 'pending' });
    expect(receiver.on('/followed')).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['at all', 'hang'],
    ['to the end', (_call, response) => void response.writeHead(200).write('and then')],
  ])("are due when a receiver does not answer %s within the subscription's time", async (_how, answer) => {
    const { id } = await subscribe({ events: ['offer.expired'], timeout_ms: 1_000 }, answer);
    await send('offer.expired');
    expect(await afterAttempt(id, 1)).toMatchObject({ status: 'pending' });
    const [attempt] = await untilAttempts(hub, id, 1);
    expect(attempt).toMatchObject({ outcome: 'retry', error: { code: 'timeout' } });
    expect(attempt?.duration_ms).toBeGreaterThanOrEqual(990);
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('are due when nobody listens', async () => {
    const closed = await Receiver.start();
    await closed.close();
    const { id } = await hub.subscribe({ url: closed.url, events: ['scorecard.submitted'] });
    await send('scorecard.submitted');
    expect(await afterAttempt(id, 1)).toMatchObject({ status: 'pending' });
    const [attempt] = await untilAttempts(hub, id, 1);
    expect(attempt).toMatchObject({ response: { status: 0 }, error: { code: 'connection_refused' } });
    expect(await deliveriesOf(hub, id)).toHaveLength(1);
  });
});
