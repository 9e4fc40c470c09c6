import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STANDARD_POLICY } from '../../src/ats/delivery-policies.js';
import { advanceBeyond, holdScheduler, hubNow, nextAttemptMs, untilAttempts } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

const MINUTE_MS = 60_000;
const SERVER_ERRORS = 20;

describe.each(QUEUES)('the suspension of a jobaffinity receiver, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;
  /** Is called at once, so that what has not come before its calls was not sent. */
  let canary: Subscribed;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    await holdScheduler(hub);
    canary = await Subscribed.to([hub, receiver], ['jobaffinity', 'Canary=user.created', 'user.created'], 200);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const subscribe = (type: string) => Subscribed.to([hub, receiver], ['jobaffinity', `It=${type}`, type], 500);

  /** With 20 deliveries that wait. */
  async function suspended(type: string): Promise<Subscribed> {
    const subscribed = await subscribe(type);
    await subscribed.sendMany(SERVER_ERRORS);
    expect(await subscribed.status()).toBe('suspended');
    return subscribed;
  }

  async function suspendedUntilMs(subscribed: Subscribed): Promise<number> {
    return Date.parse((await subscribed.shown()).suspended_until ?? '');
  }

  /** Moves the clock to the end of the suspension, and waits until the probe is recorded. */
  async function probe(subscribed: Subscribed, calls: number): Promise<void> {
    await advanceBeyond(hub, await suspendedUntilMs(subscribed));
    await untilAttempts(hub, subscribed.id, calls);
  }

  it('begins after twenty calls in a row that were answered 5xx, and lasts 15 minutes', async () => {
    const subscribed = await subscribe('job.created');
    await subscribed.sendMany(SERVER_ERRORS - 1);
    expect(await subscribed.status()).toBe('active');
    const before = hubNow(hub).getTime();
    await subscribed.send();
    const shown = await subscribed.shown();
    expect(shown).toMatchObject({
      status: 'suspended',
      status_reason: '20 calls in a row were answered 5xx',
    });
    const until = Date.parse(shown.suspended_until ?? '');
    expect(until).toBeGreaterThanOrEqual(before + 15 * MINUTE_MS);
    expect(until).toBeLessThanOrEqual(hubNow(hub).getTime() + 15 * MINUTE_MS);
  });

  it('does not begin where another answer comes in between; no answer is neither', async () => {
    const subscribed = await subscribe('job.updated');
    await subscribed.sendMany(SERVER_ERRORS - 1);
    subscribed.answerNext(404);
    await subscribed.send();
    await subscribed.sendMany(SERVER_ERRORS - 1);
    subscribed.answerNext('reset');
    await subscribed.send();
    expect(await subscribed.status()).toBe('active');
    await subscribed.send();
    expect(await subscribed.status()).toBe('suspended');
  });

  it('lets deliveries wait, old and new, and then sends one alone', async () => {
    const subscribed = await suspended('job.closed');
    const until = await suspendedUntilMs(subscribed);
    const late = await subscribed.sendInVain();
    expect(late).toMatchObject({ status: 'pending', attempts: 0 });
    for (const delivery of await subscribed.deliveries()) {
      expect(delivery.status).toBe('pending');
      expect(nextAttemptMs(delivery)).toBeGreaterThanOrEqual(until);
    }
    await hub.advance(14 * MINUTE_MS);
    await canary.send();
    expect(subscribed.calls()).toHaveLength(SERVER_ERRORS);

    await probe(subscribed, SERVER_ERRORS + 1);
    await hub.advance(MINUTE_MS);
    await canary.send();
    expect(subscribed.calls()).toHaveLength(SERVER_ERRORS + 1);
  });

  it('doubles with every probe that fails, up to a day', async () => {
    const subscribed = await suspended('job.deleted');
    const minutes: number[] = [];
    for (let probes = 1; probes <= 9; probes++) {
      await probe(subscribed, SERVER_ERRORS + probes);
      minutes.push(((await suspendedUntilMs(subscribed)) - hubNow(hub).getTime()) / MINUTE_MS);
    }
    expect(minutes.map(Math.round)).toEqual([30, 60, 120, 240, 480, 960, 1440, 1440, 1440]);
    expect(await subscribed.shown()).toMatchObject({
      status: 'suspended',
      status_reason: 'the probe after the suspension was answered 500',
    });
  });

  it('loses nothing, however long it lasts: probes use up no attempt', async () => {
    const subscribed = await suspended('offer.declined');
    const probes = 12;
    for (let number = 1; number <= probes; number++) await probe(subscribed, SERVER_ERRORS + number);
    const waiting = await subscribed.deliveries();
    expect(waiting.map(({ status }) => status)).toEqual(waiting.map(() => 'pending'));

    // One that was probed with has as many tries before it as the others, which have had one.
    const [probed] = [...waiting].sort((left, right) => right.attempts - left.attempts);
    expect(probed?.attempts).toBe(1 + probes);
    subscribed.answer(404);
    await probe(subscribed, SERVER_ERRORS + probes + 1);
    expect(await subscribed.status()).toBe('active');
    // All that waited is called at once.
    await untilAttempts(hub, subscribed.id, 2 * SERVER_ERRORS + probes + 1);
    const retries = STANDARD_POLICY.retryDelaysSeconds.length;
    for (let retry = 2; retry < retries; retry++) await subscribed.tryAgain();
    expect(await subscribed.delivery(probed?.id ?? '')).toMatchObject({ status: 'pending' });
    await subscribed.tryAgain();
    const failed = await subscribed.untilAll(({ status }) => status === 'failed');
    expect(failed.filter(({ attempts }) => attempts === 1 + retries)).toHaveLength(SERVER_ERRORS - 1);
  });

  it('takes a test event for a probe like any other', async () => {
    const subscribed = await subscribe('note.created');
    await subscribed.send({ test: true });
    await subscribed.sendMany(SERVER_ERRORS);
    expect(await subscribed.status()).toBe('suspended');
    await probe(subscribed, SERVER_ERRORS + 2);
    const minutes = ((await suspendedUntilMs(subscribed)) - hubNow(hub).getTime()) / MINUTE_MS;
    expect(Math.round(minutes)).toBe(30);
    subscribed.answer(200);
    await probe(subscribed, SERVER_ERRORS + 3);
    expect(await subscribed.status()).toBe('active');
    expect(
      subscribed
        .calls()
        .slice(SERVER_ERRORS + 1, SERVER_ERRORS + 3)
        .map(({ headers }) => headers['webhook-test']),
    ).toEqual(['true', 'true']);
  });

  it('ends with a probe that succeeds: what waited is delivered, and the record is clean', async () => {
    const subscribed = await suspended('job.published');
    subscribed.answerNext('reset');
    await probe(subscribed, SERVER_ERRORS + 1);
    expect(await subscribed.status()).toBe('suspended');
    const late = await subscribed.sendInVain();
    subscribed.answer(200);
    await probe(subscribed, SERVER_ERRORS + 2);
    expect(await subscribed.shown()).toMatchObject({ status: 'active', status_reason: null, suspended_until: null });
    await hub.advance(0);
    await subscribed.untilAll(({ status }) => status === 'delivered');
    expect(subscribed.calls(late)).toHaveLength(1);
    expect(subscribed.calls()).toHaveLength(2 * SERVER_ERRORS + 2);

    subscribed.answer(500);
    await subscribed.sendMany(SERVER_ERRORS - 1);
    expect(await subscribed.status()).toBe('active');
    await subscribed.send();
    const minutes = ((await suspendedUntilMs(subscribed)) - hubNow(hub).getTime()) / MINUTE_MS;
    expect(Math.round(minutes)).toBe(15);
  });

  it('ends when the subscription is enabled by hand', async () => {
    const subscribed = await suspended('offer.sent');
    subscribed.answer(200);
    await subscribed.post('enable');
    expect(await subscribed.shown()).toMatchObject({ status: 'active', suspended_until: null });
    await hub.advance(0);
    await subscribed.untilAll(({ status }) => status === 'delivered');
  });

  it('ends what waits when the subscription is disabled by hand', async () => {
    const subscribed = await suspended('offer.accepted');
    await subscribed.post('disable');
    expect(await subscribed.shown()).toMatchObject({ status: 'disabled', suspended_until: null });
    const deliveries = await subscribed.deliveries();
    expect(deliveries.every(({ status }) => status === 'cancelled')).toBe(true);
    await hub.advance(60 * MINUTE_MS);
    await canary.send();
    expect(subscribed.calls()).toHaveLength(SERVER_ERRORS);
  });

  it('is not brought about by tests', async () => {
    const subscribed = await subscribe('offer.created');
    await subscribed.sendMany(SERVER_ERRORS - 1);
    await subscribed.sendMany(3, { test: true });
    expect(await subscribed.status()).toBe('active');
  });
});
