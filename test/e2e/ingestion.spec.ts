import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type ApiAnswer, TestHub } from '../support/hub.js';
import { makeAccount, makeKey } from '../support/keys.js';

const DAY_MS = 86_400_000;

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
});

afterAll(async () => {
  await hub.stop();
});

/** Every test has entities of its own. */
let lastId = 0;
function submitted(fields: Readonly<Record<string, unknown>> = {}) {
  lastId++;
  return { type: 'application.submitted', data: { application: { id: `app_${lastId}`, status: 'new' } }, ...fields };
}

async function eventCount(key = hub.adminKey): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: ApiAnswer = await hub.get(`/v1/events?limit=200${cursor && `&cursor=${cursor}`}`, { key });
    count += page.body.data.length as number;
    cursor = page.body.next_cursor as string | null;
  }
  return count;
}

describe('an event that is sent', () => {
  it('is answered with 202, its times and the number of its deliveries', async () => {
    const key = await makeAccount(hub);
    await hub.subscribe({ url: 'http://127.0.0.1:9/a', events: ['application.*'] }, { key });
    await hub.subscribe({ url: 'http://127.0.0.1:9/b', events: ['*'] }, { key });
    await hub.subscribe({ url: 'http://127.0.0.1:9/c', events: ['job.created'] }, { key });
    const before = Date.now();
    const answer = await hub.post('/v1/events', submitted({ occurred_at: '2026-01-31T12:00:00+01:00' }), { key });
    expect(answer.status).toBe(202);
    expect(Object.keys(answer.body as object).sort()).toEqual([
      'deliveries',
      'erased',
      'id',
      'occurred_at',
      'received_at',
      'type',
    ]);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^evt_[0-9a-z]{26}$/),
      type: 'application.submitted',
      occurred_at: '2026-01-31T11:00:00.000Z',
      deliveries: 2,
      erased: false,
    });
    const receivedAt = Date.parse(answer.body.received_at as string);
    expect(receivedAt).toBeGreaterThanOrEqual(before);
    expect(receivedAt).toBeLessThanOrEqual(Date.now());
  });

  it('can be read at once, with its deliveries and why others were skipped', async () => {
    const key = await makeAccount(hub);
    const active = await hub.subscribe({ url: 'http://127.0.0.1:9/a', events: ['*'] }, { key });
    const disabled = await hub.subscribe({ url: 'http://127.0.0.1:9/b', events: ['*'] }, { key });
    await hub.post(`/v1/subscriptions/${disabled.id}/disable`, undefined, { key });
    const silent = await hub.subscribe({ url: 'http://127.0.0.1:9/c', events: ['*'], dialect: 'hatchbeacon' }, { key });
    const event = { type: 'candidate.merged', data: { candidate: { id: 'cand_1' } }, actor: { name: 'Ada' } };
    const { body: sent } = await hub.post('/v1/events', event, { key });
    expect(sent.deliveries).toBe(1);

    const { body: read } = await hub.get(`/v1/events/${sent.id}`, { key });
    expect(read).toMatchObject({
      id: sent.id,
      subject: { entity: 'candidate', id: 'cand_1' },
      actor: { name: 'Ada' },
      source: { dialect: 'standard', source_id: null, event_id: null, type: null },
      data: event.data,
      warnings: [],
      test: false,
    });
    const bySubscription = new Map(
      (read.deliveries as { subscription_id: string }[]).map((delivery) => [delivery.subscription_id, delivery]),
    );
    expect(bySubscription.size).toBe(3);
    expect(bySubscription.get(active.id)).toMatchObject({ status: 'pending', reason: null, attempts: 0 });
    expect(bySubscription.get(disabled.id)).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('the subscription is disabled'),
    });
    expect(bySubscription.get(silent.id)).toMatchObject({
      status: 'skipped',
      event_name: null,
      reason: 'not expressible in hatchbeacon',
    });
  });

  it('keeps the subject that it came with, and is found by it', async () => {
    const subject = { entity: 'vacancy', id: 'v 1:ü' };
    const { id } = await hub.send(submitted({ subject }));
    const { body } = await hub.get(`/v1/events?subject=${encodeURIComponent('vacancy:v 1:ü')}`);
    expect(body.data).toMatchObject([{ id, subject }]);
  });

  it('takes every canonical type by its own example, and custom ones as they come', async () => {
    const { body } = await hub.get('/v1/event-types');
    const examples = (body.data as { example: object }[]).map(({ example }) => example);
    expect(examples.length).toBeGreaterThan(30);
    const custom = { type: 'custom.badge_printed', data: { anything: [1, 'two', null] } };
    const answer = await hub.post('/v1/events/batch', { events: [...examples, custom] });
    expect(answer.text).not.toContain('errors');
    expect(answer.status).toBe(202);
  });

  it('leaves one audit entry a request, however many events it brought', async () => {
    const key = await makeAccount(hub);
    const one = await hub.post('/v1/events', submitted(), { key });
    const batch = await hub.post('/v1/events/batch', { events: [submitted(), submitted(), submitted()] }, { key });
    const { body } = await hub.get('/v1/audit-log?action=events.accepted', { key });
    expect(body.data).toMatchObject([
      {
        target_id: batch.body.data[0].id,
        after: { events: 3, types: ['application.submitted'], deliveries: 0 },
        request_id: batch.headers.get('x-request-id'),
        by: { key_name: 'First admin key', role: 'admin', address: '127.0.0.1' },
      },
      { target_id: one.body.id, after: { events: 1 }, request_id: one.headers.get('x-request-id') },
    ]);
    const changes = await hub.get('/v1/audit-log?changes_only=true', { key });
    const all = await hub.get('/v1/audit-log', { key });
    expect(all.body.data).toEqual([...body.data, ...changes.body.data]);
    const none = await hub.get('/v1/audit-log?changes_only=true&action=events.accepted', { key });
    expect(none.body.data).toEqual([]);
    const later = await hub.get(`/v1/audit-log?since=${new Date(Date.now() + 60_000).toISOString()}`, { key });
    expect(later.body.data).toEqual([]);
  });
});

describe('an event that is sent again', () => {
  it('is answered with 200 and the first answer, when it has an id', async () => {
    const event = submitted({ id: 'order-1' });
    const first = await hub.post('/v1/events', event);
    await hub.subscribe({ url: 'http://127.0.0.1:9/later', events: ['application.submitted'] });
    const second = await hub.post('/v1/events', event);
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body).toEqual(first.body);
  });

  it('is recognised by its Idempotency-Key too', async () => {
    const event = submitted();
    const headers = { 'idempotency-key': 'a key, with spaces' };
    const first = await hub.post('/v1/events', event, { headers });
    const second = await hub.post('/v1/events', event, { headers });
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body).toEqual(first.body);
  });

  it('goes by its id where it has an Idempotency-Key as well', async () => {
    const event = submitted({ id: 'goes-by-id' });
    const first = await hub.post('/v1/events', event, { headers: { 'idempotency-key': 'one' } });
    const second = await hub.post('/v1/events', event, { headers: { 'idempotency-key': 'two' } });
    expect([first.status, second.status]).toEqual([202, 200]);
  });

  it('is the same with its fields in another order and its numbers written otherwise', async () => {
    const first = await hub.post(
      '/v1/events',
      '{"type":"custom.same","id":"order-2","data":{"a":1,"b":{"c":[1,2],"d":1.50}}}',
    );
    const second = await hub.post(
      '/v1/events',
      '{"data":{"b":{"d":15e-1,"c":[1,2]},"a":1.0},"id":"order-2","type":"custom.same"}',
    );
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.body.id).toBe(first.body.id);
  });

  it.each([
    ['other data', { data: { application: { id: 'app_other' } } }],
    ['another time', { occurred_at: '2026-01-01T00:00:00Z' }],
    ['a further field', { test: true }],
    ['its lists in another order', { data: { application: { id: 'x', tags: ['b', 'a'] } } }],
  ])('is refused with 409 when it comes with %s', async (_what, changes) => {
    const id = `conflict-${lastId++}`;
    const event = { type: 'application.submitted', data: { application: { id: 'x', tags: ['a', 'b'] } }, id };
    const first = await hub.post('/v1/events', event);
    const count = await eventCount();
    const second = await hub.post('/v1/events', { ...event, ...changes });
    expect([first.status, second.status]).toEqual([202, 409]);
    expect(second.body).toMatchObject({ code: 'idempotency_conflict', status: 409 });
    expect(await eventCount()).toBe(count);
  });

  it('is another event in another account', async () => {
    const key = await makeAccount(hub);
    const event = submitted({ id: 'shared-id' });
    const first = await hub.post('/v1/events', event);
    const second = await hub.post('/v1/events', event, { key });
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('is accepted once however many requests bring it at the same time', async () => {
    const key = await makeAccount(hub);
    const event = submitted({ id: 'raced' });
    const answers = await Promise.all(Array.from({ length: 40 }, () => hub.post('/v1/events', event, { key })));
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(39);
    expect(await eventCount(key)).toBe(1);
  });

  it('is accepted once when whole batches race for the same ids in different orders', async () => {
    const key = await makeAccount(hub);
    const events = Array.from({ length: 50 }, (_, index) => submitted({ id: `raced-${index}` }));
    const orders = Array.from({ length: 8 }, (_, turn) => [...events.slice(turn * 5), ...events.slice(0, turn * 5)]);
    const answers = await Promise.all(orders.map((order) => hub.post('/v1/events/batch', { events: order }, { key })));
    expect(answers.map(({ status }) => status)).toEqual(orders.map(() => 202));
    const ids = answers.flatMap(({ body }) => (body.data as { id: string }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(50);
    expect(await eventCount(key)).toBe(50);
  });
});

describe('a batch', () => {
  it('is answered in its own order, a repeated event with its first answer', async () => {
    const [one, two, three] = [submitted({ id: 'b-1' }), submitted({ id: 'b-2' }), submitted({ id: 'b-3' })];
    const first = await hub.post('/v1/events', two);
    const { status, body } = await hub.post('/v1/events/batch', { events: [three, two, one, three] });
    expect(status).toBe(202);
    expect(body.data).toHaveLength(4);
    expect(body.data[1]).toEqual(first.body);
    expect(body.data[3]).toEqual(body.data[0]);
    expect(new Set((body.data as { id: string }[]).map(({ id }) => id)).size).toBe(3);
  });

  it('can be repeated as a whole with an Idempotency-Key', async () => {
    const events = [submitted(), submitted()];
    const headers = { 'idempotency-key': 'whole-batch' };
    const first = await hub.post('/v1/events/batch', { events }, { headers });
    const second = await hub.post('/v1/events/batch', { events }, { headers });
    const [, other] = events;
    const third = await hub.post('/v1/events/batch', { events: [other, other] }, { headers });
    expect([first.status, second.status, third.status]).toEqual([202, 202, 409]);
    expect(second.body).toEqual(first.body);
  });

  it('is refused as a whole when one event is wrong, and every wrong one is named', async () => {
    const key = await makeAccount(hub);
    const events = [submitted({ id: 'whole-1' }), { type: 'application.submitted', data: {} }, { type: 'nonsense' }];
    const { status, body } = await hub.post('/v1/events/batch', { events }, { key });
    expect(status).toBe(422);
    const fields = (body.errors as { field: string }[]).map(({ field }) => field);
    expect(fields).toEqual(['events[1].data.application', 'events[2].data']);
    expect(await eventCount(key)).toBe(0);
    const again = await hub.post('/v1/events', events[0], { key });
    expect(again.status).toBe(202);
  });

  it('is refused as a whole when one event conflicts, also with another one of the batch', async () => {
    const key = await makeAccount(hub);
    await hub.post('/v1/events', submitted({ id: 'taken' }), { key });
    const fresh = submitted({ id: 'fresh' });
    const withTaken = await hub.post('/v1/events/batch', { events: [fresh, submitted({ id: 'taken' })] }, { key });
    const withItself = await hub.post('/v1/events/batch', { events: [fresh, submitted({ id: 'fresh' })] }, { key });
    expect([withTaken.status, withItself.status]).toEqual([409, 409]);
    expect(withTaken.body).toMatchObject({
      code: 'idempotency_conflict',
      detail: expect.stringContaining('events[1]'),
    });
    expect(await eventCount(key)).toBe(1);
    const alone = await hub.post('/v1/events', fresh, { key });
    expect(alone.status).toBe(202);
  });
});

describe('requests that come at the same time', () => {
  it('are all accepted, with ids of their own', async () => {
    const key = await makeAccount(hub);
    const producer = await makeKey(hub, 'producer', key);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => hub.post('/v1/events', submitted(), { key: producer })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(100);
    expect(await eventCount(key)).toBe(100);
  });

  it('fail alone when the database refuses what one of them brought', async () => {
    const key = await makeAccount(hub);
    const revoke = await refuseInDatabase('custom.guilty');
    const guilty = { type: 'custom.guilty', data: {} };
    const sent = Array.from({ length: 30 }, (_, index) => (index === 11 ? guilty : submitted()));
    const answers = await Promise.all(sent.map((event) => hub.post('/v1/events', event, { key })));
    await revoke();
    expect(answers.map(({ status }) => status)).toEqual(sent.map((event) => (event === guilty ? 500 : 202)));
    expect(answers[11]?.body).toMatchObject({ code: 'internal_error' });
    expect(await eventCount(key)).toBe(29);
  });
});

describe('after seven days', () => {
  it('an id may be used again, with whatever body', async () => {
    const first = await hub.post('/v1/events', submitted({ id: 'weekly' }));
    await hub.advance(7 * DAY_MS - 60_000);
    const early = await hub.post('/v1/events', submitted({ id: 'weekly' }));
    await hub.advance(120_000);
    const event = submitted({ id: 'weekly' });
    const late = await hub.post('/v1/events', event);
    const repeated = await hub.post('/v1/events', event);
    expect([first.status, early.status, late.status, repeated.status]).toEqual([202, 409, 202, 200]);
    expect(late.body.id).not.toBe(first.body.id);
    expect(repeated.body).toEqual(late.body);
  });
});

/** A row that PostgreSQL refuses, whatever the hub's own checks said. */
async function refuseInDatabase(type: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: hub.databaseUrl });
  await client.connect();
  await client.query(`CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.type = '${type}' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$`);
  await client.query(`CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_event()`);
  return async () => {
    await client.query('DROP FUNCTION refuse_event() CASCADE');
    await client.end();
  };
}
