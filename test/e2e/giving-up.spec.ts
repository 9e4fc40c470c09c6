import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdScheduler, type ShownDelivery } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HATCHBEACON_ATTEMPTS = 6;

describe.each(QUEUES)('giving up on a receiver, on the %s queue', (queue) => {
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

  describe('hatchbeacon', () => {
    const hatchbeacon = (eventName: string, type: string) =>
      Subscribed.to([hub, receiver], ['hatchbeacon', eventName, type], 500);

    /** Lets so many deliveries fail, each after all its attempts. */
    async function fail(subscribed: Subscribed, count: number, fields = {}): Promise<void> {
      await subscribed.sendMany(count, fields);
      for (let attempts = 1; attempts < HATCHBEACON_ATTEMPTS; attempts++) await subscribed.tryAgain();
    }

    it('disables after ten failed deliveries in a row, each after its six attempts', async () => {
      const subscribed = await hatchbeacon('job_created', 'job.created');
      await fail(subscribed, 9);
      expect(subscribed.calls()).toHaveLength(9 * HATCHBEACON_ATTEMPTS);
      expect(await subscribed.status()).toBe('active');

      await fail(subscribed, 1);
      expect(await subscribed.shown()).toMatchObject({
        status: 'disabled',
        status_reason: '10 deliveries in a row have failed',
      });
      const deliveries = await subscribed.deliveries();
      expect(deliveries.map(({ status, attempts }) => [status, attempts])).toEqual(
        Array(10).fill(['failed', HATCHBEACON_ATTEMPTS]),
      );
      const audit = await hub.get('/v1/audit-log?limit=10');
      expect(audit.body.data).toContainEqual(expect.objectContaining({ action: 'subscription.disabled' }));
    });

    it('cancels what is pending then and skips what comes; enabled again, neither is sent', async () => {
      const subscribed = await hatchbeacon('job_updated', 'job.updated');
      await fail(subscribed, 9);
      await subscribed.send();
      for (let attempts = 1; attempts < HATCHBEACON_ATTEMPTS - 1; attempts++) await subscribed.tryAgain();
      const pending = await subscribed.send();
      expect(pending).toMatchObject({ status: 'pending', attempts: 1 });
      await subscribed.tryAgain();

      const reason = 'the subscription is disabled: 10 deliveries in a row have failed';
      const cancelled = await subscribed.delivery(pending.id);
      expect(cancelled).toMatchObject({ status: 'cancelled', reason, next_attempt_at: null });
      const skipped = await subscribed.send();
      expect(skipped).toMatchObject({ status: 'skipped', reason, attempts: 0 });

      subscribed.answer(200);
      await subscribed.post('enable');
      expect(await subscribed.shown()).toMatchObject({ status: 'active', status_reason: null });
      await hub.advance(DAY_MS);
      expect(await subscribed.send()).toMatchObject({ status: 'delivered' });
      expect(await subscribed.delivery(cancelled.id)).toEqual(cancelled);
      expect(await subscribed.delivery(skipped.id)).toEqual(skipped);
      expect(subscribed.calls(skipped)).toEqual([]);
    });

    it('starts counting anew after a success and after being enabled', async () => {
      const subscribed = await hatchbeacon('job_closed', 'job.closed');
      await fail(subscribed, 9);
      subscribed.answerNext(500, 200);
      await subscribed.send();
      await subscribed.tryAgain();
      await fail(subscribed, 9);
      expect(await subscribed.status()).toBe('active');
      await fail(subscribed, 1);
      expect(await subscribed.status()).toBe('disabled');

      await subscribed.post('enable');
      await fail(subscribed, 9);
      expect(await subscribed.status()).toBe('active');
    });

    it('counts no test, neither one on demand nor an event that is marked as one', async () => {
      const subscribed = await hatchbeacon('candidate_hired', 'application.hired');
      await fail(subscribed, 9);
      await subscribed.post('test');
      await fail(subscribed, 1, { test: true });
      expect(await subscribed.status()).toBe('active');
      subscribed.answerNext(200);
      await subscribed.post('test');
      subscribed.answerNext(200);
      expect(await subscribed.send({ test: true })).toMatchObject({ status: 'delivered' });
      await fail(subscribed, 1);
      expect(await subscribed.status()).toBe('disabled');
    });
  });

  it.each([
    ['standard', 410, 'interview.scheduled', 'interview.scheduled'],
    ['autotechjobs', 410, 'application.withdrawn', 'application.withdrawn'],
    ['occupop', 410, 'JobResource_created', 'job.published'],
    ['resthooks', 410, 'Employee Created', 'employee.created'],
    ['resthooks', 409, 'Employee Updated', 'employee.updated'],
  ])('%s deactivates on %i', async (dialect, gone, eventName, type) => {
    const subscribed = await Subscribed.to([hub, receiver], [dialect, eventName, type], 500);
    const pending = await subscribed.send();
    subscribed.answerNext(gone);
    const last = await subscribed.send();

    const reason = `the receiver answered ${gone} (Gone)`;
    expect(last).toMatchObject({ status: 'failed', attempts: 1, reason });
    expect(await subscribed.shown()).toMatchObject({ status: 'deactivated', status_reason: reason });
    const why = `the subscription is deactivated: ${reason}`;
    expect(await subscribed.delivery(pending.id)).toMatchObject({ status: 'cancelled', attempts: 1, reason: why });
    expect(await subscribed.send()).toMatchObject({ status: 'skipped', reason: why });

    await subscribed.post('enable');
    subscribed.answer(200);
    await hub.advance(DAY_MS);
    expect(await subscribed.send()).toMatchObject({ status: 'delivered' });
    expect(subscribed.calls(pending)).toHaveLength(1);
  });

  it.each([
    ['standard', 409, 'referral.created', 'referral.created'],
    ['jobaffinity', 410, 'ProcessStepChange', 'application.stage_changed'],
    ['hatchbeacon', 410, 'note_added', 'note.created'],
    ['greenhouse', 410, 'job_created', 'job.created'],
  ])('%s takes a %i for a failure like any other', async (dialect, status, eventName, type) => {
    const subscribed = await Subscribed.to([hub, receiver], [dialect, eventName, type], status);
    expect(await subscribed.send()).toMatchObject({ status: 'pending', attempts: 1 });
    expect(await subscribed.status()).toBe('active');
  });

  it('a test call that is answered 410 deactivates nothing', async () => {
    const subscribed = await Subscribed.to([hub, receiver], ['standard', 'offer.created', 'offer.created'], 410);
    await subscribed.post('test');
    expect(await subscribed.send({ test: true })).toMatchObject({ status: 'failed' });
    expect(await subscribed.status()).toBe('active');
  });

  describe('standard', () => {
    /** Has an event tried for the first time, and moves on by a time within which nothing else is due. */
    async function failFor(subscribed: Subscribed, ms: number): Promise<ShownDelivery> {
      const delivery = await subscribed.send();
      await hub.advance(ms);
      await subscribed.untilAll(({ status, attempts }) => status !== 'pending' || attempts > 1);
      return delivery;
    }

    it('disables after five days of nothing but failures', async () => {
      const subscribed = await Subscribed.to([hub, receiver], ['standard', 'offer.sent', 'offer.sent'], 503);
      await failFor(subscribed, 5 * DAY_MS - HOUR_MS);
      expect(await subscribed.status()).toBe('active');
      await hub.advance(HOUR_MS);
      await subscribed.untilAll(({ status }) => status === 'cancelled');
      expect(await subscribed.shown()).toMatchObject({
        status: 'disabled',
        status_reason: 'every call has failed for 5 days',
      });
    });

    it('starts counting anew after a success', async () => {
      const subscribed = await Subscribed.to([hub, receiver], ['standard', 'offer.declined', 'offer.declined'], 503);
      await failFor(subscribed, 4 * DAY_MS);
      subscribed.answerNext(200);
      await subscribed.send();
      await failFor(subscribed, 4 * DAY_MS);
      expect(await subscribed.status()).toBe('active');
    });

    it('counts no test', async () => {
      const subscribed = await Subscribed.to([hub, receiver], ['standard', 'offer.withdrawn', 'offer.withdrawn'], 503);
      await subscribed.post('test');
      await hub.advance(5 * DAY_MS);
      await subscribed.send();
      expect(await subscribed.status()).toBe('active');
    });
  });
});
