import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiAnswer, TestHub } from '../support/hub.js';
import { makeKey, makePartner } from '../support/keys.js';

/** Why a subscription got an event or did not: also of one that had nothing to do with it. */

const URL = 'http://127.0.0.1:9/';
const SUBMITTED = { type: 'application.submitted', data: { application: { id: 'app_1', status: 'new' } } };

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
});

afterAll(async () => {
  await hub.stop();
});

const subscribe = async (fields: object = {}, key = hub.adminKey) =>
  (await hub.subscribe({ url: URL, events: ['application.*'], ...fields }, { key })).id;

function explain(eventId: string, subscriptionId: string, key = hub.adminKey): Promise<ApiAnswer> {
  return hub.get(`/v1/events/${eventId}/explanation?subscription_id=${subscriptionId}`, { key });
}

async function explained(eventId: string, subscriptionId: string) {
  const { status, body } = await explain(eventId, subscriptionId);
  expect(status).toBe(200);
  return body as {
    deliveries: { status: string; reason: string | null }[];
    reasons: string[];
    why_not_now: string | null;
  };
}

describe('an event explains itself to', () => {
  it('one that was owed it, by the delivery', async () => {
    const [owed, filtered] = [await subscribe(), await subscribe({ filter: { 'data.application.id': 'another' } })];
    const { id } = await hub.send(SUBMITTED);
    expect(await explained(id, owed)).toEqual({
      deliveries: [expect.objectContaining({ status: 'pending', subscription_id: owed, event_id: id })],
      reasons: [],
      why_not_now: null,
    });
    const kept = await explained(id, filtered);
    expect([kept.deliveries, kept.reasons]).toMatchObject([[{ status: 'skipped' }], []]);
    expect(kept.why_not_now).toBe("not let through by the subscription's filter");
  });

  it('one that asks for others, in the words of its dialect', async () => {
    const [jobs, vendor] = [
      await subscribe({ events: ['job.*', 'offer.created'] }),
      await subscribe({ events: ['ProcessStepChange'], dialect: 'jobaffinity' }),
    ];
    const { id } = await hub.send(SUBMITTED);
    const reason = 'it does not ask for application.submitted, but for job.*, offer.created';
    expect(await explained(id, jobs)).toEqual({ deliveries: [], reasons: [reason], why_not_now: reason });
    expect((await explained(id, vendor)).reasons).toEqual(['not expressible in jobaffinity']);
  });

  it('one that was made after it, and would get it now', async () => {
    const { id } = await hub.send(SUBMITTED);
    await hub.advance(1_000);
    const late = await subscribe();
    expect(await explained(id, late)).toEqual({
      deliveries: [],
      reasons: [expect.stringMatching(/^it was made at \S+Z, after the event came$/)],
      why_not_now: null,
    });
    expect((await hub.post(`/v1/events/${id}/replay`, { subscription_ids: [late] })).status).toBe(202);
    expect((await explained(id, late)).deliveries).toHaveLength(1);
  });

  it('one that was set otherwise when it came', async () => {
    const changed = await subscribe({ events: ['job.*'] });
    const { id } = await hub.send(SUBMITTED);
    await hub.advance(1_000);
    await hub.patch(`/v1/subscriptions/${changed}`, { events: ['application.*'] });
    const { reasons, why_not_now: now } = await explained(id, changed);
    expect([now, reasons]).toEqual([
      null,
      [expect.stringContaining('not set so when it came'), expect.stringMatching(/^it was changed since, at \S+Z/)],
    ]);
  });

  it('one that was deleted before it, or after', async () => {
    const [before, after] = [await subscribe(), await subscribe()];
    await hub.delete(`/v1/subscriptions/${before}`);
    await hub.advance(1_000);
    const { id } = await hub.send(SUBMITTED);
    await hub.delete(`/v1/subscriptions/${after}`);
    expect(await explained(id, before)).toEqual({
      deliveries: [],
      reasons: [expect.stringMatching(/^it was deleted at \S+Z, before the event came$/)],
      why_not_now: 'the subscription is deleted',
    });
    expect(await explained(id, after)).toMatchObject({ deliveries: [{}], why_not_now: 'the subscription is deleted' });
  });

  it('those of a partner that may not have it', async () => {
    const noSuch = await makePartner(hub, { event_types: ['job.*'] });
    const filtered = await makePartner(hub, { filter: { 'data.application.id': 'another' } });
    const [unasked, kept] = [await subscribe({}, noSuch.key), await subscribe({}, filtered.key)];
    const { id } = await hub.send(SUBMITTED);
    expect((await explained(id, unasked)).reasons).toEqual([expect.stringContaining('does not let its partner have')]);
    expect((await explained(id, kept)).reasons).toEqual(["not let through by its partner's filter"]);
    // To the partner the event does not exist.
    expect((await explain(id, unasked, noSuch.key)).status).toBe(404);
  });

  it('nobody about a subscription that is not theirs', async () => {
    const [first, second] = [await makePartner(hub), await makePartner(hub)];
    const [own, other] = [await subscribe({}, first.key), await subscribe({}, second.key)];
    const { id } = await hub.send(SUBMITTED);
    expect((await explain(id, own, first.key)).status).toBe(200);
    expect((await explain(id, other, first.key)).status).toBe(404);
    expect((await explain(id, other, await makeKey(hub, 'viewer'))).status).toBe(200);
  });

  it('one that asks once the person is forgotten: there is nothing left to send', async () => {
    const { id } = await hub.send({ ...SUBMITTED, data: { application: { id: 'app_forgotten', status: 'new' } } });
    await hub.post('/v1/subjects/erase', { entity: 'application', id: 'app_forgotten' });
    const { why_not_now: now } = await explained(id, await subscribe());
    expect(now).toContain('was erased');
  });
});

describe('the list of subscriptions', () => {
  it('names those that are asked for by id at once, deleted ones if wanted', async () => {
    const [first, gone, other] = [
      await subscribe({ name: 'First' }),
      await subscribe({ name: 'Gone' }),
      await subscribe(),
    ];
    await hub.delete(`/v1/subscriptions/${gone}`);
    const list = async (query: string) => (await hub.get(`/v1/subscriptions?${query}`)).body.data as object[];
    expect(await list(`ids=${first},${gone}`)).toMatchObject([{ id: first, deleted_at: null }]);
    expect(await list(`ids=${first},${gone}&deleted=true`)).toMatchObject([
      { id: gone, name: 'Gone', auth_type: null, header_names: [], deleted_at: expect.stringMatching(/Z$/) },
      { id: first, name: 'First' },
    ]);
    expect(await list('deleted=true&limit=200')).toEqual(
      expect.arrayContaining([gone, other].map((id) => expect.objectContaining({ id }))),
    );
    const stranger = await makePartner(hub);
    expect((await hub.get(`/v1/subscriptions?ids=${gone}&deleted=true`, { key: stranger.key })).body.data).toEqual([]);
  });
});

describe('the list of recoveries', () => {
  it('is of one subscription, if asked for, without those that only counted', async () => {
    const [id, other] = [await subscribe(), await subscribe()];
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const recover = async (subscription: string, fields: object = {}) =>
      (await hub.post(`/v1/subscriptions/${subscription}/recover`, { since, ...fields })).body.id as string;
    const [first, , second] = [await recover(id), await recover(id, { dry_run: true }), await recover(id)];
    await recover(other);
    const { body } = await hub.get(`/v1/recoveries?subscription_id=${id}`);
    expect(body).toMatchObject({ data: [{ id: second }, { id: first }], next_cursor: null });
  });

  it('shows a partner those of its own subscriptions, whoever started them', async () => {
    const partner = await makePartner(hub);
    const own = await subscribe({}, partner.key);
    const since = '2026-01-31T12:00:00Z';
    const { body: recovery } = await hub.post(`/v1/subscriptions/${own}/recover`, { since });
    const { body: retry } = await hub.post('/v1/deliveries/retry', { status: 'failed' }, { key: partner.key });
    await hub.post('/v1/deliveries/retry', { status: 'failed' });
    const { body } = await hub.get('/v1/recoveries', { key: partner.key });
    expect((body.data as { id: string }[]).map(({ id }) => id)).toEqual([retry.id, recovery.id]);
  });
});
