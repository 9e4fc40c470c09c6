import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../src/common/json.js';
import { TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { applicationsAtVendor, callsOf, TIED_EVENT, type VendorCall } from '../support/vendors/calls.js';
import { nameOfType } from '../support/vendors/event-names.js';
import { Matrix } from '../support/vendors/matrix.js';
import { subscriptionsOf, verifiedBody } from '../support/vendors/receivers.js';
import { SENDERS } from '../support/vendors/senders.js';
import { SourceAtHub } from '../support/vendors/source-at-hub.js';
import { mistakesIn } from '../support/vendors/translation.js';
import { serialisedBy } from '../support/vendor-json.js';

/** Every vendor's own webhooks go in at that vendor's source; partners of every dialect get what their dialect can say. */

const DIALECTS = SENDERS.map(({ dialect }) => dialect);
const PAIRS = DIALECTS.flatMap((from) => DIALECTS.map((to): [from: string, to: string] => [from, to]));
/** Everything is sent at once. */
const PATIENCE_MS = 30_000;
const LOGIN = { username: 'hub', password: 'a password at the vendor' };

interface ShownDelivery {
  readonly id: string;
  readonly subscription_id: string;
  readonly event_name: string | null;
  readonly status: string;
  readonly reason: string | null;
}

interface ShownEvent {
  readonly id: string;
  readonly type: string;
  readonly source: { readonly dialect: string; readonly source_id: string; readonly type: string };
  readonly warnings: readonly string[];
  readonly deliveries: readonly ShownDelivery[];
}

interface SentEvent {
  readonly call: VendorCall;
  readonly sent: readonly [from: Date, to: Date];
  readonly event: ShownEvent;
}

interface Partner {
  readonly dialect: string;
  readonly secret: string;
}

const matrix = new Matrix(DIALECTS);
const partners = new Map<string, Partner>();
const sentBy = new Map<string, SentEvent[]>();
let hub: TestHub;
let receiver: Receiver;
let vendorApi: Receiver;
let receivedById: ReadonlyMap<string, ReceivedCall>;

beforeAll(async () => {
  hub = await TestHub.start();
  [receiver, vendorApi] = await Promise.all([Receiver.start(), Receiver.start()]);
  for (const [path, application] of applicationsAtVendor())
    vendorApi.answer(path, (call, response) => {
      const isKnown = call.headers.authorization === basic(LOGIN);
      response.writeHead(isKnown ? 200 : 401).end(isKnown ? JSON.stringify(application) : '');
    });
  for (const dialect of DIALECTS) {
    for (const [index, fields] of subscriptionsOf(dialect).entries()) {
      const url = `${receiver.url}/${dialect}/${index}`;
      const { id, secret } = await hub.subscribe({ dialect, url, include_files: true, ...fields });
      partners.set(id, { dialect, secret });
    }
  }
  await Promise.all(DIALECTS.map(sendAll));
  receivedById = new Map(receiver.calls.map((call) => [String(call.headers['webhook-id']), call]));
});

afterAll(async () => {
  if (sentBy.size === DIALECTS.length) process.stdout.write(`\n${matrix.toString()}\n\n`);
  await hub.stop();
  await Promise.all([receiver.close(), vendorApi.close()]);
});

function basic({ username, password }: typeof LOGIN): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Posts everything that the vendor has to tell, and waits until all of it is delivered. */
async function sendAll(dialect: string): Promise<void> {
  const calls = await callsOf(hub, dialect);
  const source = await SourceAtHub.start(hub, dialect, settingsOf(dialect));
  const times: (readonly [Date, Date])[] = [];
  for (const { eventName, body } of calls) {
    const from = new Date();
    const { status, text } = await source.send(serialisedBy(dialect, body), { eventName });
    if (status !== 200) throw new Error(`${dialect} ${eventName} was answered ${status}: ${text}`);
    times.push([from, new Date()]);
  }
  const eventIds = await eventIdsOf(source, calls.length);
  const sent = calls.map(async (call, index): Promise<SentEvent> => {
    const path = `/v1/events/${eventIds[index]}`;
    const isDone = (event: ShownEvent) => event.deliveries.every(({ status }) => status !== 'pending');
    return { call, sent: times[index] ?? [new Date(), new Date()], event: await hub.until(path, isDone, PATIENCE_MS) };
  });
  sentBy.set(dialect, await Promise.all(sent));
}

/** Thin events are completed at a vendor's API, which asks for a login. */
function settingsOf(dialect: string): Readonly<Record<string, unknown>> {
  if (dialect !== 'jobaffinity') return {};
  return { fetch: { base_url: vendorApi.url, ...LOGIN }, events: [`${TIED_EVENT.name}=${TIED_EVENT.type}`] };
}

async function eventIdsOf(source: SourceAtHub, count: number): Promise<string[]> {
  const accepted = await hub.until(
    `/v1/sources/${source.id}/requests?limit=200`,
    ({ data }: { data: { verdict: string }[] }) =>
      data.filter(({ verdict }) => verdict === 'accepted').length === count,
    PATIENCE_MS,
  );
  const requests = (accepted as { data: { verdict: string; event_ids: string[] }[] }).data.reverse();
  return requests.flatMap(({ verdict, event_ids: ids }) => (verdict === 'accepted' ? ids : []));
}

function deliveriesTo(dialect: string, { deliveries }: ShownEvent): ShownDelivery[] {
  return deliveries.filter((delivery) => partners.get(delivery.subscription_id)?.dialect === dialect);
}

/** What the partner got, once it is verified. */
function received(delivery: ShownDelivery): JsonValue {
  const partner = partners.get(delivery.subscription_id);
  const call = receivedById.get(delivery.id);
  if (!partner || !call) throw new Error(`${delivery.id} never came.`);
  return verifiedBody(partner.dialect, call, partner.secret);
}

function expectDelivered({ call, sent, event }: SentEvent, to: string, name: string): void {
  const deliveries = deliveriesTo(to, event);
  expect(deliveries).toMatchObject([{ status: 'delivered', event_name: name, reason: null }]);
  const [body = null] = deliveries.map(received);
  if (call.dialect === to) expect(body).toEqual(call.body);
  else expect([name, ...mistakesIn({ call, eventId: event.id, sent, to, name, body })]).toEqual([name]);
}

/** Who asks for one event alone, or for all of an ATS, did not ask for this one; what the dialect cannot say is shown ahead. */
async function expectNotExpressible(event: ShownEvent, to: string): Promise<void> {
  const skipped = [{ status: 'skipped', event_name: null, reason: `not expressible in ${to}` }];
  const isAskedFor = to !== 'resthooks' && !event.type.startsWith('hub.');
  expect(deliveriesTo(to, event)).toMatchObject(isAskedFor ? skipped : []);
  const { body } = await hub.get(`/v1/events/${event.id}/preview?dialect=${to}`);
  expect(body).toMatchObject({ expressible: false, body: null });
}

describe.each(PAIRS)('what %s sends, in %s', (from, to) => {
  it('arrives verified, with all that both documents know and nothing else, or is said not to be expressible', async () => {
    const events = sentBy.get(from) ?? [];
    expect(events.length).toBeGreaterThan(0);
    for (const one of events) {
      const { call, event } = one;
      const name = from === to ? call.eventName : nameOfType(to, call.type);
      if (name === null) await expectNotExpressible(event, to);
      else expectDelivered(one, to, name);
      matrix.note(from, to, name !== null);
    }
  });
});

describe.each(DIALECTS)('what %s sends', (dialect) => {
  it('is an event of the type that its name and data tell, from its source', () => {
    const events = sentBy.get(dialect) ?? [];
    const shown = events.map(({ event: { type, source, warnings } }) => [source.dialect, source.type, type, warnings]);
    expect(shown).toEqual(events.map(({ call: { eventName, type } }) => [dialect, eventName, type, []]));
  });
});

it('leaves no dialect out', async () => {
  const { body } = await hub.get('/v1/dialects');
  expect(body.data.map(({ name }: { name: string }) => name).sort()).toEqual([...DIALECTS].sort());
});

it('makes no call but those that the events’ pages show', () => {
  const deliveries = [...sentBy.values()].flat().flatMap(({ event }) => event.deliveries);
  const expected = deliveries.filter(({ status }) => status === 'delivered').map(({ id }) => id);
  const confirming = receiver.calls.filter(({ body }) => body.toString() === '[]');
  expect(receiver.calls.length - confirming.length).toBe(expected.length);
  expect(new Set(receivedById.keys())).toEqual(
    new Set([...expected, ...confirming.map(({ headers }) => String(headers['webhook-id']))]),
  );
});

it('serves the application that JobAffinity’s thin calls refer to', async () => {
  const authorization = basic({ username: 'any login', password: hub.adminKey });
  const deliveries = [...sentBy.values()].flat().flatMap(({ event }) => deliveriesTo('jobaffinity', event));
  const bodies = deliveries.filter(({ status }) => status === 'delivered').map(received);
  const paths = new Set(bodies.map((body) => (body as { application: { _self: string } }).application._self));
  expect(paths.size).toBeGreaterThan(5);
  for (const path of paths) {
    const { status, body } = await hub.get(path, { key: null, headers: { authorization } });
    expect([path, status, body._self]).toEqual([path, 200, path]);
  }
});
