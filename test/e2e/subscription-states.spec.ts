import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { advanceBeyond, deliveriesOf, holdScheduler, nextAttemptMs, untilAttempts } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

const DAY_MS = 86_400_000;

describe.each(QUEUES)('a subscription that changes, on the %s queue', (queue) => {
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

  const subscribe = (type: string, answer: number, key?: string) =>
    Subscribed.to([hub, receiver], ['standard', type, type], answer, key);

  async function patch(id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    expect(await hub.patch(`/v1/subscriptions/${id}`, fields)).toMatchObject({ status: 200 });
  }

  it('has its pending deliveries sent to the new address', async () => {
    const subscribed = await subscribe('job.created', 500);
    const delivery = await subscribed.send();
    await patch(subscribed.id, { url: `${receiver.url}/moved` });
    await advanceBeyond(hub, nextAttemptMs(delivery));
    const [call] = await receiver.waitFor('/moved', 1);
    expect(call?.headers['webhook-id']).toBe(delivery.id);
    expect(subscribed.calls()).toHaveLength(1);
  });

  it('gets by its new patterns what is sent from then on, and still what it was owed', async () => {
    const subscribed = await subscribe('job.updated', 500);
    const owed = await subscribed.send();
    await patch(subscribed.id, { events: ['employer.*'] });
    subscribed.answer(200);
    expect(await hub.send({ type: 'job.updated', data: { job: { id: 'job_1' } } })).toMatchObject({ deliveries: 0 });
    expect(await hub.send({ type: 'employer.created', data: { employer: { id: 'e_1' } } })).toMatchObject({
      deliveries: 1,
    });
    await advanceBeyond(hub, nextAttemptMs(owed));
    const deliveries = await subscribed.untilAll(({ status }) => status === 'delivered');
    expect(deliveries).toHaveLength(2);
  });

  it('sends headers and credentials as they are now, and nothing that was cleared', async () => {
    const subscribed = await subscribe('job.closed', 200);
    await patch(subscribed.id, { headers: { 'X-Tenant': 'acme' }, auth: { type: 'bearer', token: 't1' } });
    expect(await subscribed.shown()).toMatchObject({ auth_type: 'bearer', header_names: ['X-Tenant'] });
    const first = subscribed.calls(await subscribed.send())[0];
    expect(first?.headers).toMatchObject({ 'x-tenant': 'acme', authorization: 'Bearer t1' });

    await patch(subscribed.id, { headers: null, auth: null, name: 'Renamed' });
    expect(await subscribed.shown()).toMatchObject({ auth_type: null, header_names: [], name: 'Renamed' });
    const second = subscribed.calls(await subscribed.send())[0];
    expect(second?.headers).not.toHaveProperty('x-tenant');
    expect(second?.headers).not.toHaveProperty('authorization');
  });

  it('disabled by someone: what is pending is cancelled and what comes is skipped, for good', async () => {
    const subscribed = await subscribe('job.deleted', 500);
    const pending = await subscribed.send();
    await subscribed.post('disable');
    const shown = await subscribed.shown();
    expect(shown).toMatchObject({ status: 'disabled', status_reason: expect.stringMatching(/^disabled by /) });
    const reason = `the subscription is disabled: ${shown.status_reason}`;
    const cancelled = await subscribed.delivery(pending.id);
    expect(cancelled).toMatchObject({ status: 'cancelled', reason, attempts: 1, next_attempt_at: null });
    const skipped = await subscribed.send();
    expect(skipped).toMatchObject({ status: 'skipped', reason, attempts: 0 });
    const event = await hub.get(`/v1/events/${skipped.event_id}`);
    expect(event.body).toMatchObject({ deliveries: [{ id: skipped.id, status: 'skipped', reason }] });

    subscribed.answer(200);
    await subscribed.post('enable');
    await hub.advance(DAY_MS);
    expect(await subscribed.send()).toMatchObject({ status: 'delivered' });
    expect(await subscribed.delivery(cancelled.id)).toEqual(cancelled);
    expect(await subscribed.delivery(skipped.id)).toEqual(skipped);
    expect(subscribed.calls()).toHaveLength(2);
  });

  it('disabled during a call: the call is on record, and the delivery stays cancelled', async () => {
    const subscribed = await subscribe('candidate.created', 200);
    let held: ServerResponse | undefined;
    subscribed.answer((_call, response) => (held = response));
    const { id: deliveryId } = await subscribed.sendInVain();
    await receiver.waitFor(subscribed.path, 1);
    await subscribed.post('disable');
    held?.writeHead(200).end();
    const [attempt] = await untilAttempts(hub, subscribed.id, 1);
    expect(attempt).toMatchObject({ delivery_id: deliveryId, response: { status: 200 } });
    expect(await subscribed.delivery(deliveryId)).toMatchObject({ status: 'cancelled' });
  });

  it('deleted: what is pending is cancelled, nothing comes any more, the history stays', async () => {
    const subscribed = await subscribe('candidate.updated', 500);
    const pending = await subscribed.send();
    expect((await hub.delete(`/v1/subscriptions/${subscribed.id}`)).status).toBe(204);
    expect(await subscribed.delivery(pending.id)).toMatchObject({
      status: 'cancelled',
      reason: 'the subscription was deleted',
    });
    for (const path of ['', '/enable', '/disable', '/test', '/rotate-secret', '/rotate-secret/complete']) {
      const answer = await hub.request(path === '' ? 'GET' : 'POST', `/v1/subscriptions/${subscribed.id}${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    const event = await hub.send({ type: 'candidate.updated', data: { candidate: { id: 'c_1' } } });
    expect((await hub.get(`/v1/events/${event.id}`)).body).toMatchObject({ deliveries: [] });
    expect(await deliveriesOf(hub, subscribed.id)).toHaveLength(1);
    expect(await untilAttempts(hub, subscribed.id, 1)).toHaveLength(1);
    expect((await hub.post(`/v1/deliveries/${pending.id}/retry`)).status).toBe(404);
  });

  it('keeps no secret and no credentials once it is deleted, by itself or with its partner', async () => {
    const { id: partnerId, key } = await makePartner(hub);
    const fields = {
      url: receiver.url,
      events: ['hire.created'],
      auth: { type: 'bearer', token: 't' },
      headers: { x: 'y' },
    };
    const { id } = await hub.subscribe(fields);
    const withPartner = await hub.subscribe(fields, { key });
    for (const one of [id, withPartner.id]) await hub.post(`/v1/subscriptions/${one}/rotate-secret`);
    await hub.delete(`/v1/subscriptions/${id}`);
    await hub.delete(`/v1/partners/${partnerId}`);
    expect(await sealedColumnsOfDeleted('hire.created')).toEqual(Array(2).fill({ sealed: [0, null, null, null] }));
  });

  async function sealedColumnsOfDeleted(pattern: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query(
        `SELECT ARRAY[length(secret), length(previous_secret), length(auth), length(headers)] AS sealed
         FROM subscriptions WHERE deleted_at IS NOT NULL AND events = ARRAY[$1]`,
        [pattern],
      );
      return rows;
    } finally {
      await client.end();
    }
  }

  it('says of what its dialect cannot say that it was skipped, where it asked for everything', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/all`, dialect: 'occupop', events: ['*'] });
    await hub.send({ type: 'referral.created', data: { referral: { id: 'r_1' } } });
    expect(await deliveriesOf(hub, id)).toMatchObject([
      { status: 'skipped', reason: 'not expressible in occupop', attempts: 0 },
    ]);
  });

  describe('with its partner', () => {
    const setPartner = (id: string, status: string) => hub.patch(`/v1/partners/${id}`, { status });

    it('is disabled and comes back, unless it was out of use by itself', async () => {
      const { id, key } = await makePartner(hub);
      const active = await subscribe('offer.sent', 500, key);
      const byHand = await subscribe('offer.accepted', 500, key);
      const gone = await subscribe('offer.declined', 410, key);
      await byHand.post('disable');
      await gone.send();
      expect(await gone.status()).toBe('deactivated');
      const pending = await active.send();

      expect((await setPartner(id, 'disabled')).status).toBe(200);
      expect(await active.shown()).toMatchObject({ status: 'disabled', status_reason: 'its partner is disabled' });
      expect(await active.delivery(pending.id)).toMatchObject({ status: 'cancelled' });
      expect(await active.send()).toMatchObject({
        status: 'skipped',
        reason: 'the subscription is disabled: its partner is disabled',
      });
      expect((await hub.post(`/v1/subscriptions/${active.id}/enable`)).status).toBe(409);

      expect((await setPartner(id, 'active')).status).toBe(200);
      const statuses = [active, byHand, gone].map((subscribed) => subscribed.status());
      expect(await Promise.all(statuses)).toEqual(['active', 'disabled', 'deactivated']);
      active.answer(200);
      expect(await active.send()).toMatchObject({ status: 'delivered' });
      expect(active.calls(pending)).toHaveLength(1);
    });

    it('is deleted', async () => {
      const { id, key } = await makePartner(hub);
      const subscribed = await subscribe('offer.withdrawn', 500, key);
      const pending = await subscribed.send();
      expect((await hub.delete(`/v1/partners/${id}`)).status).toBe(204);
      expect((await hub.get(`/v1/subscriptions/${subscribed.id}`)).status).toBe(404);
      expect(await subscribed.delivery(pending.id)).toMatchObject({
        status: 'cancelled',
        reason: 'the subscription was deleted',
      });
    });
  });
});
