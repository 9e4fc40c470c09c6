import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parsePublicId } from '../../src/common/ids.js';
import { searchDatabase } from '../support/database-search.js';
import {
  deliveriesOf,
  holdScheduler,
  type ShownDelivery,
  untilAttempts,
  untilDeliveries,
} from '../support/deliveries.js';
import {
  beginErasing,
  applicationId,
  erase,
  NOTHING_ERASED,
  person,
  type Person,
  type ShownErasure,
  submitted,
  tracesOf,
  untilErased,
  withdrawn,
} from '../support/erasure.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { makeAccount, makeKey, makePartner } from '../support/keys.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { VendorSource } from '../support/vendor-source.js';

/** `POST /v1/subjects/erase`: nothing of the person is left, and nothing of anybody else is gone. */

const JANE: Person = { id: 'cand_jane', name: 'Jane Quill', email: 'jane.quill@example.com' };
const OMAR: Person = { id: 'cand_omar', name: 'Omar Reed', email: 'omar.reed@example.com' };

/** By UUID. */
async function accountOf(hub: TestHub, key: string): Promise<string> {
  const { body } = await hub.get('/v1/me', { key });
  return parsePublicId('account', body.account.id as string) ?? '';
}

const echo = ({ body }: ReceivedCall, response: ServerResponse) => response.end(body);
/** Repeats in headers, too, what it was told. */
const fail = ({ body }: ReceivedCall, response: ServerResponse) =>
  response.writeHead(500, { 'x-echo': encodeURIComponent(body.toString()) }).end(body);
const SENT_BY_JANE = submitted(JANE, { id: `native ${JANE.id}`, actor: { name: JANE.name, email: JANE.email } });

describe.each(QUEUES)('erasing a candidate, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;
  let source: VendorSource;
  let otherKey: string;
  let otherAccountId: string;
  let partnerKey: string;
  const ids = { told: '', foreign: '', failing: '', never: '' };
  let eventIds: string[];
  let omarsEventId: string;
  let erasure: ShownErasure;

  const subscribe = async (path: string, fields: object, key = hub.adminKey) =>
    (await hub.subscribe({ url: receiver.url + path, ...fields }, { key })).id;
  /** In the account under test. */
  const leftOf = (one: Person) => searchDatabase(hub.databaseUrl, tracesOf(one), { exceptAccountId: otherAccountId });
  const post = (event: object, options = {}) => hub.post('/v1/events', event, options);

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    await holdScheduler(hub);
    source = await VendorSource.connect(hub);
    otherKey = await makeAccount(hub);
    otherAccountId = await accountOf(hub, otherKey);
    const partner = await makePartner(hub);
    partnerKey = partner.key;
    receiver.answer('/told', echo);
    receiver.answer('/failing', fail);
    ids.told = await subscribe('/told', { events: ['application.*'], name: 'Told' }, partner.key);
    ids.foreign = await subscribe('/foreign', { events: ['*'], dialect: 'hatchbeacon' });
    ids.failing = await subscribe('/failing', { events: ['candidate.created'] });
    const filter = { 'data.candidate.id': JANE.id };
    ids.never = await subscribe('/never', { events: ['candidate.anonymized', 'candidate.updated'], filter });
    await hub.patch(`/v1/subscriptions/${ids.never}`, { filter: null });
    await subscribe('/other', { events: ['*'] }, otherKey);

    const sent = [
      await hub.send(SENT_BY_JANE),
      await hub.send({ type: 'candidate.created', data: { candidate: JANE } }),
      await hub.send(withdrawn(JANE)),
    ];
    eventIds = sent.map(({ id }) => id);
    await post(submitted(JANE), { headers: { 'idempotency-key': `about ${JANE.id}` } });
    omarsEventId = (await hub.send(submitted(OMAR))).id;
    await post(submitted(JANE), { key: otherKey });
    for (const time of ['first', 'again']) {
      expect([time, await source.send('vendor_1', 'candidate.registered', { candidate: JANE })]).toEqual([time, 200]);
    }
    await source.send('vendor_2', 'candidate.registered', { candidate: OMAR });
    await source.send('vendor_3', 'candidate.registered', { candidate: JANE }, 'another secret');
    await untilDeliveries(hub, ids.told, 4, ({ status }) => status === 'delivered');
    await untilDeliveries(hub, ids.foreign, 7, ({ status }) => status !== 'pending');
    await untilDeliveries(hub, ids.failing, 3, ({ attempts }) => attempts === 1);
    await receiver.waitFor('/other', 1);

    const before = await leftOf(JANE);
    for (const table of ['events', 'event_entities', 'attempts', 'inbound_requests', 'audit_log', 'idempotency_keys']) {
      expect([table, before.some((found) => found.startsWith(`${table}.`))]).toEqual([table, true]);
    }
    erasure = await beginErasing(hub, JANE.id);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('answers how much there was, and who was told', () => {
    expect(erasure).toEqual({
      id: expect.stringMatching(/^era_/),
      status: 'done',
      entity: 'candidate',
      id_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      source_id: null,
      events: 5,
      // Of the told: three. Of the foreign, which has no name for new candidates: three. Of the failing: two.
      attempts: 8,
      inbound_requests: 3,
      cancelled_deliveries: 2,
      audit_entries: 2,
      subscription_ids: expect.any(Array),
      anonymized_event_id: expect.stringMatching(/^evt_/),
      created_at: expect.any(String),
      finished_at: expect.any(String),
    });
    expect([...erasure.subscription_ids].sort()).toEqual([ids.told, ids.foreign, ids.failing].sort());
  });

  it('shows it again, to those who oversee the account', async () => {
    const path = `/v1/erasures/${erasure.id}`;
    expect((await hub.get(path, { key: await makeKey(hub, 'viewer') })).body).toEqual(erasure);
    expect((await hub.get(path, { key: otherKey })).status).toBe(404);
    expect((await hub.get(path, { key: partnerKey })).status).toBe(403);
  });

  it('tells those who were told something, whatever they ask for, and nobody else', async () => {
    const toTold = await receiver.waitFor('/told', 5);
    const toFailing = await receiver.waitFor('/failing', 4);
    for (const call of [toTold.at(-1), toFailing.at(-1)]) {
      const body = JSON.parse(call?.body.toString() ?? '') as unknown;
      expect(body).toMatchObject({ type: 'candidate.anonymized', data: { candidate: { id: JANE.id } } });
    }
    const { body: event } = await hub.get(`/v1/events/${erasure.anonymized_event_id}`);
    expect(event).toMatchObject({ type: 'candidate.anonymized', subject: null, data: {} });
    const recipients = event.deliveries.map((one: { subscription_id: string }) => one.subscription_id) as string[];
    expect(recipients.sort()).toEqual([ids.told, ids.foreign, ids.failing].sort());
    expect((await deliveriesOf(hub, ids.foreign)).at(-1)).toMatchObject({
      status: 'skipped',
      reason: 'not expressible in hatchbeacon',
    });
    expect(receiver.on('/never')).toEqual([]);
  });

  it('leaves nothing of the person in any table, after those were told either', async () => {
    await untilAttempts(hub, ids.told, 5);
    await untilAttempts(hub, ids.failing, 4);
    expect(await leftOf(JANE)).toEqual([]);
  });

  it('keeps that there was an event, without what it said', async () => {
    for (const id of eventIds) {
      const { body } = await hub.get(`/v1/events/${id}`);
      expect(body).toMatchObject({
        id,
        subject: null,
        actor: null,
        data: {},
        extensions: {},
        source: { event_id: null },
      });
      expect(Date.parse(body.erased_at as string)).toBeLessThanOrEqual(Date.now());
    }
    expect((await hub.get(`/v1/events?subject=candidate:${JANE.id}`)).body.data).toEqual([]);
    const [, , ...hers] = await source.requests();
    expect(hers.map(({ verdict, body, headers }) => [verdict, body, headers])).toEqual([
      ['duplicate', '', {}],
      ['accepted', '', {}],
    ]);
    expect(hers[0]?.event_ids).toEqual(hers[1]?.event_ids);
  });

  it('leaves others alone: in the same account, and in another one', async () => {
    const { body: omars } = await hub.get(`/v1/events/${omarsEventId}`);
    expect(omars).toMatchObject({ erased_at: null, data: submitted(OMAR).data, subject: { id: applicationId(OMAR) } });
    const attempts = await untilAttempts(hub, ids.told, 4);
    expect(attempts.filter(({ request }) => request.body.includes(OMAR.email))).toHaveLength(1);
    const requests = await source.requests();
    expect(requests.filter(({ body }) => body.includes(OMAR.email))).toHaveLength(1);
    expect((await deliveriesOf(hub, ids.failing)).filter(({ status }) => status === 'cancelled')).toHaveLength(2);

    const { body: page } = await hub.get(`/v1/events?subject=application:${applicationId(JANE)}`, { key: otherKey });
    expect(page.data).toHaveLength(1);
    const { body: theirs } = await hub.get(`/v1/events/${page.data[0].id}`, { key: otherKey });
    expect(theirs).toMatchObject({ erased_at: null, data: submitted(JANE).data });
    expect((await hub.get('/v1/attempts', { key: otherKey })).text).toContain(JANE.email);
  });

  it('sends what is erased to nobody again', async () => {
    const [delivered] = await deliveriesOf(hub, ids.told);
    const [cancelled] = await deliveriesOf(hub, ids.failing);
    expect([delivered, cancelled]).toMatchObject([
      { status: 'delivered', reason: 'the person was erased', attempts: 1 },
      { status: 'cancelled', reason: 'the person was erased', attempts: 1, next_attempt_at: null },
    ]);
    for (const delivery of [delivered, cancelled]) {
      expect((await hub.post(`/v1/deliveries/${delivery?.id}/retry`)).status).toBe(409);
    }
    for (const id of [...eventIds, erasure.anonymized_event_id]) {
      expect((await hub.post(`/v1/events/${id}/replay`, {})).body).toMatchObject({ status: 409, code: 'conflict' });
      expect((await hub.get(`/v1/events/${id}/preview?dialect=standard`)).status).toBe(409);
    }
    for (const id of [ids.told, ids.failing]) {
      const answer = await hub.post(`/v1/subscriptions/${id}/recover`, {
        since: '2020-01-01T00:00:00Z',
        dry_run: true,
      });
      expect(answer.body).toMatchObject({ status: 'done', total: 0 });
    }
  });

  it('is in the audit log, without saying who it was', async () => {
    const { body } = await hub.get('/v1/audit-log?action=subject.erased');
    const { id_hash } = erasure as ShownErasure & { id_hash: string };
    expect(body.data).toMatchObject([
      { target_kind: 'erasure', target_id: erasure.id, after: { entity: 'candidate', id_hash, source_id: null } },
    ]);
    const { body: changed } = await hub.get(`/v1/audit-log?target_id=${ids.never}`);
    expect(changed.data.at(-1).after.filter).toEqual({ 'data.candidate.id': '***' });
  });

  it('blanks what arrives late', async () => {
    const calls = receiver.calls.length;
    const first = await post(submitted(JANE, { id: `late ${JANE.id}` }));
    expect([first.status, Object.keys(first.body as object)]).toEqual([
      202,
      ['id', 'type', 'occurred_at', 'received_at', 'deliveries', 'erased'],
    ]);
    expect(first.body).toMatchObject({ deliveries: 0, erased: true });
    const again = await post(submitted(JANE, { id: `late ${JANE.id}` }));
    expect([again.status, again.body]).toEqual([200, first.body]);
    const { body: shown } = await hub.get(`/v1/events/${first.body.id}`);
    expect(shown).toMatchObject({ data: {}, subject: null, erased_at: expect.any(String), deliveries: [] });

    const batch = await hub.post('/v1/events/batch', { events: [withdrawn(JANE), submitted(OMAR)] });
    expect(batch.body.data).toMatchObject([
      { deliveries: 0, erased: true },
      { deliveries: 2, erased: false },
    ]);
    await receiver.waitUntil(
      () => receiver.calls.length === calls + 2,
      10_000,
      () => "Omar's deliveries",
    );

    expect(await source.send('vendor_9', 'candidate.profile_updated', { candidate: JANE })).toBe(200);
    expect(await source.send('vendor_9', 'candidate.profile_updated', { candidate: JANE })).toBe(200);
    const requests = await source.requests();
    expect(requests.slice(0, 2).map(({ verdict, body, headers }) => [verdict, body, headers])).toEqual([
      ['duplicate', '', {}],
      ['accepted', '', {}],
    ]);
    expect(await leftOf(JANE)).toEqual([]);
  });

  it('still knows by their ids the events that came before', async () => {
    const repeated = await post(SENT_BY_JANE);
    expect([repeated.status, repeated.body.id]).toEqual([200, eventIds[0]]);
    expect((await post({ ...SENT_BY_JANE, test: true })).body.code).toBe('idempotency_conflict');
    expect(await source.send('vendor_1', 'candidate.registered', { candidate: JANE })).toBe(200);
    expect((await source.requests())[0]).toMatchObject({ verdict: 'duplicate', body: '' });
  });

  it('finds nothing the second time', async () => {
    const calls = receiver.calls.length;
    expect(await erase(hub, JANE.id)).toMatchObject(NOTHING_ERASED);
    expect(receiver.calls).toHaveLength(calls);
  });

  it('keeps nothing of a call that is under way', async () => {
    const zoe = person('zoe');
    const underWay = await new Promise<{ call: ReceivedCall; response: ServerResponse }>((resolve, reject) => {
      receiver.answerNext('/slow', (call, response) => resolve({ call, response }));
      subscribe('/slow', { events: ['referral.created'] })
        .then((id) => {
          ids.told = id;
          return hub.send({ type: 'referral.created', data: { referral: { id: 'ref_1', candidate: zoe } } });
        })
        .catch(reject);
    });
    // The other call for the event is over, on record too, so that one delivery is left to cancel.
    await hub.until(
      `/v1/deliveries?subscription_id=${ids.foreign}&type=referral.created&status=delivered`,
      ({ data }) => data.length === 1,
    );
    const begun = await beginErasing(hub, zoe.id);
    expect(begun).toMatchObject({ status: 'running', cancelled_deliveries: 1, anonymized_event_id: null });
    expect([...begun.subscription_ids].sort()).toEqual([ids.told, ids.foreign].sort());
    // The same one, not another.
    expect((await beginErasing(hub, zoe.id)).id).toBe(begun.id);
    expect(receiver.on('/slow')).toHaveLength(1);
    const { anonymized_event_id } = await untilErased(hub, begun.id);
    await receiver.waitFor('/slow', 2);
    echo(underWay.call, underWay.response);
    await untilAttempts(hub, ids.told, 2);
    const { body } = await hub.get(`/v1/events/${anonymized_event_id}`);
    const [notice] = (body.deliveries as ShownDelivery[]).filter((one) => one.subscription_id === ids.told);
    expect(notice?.status).toBe('delivered');
    expect(await leftOf(zoe)).toEqual([]);
  });

  it('overlooks nothing that is accepted meanwhile', async () => {
    const yan = person('yan');
    const accepted = Array.from({ length: 60 }, () => post(submitted(yan)));
    const erasures = [beginErasing(hub, yan.id), beginErasing(hub, yan.id)];
    const more = Array.from({ length: 60 }, () => post(submitted(yan)));
    const answers = await Promise.all([...accepted, ...more]);
    expect(answers.map(({ status }) => status).filter((status) => status !== 202)).toEqual([]);
    for (const { id } of await Promise.all(erasures)) await untilErased(hub, id);
    await hub.until('/v1/deliveries?status=pending&type=application.submitted', ({ data }) => data.length === 0);
    expect(await leftOf(yan)).toEqual([]);
  });
});

describe('erasing', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
  });

  afterAll(() => hub.stop());

  it('somebody unknown is no mistake', async () => {
    const answer = await hub.post('/v1/subjects/erase', { entity: 'user', id: 'o\'Neill \\ "x" [é]' });
    expect([answer.status, answer.body]).toMatchObject([200, NOTHING_ERASED]);
  });
});
