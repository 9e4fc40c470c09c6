import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { type ShownRequest, SourceAtHub } from '../support/vendors/source-at-hub.js';
import { TELLERS, type Told } from '../support/vendors/tellers.js';

/** The same event twice is accepted once; two events that merely look alike are never merged. */

const HOUR_MS = 3_600_000;
const LOGIN = { username: 'hub', password: 'a password at the vendor' };

let hub: TestHub;
let vendorApi: Receiver;
let told = 0;

beforeAll(async () => {
  hub = await TestHub.start();
  vendorApi = await Receiver.start();
});

afterAll(async () => {
  await hub.stop();
  await vendorApi.close();
});

function sourceOf(dialect: string, key = hub.adminKey): Promise<SourceAtHub> {
  const fetch = { base_url: vendorApi.url, ...LOGIN };
  return SourceAtHub.start(hub, dialect, dialect === 'jobaffinity' ? { fetch } : {}, key);
}

/** Tells an event, so many times at once, and answers what became of each call, as soon as that is known. */
async function tell(source: SourceAtHub, event: Told, times = 1): Promise<ShownRequest[]> {
  const { body, callId, eventName, fetched } = event;
  if (fetched) vendorApi.answer(fetched.path, { status: 200, body: JSON.stringify(fetched.application) });
  const calls = Array.from({ length: times }, () => source.send(JSON.stringify(body), { callId, eventName }));
  const answers = await Promise.all(calls);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const requests = await source.judgedRequests();
  return requests.slice(-times);
}

function eventIds(requests: readonly ShownRequest[]): string[] {
  return requests.flatMap(({ event_ids: ids }) => ids);
}

/** All that a source ever brought, read from the events themselves. */
async function acceptedBy(source: SourceAtHub, key = hub.adminKey): Promise<string[]> {
  const { body } = await hub.get('/v1/events?limit=200', { key });
  const events = body.data as { id: string; source: { source_id: string } }[];
  expect(events.length).toBeLessThan(200);
  return events.filter(({ source: { source_id: id } }) => id === source.id).map(({ id }) => id);
}

describe.each(TELLERS)('an event that $dialect tells', ({ dialect, event, lookalikes, state }) => {
  let key: string;
  let source: SourceAtHub;

  beforeAll(async () => {
    key = (await hub.post('/v1/accounts', { name: dialect })).body.api_key.key;
  });

  beforeEach(async () => {
    source = await sourceOf(dialect, key);
  });

  it('is accepted once, however often and at whatever time it is told', async () => {
    const one = event(++told);
    const atOnce = await tell(source, one, 8);
    const later = [...(await tell(source, one)), ...(await tell(source, one))];
    const [id] = await acceptedBy(source, key);
    expect(await acceptedBy(source, key)).toEqual([id]);
    const verdicts = [...atOnce, ...later].map(({ verdict }) => verdict);
    expect(verdicts.sort()).toEqual(['accepted', ...Array<string>(9).fill('duplicate')]);
    expect(new Set(eventIds([...atOnce, ...later]))).toEqual(new Set([id]));
    expect(eventIds([...atOnce, ...later])).toHaveLength(10);
  });

  it('is not taken for another one that looks like it', async () => {
    const all = [event(++told), ...lookalikes(told)];
    const requests: ShownRequest[] = [];
    for (const one of all) requests.push(...(await tell(source, one)));
    expect(requests.map(({ verdict }) => verdict)).toEqual(all.map(() => 'accepted'));
    expect((await acceptedBy(source, key)).sort()).toEqual(eventIds(requests).sort());
    expect(new Set(eventIds(requests)).size).toBe(all.length);
  });

  it('is another one when a state comes back', async () => {
    const requests: ShownRequest[] = [];
    for (const [nth, word] of ['on', 'off', 'on'].entries()) requests.push(...(await tell(source, state(word, nth))));
    expect(requests.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted']);
    const [again] = await tell(source, state('on', 2));
    expect(again).toMatchObject({ verdict: 'duplicate', event_ids: requests[2]?.event_ids });
    expect(await acceptedBy(source, key)).toHaveLength(3);
  });

  it('is another one for another source, and for another account', async () => {
    const one = event(++told);
    const otherKey = (await hub.post('/v1/accounts', { name: `other of ${dialect}` })).body.api_key.key as string;
    const beside = await sourceOf(dialect, key);
    const elsewhere = await sourceOf(dialect, otherKey);
    const requests: ShownRequest[] = [];
    for (const each of [source, beside, elsewhere]) requests.push(...(await tell(each, one)));
    expect(requests.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await acceptedBy(elsewhere, key)).toEqual([]);
    expect(await acceptedBy(elsewhere, otherKey)).toEqual(requests[2]?.event_ids);
    for (const path of [`/v1/sources/${elsewhere.id}/requests`, `/v1/events/${requests[2]?.event_ids[0]}`]) {
      expect((await hub.get(path, { key })).status).toBe(404);
    }
  });

  it('is nobody’s when it is sent to another account’s address with the wrong proof', async () => {
    const otherKey = (await hub.post('/v1/accounts', { name: `stranger to ${dialect}` })).body.api_key.key as string;
    const elsewhere = await sourceOf(dialect, otherKey);
    const { body, callId, eventName } = event(++told);
    const secret = source.secret === elsewhere.secret ? 'another token of this account' : source.secret;
    const answer = await elsewhere.send(JSON.stringify(body), { callId, eventName, secret });
    expect(answer.status).toBe(401);
    expect(await elsewhere.lastRequest()).toMatchObject({ verdict: 'refused', event_ids: [] });
    expect([await acceptedBy(elsewhere, otherKey), await acceptedBy(source, key)]).toEqual([[], []]);
  });
});

describe('a thin call that nothing completes', () => {
  it('is never dropped, since two changes have the same body', async () => {
    const source = await SourceAtHub.start(hub, 'jobaffinity');
    const body = JSON.stringify({ event: 'ProcessStepChange', application: { _self: '/restapi/v1/application/77' } });
    for (let nth = 0; nth < 3; nth++) await source.send(body);
    const requests = await source.judgedRequests();
    expect(requests.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(new Set(eventIds(requests)).size).toBe(3);
  });
});

describe('a call of greenhouse that names no id', () => {
  it('is never taken for another one', async () => {
    const source = await SourceAtHub.start(hub, 'greenhouse');
    const teller = TELLERS.find(({ dialect }) => dialect === 'greenhouse');
    const body = JSON.stringify(teller?.event(++told).body);
    for (let nth = 0; nth < 2; nth++) await source.send(body, { headers: { 'greenhouse-event-id': '' } });
    expect((await source.requests()).map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted']);
  });
});

describe('an address that was confirmed', () => {
  it('takes no other secret afterwards, and no event before', async () => {
    const source = await SourceAtHub.start(hub, 'resthooks', { auth: { type: 'hook_secret' } });
    const eventName = 'Employee Created';
    const body = '[{"id": "ee_early"}]';
    expect((await source.send(body, { eventName })).status).toBe(401);
    expect((await source.send('[]', { eventName })).headers['x-hook-secret']).toBe(source.secret);
    const takeover = await source.send('[]', { eventName, secret: 'the secret of somebody else' });
    expect([takeover.status, takeover.headers['x-hook-secret']]).toEqual([401, undefined]);
    expect((await source.send(body, { eventName })).status).toBe(200);
    const verdicts = (await source.requests()).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['refused', 'confirmation', 'refused', 'accepted']);
  });
});

describe('an event that is told again much later', () => {
  it('is known again for as long as the vendor’s rule says', async () => {
    const kept = TELLERS.flatMap(({ dialect, event, hours }) =>
      hours ? [{ one: event(++told), dialect, hours }] : [],
    );
    const sources = await Promise.all(kept.map(({ dialect }) => sourceOf(dialect)));
    const verdicts = async () => {
      const requests = await Promise.all(kept.map(({ one }, index) => tell(sources[index] ?? failing(), one)));
      return requests.flat().map(({ verdict }) => verdict);
    };
    expect(await verdicts()).toEqual(kept.map(() => 'accepted'));
    await hub.advance(23.9 * HOUR_MS);
    expect(await verdicts()).toEqual(kept.map(() => 'duplicate'));
    await hub.advance(0.2 * HOUR_MS);
    expect(await verdicts()).toEqual(kept.map(({ hours }) => (hours === 24 ? 'accepted' : 'duplicate')));
    await hub.advance((7 * 24 - 24) * HOUR_MS);
    expect(await verdicts()).toEqual(kept.map(() => 'accepted'));
  });
});

function failing(): never {
  throw new Error('No source.');
}
