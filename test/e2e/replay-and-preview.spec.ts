import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestHub } from '../support/hub.js';
import { makeAccount, makeKey, makePartner } from '../support/keys.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { verifyStandard } from '../support/verify.js';

/** What a dialect would send can be looked at; what was sent can be sent again. */

const UNKNOWN = 'evt_01m7xr63cee52b9skadqbv3y6n';
/** They tell the call's own id or time, or sign. */
const OWN_TO_THE_CALL = ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-autotechjobs-signature'].concat(
  ['greenhouse-event-id'],
  // Of the body, with the receiver's secret.
  ['x-webhook-signature', 'signature'],
);
/** The HTTP client's. */
const OF_THE_CONNECTION = ['host', 'connection', 'content-length', 'accept-encoding'];

const DIALECTS: [dialect: string, eventName: string, type: string][] = [
  ['standard', 'application.submitted', 'application.submitted'],
  ['autotechjobs', 'application.submitted', 'application.submitted'],
  ['jobaffinity', 'ProcessStepChange', 'application.stage_changed'],
  ['hatchbeacon', 'job_application_created', 'application.submitted'],
  ['resthooks', 'Employee Created', 'employee.created'],
  ['occupop', 'CandidateResource_created', 'application.submitted'],
  ['greenhouse', 'new_candidate_application', 'application.submitted'],
];

let hub: TestHub;
let receiver: Receiver;
let stranger: string;

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  stranger = await makeAccount(hub);
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

interface Replayed {
  readonly id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly status: string;
}

async function exampleOf(type: string): Promise<Record<string, unknown>> {
  return (await hub.get(`/v1/event-types/${type}`)).body.example as Record<string, unknown>;
}

function preview(eventId: string, dialect: string, key = hub.adminKey) {
  return hub.get(`/v1/events/${eventId}/preview?dialect=${dialect}`, { key });
}

function replay(eventId: string, body: object = {}, key = hub.adminKey) {
  return hub.post(`/v1/events/${eventId}/replay`, body, { key });
}

function comparable(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, OWN_TO_THE_CALL.includes(name) ? 'its own' : value]));
}

describe('a preview', () => {
  it('is known for every dialect that the hub speaks', async () => {
    const { body } = await hub.get('/v1/dialects');
    expect(DIALECTS.map(([name]) => name).sort()).toEqual((body.data as { name: string }[]).map((d) => d.name).sort());
  });

  it.each(DIALECTS)('in %s is what is then delivered as %s', async (dialect, eventName, type) => {
    const path = `/preview/${dialect}`;
    const { secret } = await hub.subscribe({ url: receiver.url + path, dialect, events: [eventName] });
    const { data, ...rest } = await exampleOf(type);
    const event = await hub.send({ ...rest, data, test: dialect === 'hatchbeacon' });
    const isTheEvent = ({ body }: ReceivedCall) => body.toString() !== '[]';
    await receiver.waitUntil(
      () => receiver.on(path).some(isTheEvent),
      10_000,
      () => `a call to ${path}`,
    );
    const delivered = receiver.on(path).find(isTheEvent);

    const { status, body: shown } = await preview(event.id, dialect);
    expect(status).toBe(200);
    expect(shown).toMatchObject({ dialect, expressible: true, event_name: eventName });
    expect(shown.body).toBe(delivered?.body.toString());
    expect(comparable(shown.headers as object as Record<string, unknown>)).toEqual(
      comparable(delivered?.headers ?? {}),
    );
    const forged = {
      method: 'POST',
      path,
      headers: shown.headers as ReceivedCall['headers'],
      body: Buffer.from(shown.body as string),
    };
    expect(() => verifyStandard(forged, secret)).toThrow('No matching signature found');
  });

  it.each(DIALECTS)('in %s of its own example of %s needs no event', async (dialect, eventName) => {
    const path = `/v1/dialects/${dialect}/examples/${encodeURIComponent(eventName)}`;
    const { status, body: shown } = await hub.get(`${path}/preview`);
    expect(status).toBe(200);
    expect(shown).toMatchObject({ dialect, expressible: true, event_name: eventName });
    expect(JSON.parse(shown.body as string)).toEqual((await hub.get(path)).body);
    expect(shown.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': expect.any(String) });
  });

  it('of an example names the nearest ones when there is none', async () => {
    const { status, body } = await hub.get('/v1/dialects/standard/examples/application.submited/preview');
    expect([status, body.detail]).toEqual([404, expect.stringContaining('application.submitted')]);
  });

  it('of what a vendor sent counts the hub, and shows the vendor’s own body in its dialect', async () => {
    const source = (await hub.post('/v1/sources', { dialect: 'hatchbeacon', name: 'Ours' })).body;
    const body = {
      event: 'note_added',
      timestamp: '2024-01-20T10:30:00.000Z',
      data: { log: { resourceId: '1' }, x: [] },
    };
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', source.secret as string)
      .update(text)
      .digest('hex');
    const options = { key: null, headers: { 'x-webhook-signature': signature, 'hub-hops': '1' } };
    expect((await hub.post(new URL(source.ingest_url as string).pathname, text, options)).status).toBe(200);
    const [request] = (await hub.get(`/v1/sources/${source.id}/requests`)).body.data as [{ event_ids: [string] }];
    const { body: shown } = await preview(request.event_ids[0], 'hatchbeacon');
    expect(JSON.parse(shown.body as string)).toEqual(body);
    expect(shown.headers['hub-hops']).toBe('2');
  });

  it('says when a dialect has no name for the event', async () => {
    const event = await hub.send({ type: 'custom.nothing', data: {} });
    expect((await preview(event.id, 'occupop')).body).toEqual({
      dialect: 'occupop',
      expressible: false,
      event_name: null,
      headers: null,
      body: null,
      warnings: [],
    });
  });

  it('is refused for a dialect or an event that is not known, and for another account’s', async () => {
    const { id } = await hub.send({ type: 'custom.nothing', data: {} });
    const unheardOf = await preview(id, 'esperanto');
    expect(unheardOf).toMatchObject({ status: 400, body: { code: 'invalid_query', errors: [{ field: 'dialect' }] } });
    expect(unheardOf.body.errors[0].message).toBe(`must be one of ${DIALECTS.map(([name]) => name).join(', ')}`);
    expect((await hub.get(`/v1/events/${id}/preview`)).status).toBe(400);
    for (const wrong of [UNKNOWN, 'nonsense', id.replace('evt_', 'dlv_')])
      expect([wrong, (await preview(wrong, 'standard')).status]).toEqual([wrong, 404]);
    expect((await preview(id, 'standard', stranger)).status).toBe(404);
    expect((await preview(id, 'standard', (await makePartner(hub)).key)).status).toBe(404);
    expect((await preview(id, 'standard', await makeKey(hub, 'producer'))).status).toBe(403);
  });
});

describe('a replay', () => {
  const TYPE = 'job.published';
  const example = { type: TYPE, data: { job: { id: 'job_1', title: 'Engineer' } } };
  let eventId: string;
  const ids: Record<string, string> = {};

  async function subscribe(name: string, fields: object = {}, key = hub.adminKey): Promise<string> {
    const { id } = await hub.subscribe({ url: `${receiver.url}/${name}`, events: [TYPE], ...fields }, { key });
    return (ids[name] = id);
  }

  /** The event's deliveries, once nothing is owed any more. */
  const recorded = () =>
    hub.until(`/v1/deliveries?event_id=${eventId}`, ({ data }: { data: Replayed[] }) =>
      data.every((one) => one.status !== 'pending'),
    );

  const receivedIds = (name: string) => receiver.on(`/${name}`).map(({ headers }) => String(headers['webhook-id']));

  beforeAll(async () => {
    await subscribe('was');
    await subscribe('is-disabled');
    await subscribe('narrowed');
    eventId = (await hub.send(example)).id;
    await recorded();
    await hub.post(`/v1/subscriptions/${ids['is-disabled']}/disable`);
    await hub.patch(`/v1/subscriptions/${ids.narrowed}`, { filter: { 'data.job.id': 'job_2' } });
    await subscribe('is-new', { dialect: 'autotechjobs', events: ['job.updated'] });
    await subscribe('asks-for-others', { events: ['job.closed'] });
  });

  it('goes to all that match now, as new deliveries with webhook-ids of their own', async () => {
    const before = await hub.get(`/v1/deliveries?event_id=${eventId}`);
    const { status, body } = await replay(eventId);
    expect(status).toBe(202);
    const replayed = body.data as Replayed[];
    expect(replayed.map((delivery) => delivery.subscription_id)).toEqual([ids.was, ids['is-new']]);
    expect(replayed.map((delivery) => delivery.event_id)).toEqual([eventId, eventId]);
    const [first, second] = await receiver.waitFor('/was', 2);
    expect(receivedIds('was')[1]).toBe(replayed[0]?.id);
    expect(receivedIds('was')[0]).not.toBe(replayed[0]?.id);
    expect(second?.body).toEqual(first?.body);
    const [other] = await receiver.waitFor('/is-new', 1);
    expect(JSON.parse(other?.body.toString() ?? '')).toMatchObject({ type: 'job.updated', data: example.data });

    const isDelivered = ({ data }: { data: Replayed[] }) => data.slice(0, 2).every((one) => one.status === 'delivered');
    const after = (await hub.until(`/v1/deliveries?event_id=${eventId}`, isDelivered)) as { data: Replayed[] };
    expect(after.data).toHaveLength(5);
    expect(after.data.slice(2)).toEqual(before.body.data);
    const [entry] = (await hub.get('/v1/audit-log?limit=1')).body.data as object[];
    expect(entry).toMatchObject({ action: 'event.replayed', after: { deliveries: 2 } });
  });

  it('goes to the named subscriptions alone, once each', async () => {
    const calls = receiver.on('/was').length;
    const { status, body } = await replay(eventId, { subscription_ids: [ids['is-new'], ids['is-new']] });
    expect(status).toBe(202);
    expect(body.data).toMatchObject([{ subscription_id: ids['is-new'] }]);
    await receiver.waitFor('/is-new', 2);
    expect(receiver.on('/was')).toHaveLength(calls);
  });

  it('goes to nobody when one of the named cannot get it, and says which and why', async () => {
    const foreign = await subscribe('foreign', {}, stranger);
    const named = {
      subscription_ids: [ids.was, ids.was, ids['is-disabled'], ids.narrowed, ids['asks-for-others'], foreign],
    };
    const deliveries = await recorded();
    const calls = receiver.calls.length;
    const { status, body } = await replay(eventId, named);
    expect(status).toBe(422);
    const notAsking = 'is not a subscription that asks for this event';
    expect(body.errors).toEqual([
      { field: 'subscription_ids[2]', message: expect.stringMatching(/^the subscription is disabled: disabled by /) },
      { field: 'subscription_ids[3]', message: "not let through by the subscription's filter" },
      { field: 'subscription_ids[4]', message: notAsking },
      { field: 'subscription_ids[5]', message: notAsking },
    ]);
    expect((await hub.get(`/v1/deliveries?event_id=${eventId}`)).body).toEqual(deliveries);
    expect(receiver.calls).toHaveLength(calls);
  });

  it.each([
    [{ subscription_ids: [] }, 'subscription_ids'],
    [{ subscription_ids: 'wh_1' }, 'subscription_ids'],
    [{ subscription_ids: ['nonsense'] }, 'subscription_ids[0]'],
    [{ subscriptions: [] }, 'subscriptions'],
  ])('to %j is refused', async (body, field) => {
    const answer = await replay(eventId, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it('by a partner goes to its own subscriptions, of events that it may see', async () => {
    const partner = await makePartner(hub);
    await subscribe('own', {}, partner.key);
    expect((await replay(eventId, {}, partner.key)).status).toBe(404);
    const { id } = await hub.send(example);
    await receiver.waitFor('/own', 1);
    const { status, body } = await replay(id, {}, partner.key);
    expect([status, (body.data as Replayed[]).map((delivery) => delivery.subscription_id)]).toEqual([202, [ids.own]]);
    await receiver.waitFor('/own', 2);
    const others = await replay(id, { subscription_ids: [ids.own, ids.was] }, partner.key);
    expect(others).toMatchObject({ status: 422, body: { errors: [{ field: 'subscription_ids[1]' }] } });
  });

  it('is for admins and partners, and for events of their account', async () => {
    for (const id of [UNKNOWN, 'nonsense']) expect((await replay(id)).status).toBe(404);
    expect((await replay(eventId, {}, stranger)).status).toBe(404);
    for (const role of ['viewer', 'producer'] as const)
      expect((await replay(eventId, {}, await makeKey(hub, role))).status).toBe(403);
  });
});
