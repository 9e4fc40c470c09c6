import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { firstUuidAt, newUuid, publicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, requiredEnvironment } from '../support/databases.js';
import { EventStream, type StreamOptions } from '../support/event-stream.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { HubProcess, requireFreshBuild } from '../support/hub-process.js';
import { makeAccount, makeKey, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** What happens is told to whoever reads the stream, once, and to nobody whom it does not concern. */

const EVENT = { type: 'custom.told', data: { n: 1 } };

const opened: EventStream[] = [];

async function open(url: string, options: StreamOptions): Promise<EventStream> {
  const stream = await EventStream.open(url, options);
  opened.push(stream);
  // From here on it looks: what happens next is told.
  await stream.until(() => stream.comments.length > 0);
  return stream;
}

afterEach(() => {
  for (const stream of opened.splice(0)) stream.close();
});

describe.each(QUEUES)('a stream, with the queue %s', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('tells of deliveries, attempts and subscriptions as they come, each once', async () => {
    const key = await makeAccount(hub);
    const stream = await open(hub.url, { key });
    expect(stream.contentType).toBe('text/event-stream; charset=utf-8');
    const { id } = await hub.subscribe({ url: `${receiver.url}/told`, events: ['custom.told'] }, { key });
    const { body: sent } = await hub.post('/v1/events', EVENT, { key });
    await hub.post(`/v1/subscriptions/${id}/test`, undefined, { key });
    await stream.until((events) => events.filter(({ event }) => event === 'attempt').length === 2);
    await hub.post(`/v1/subscriptions/${id}/disable`, undefined, { key });
    await hub.post('/v1/events', EVENT, { key });
    const events = await stream.until((all) => all.length >= 6);
    const [created, planned] = events;
    const [, , , , disabled, skipped] = events;
    expect(created).toMatchObject({ event: 'subscription', data: { id, change: 'created', status: 'active' } });
    expect(planned).toMatchObject({ event: 'delivery', data: { subscription_id: id, event_id: sent.id } });
    expect(disabled).toMatchObject({
      event: 'subscription',
      data: { id, change: 'disabled', status: 'disabled', status_reason: expect.stringContaining('disabled by') },
    });
    expect(skipped).toMatchObject({ event: 'delivery', data: { status: 'skipped', reason: expect.any(String) } });
    const attempts = events.filter(({ event }) => event === 'attempt');
    const ofDelivery = attempts.find(({ data }) => data.kind === 'delivery');
    expect(ofDelivery?.data).toEqual({
      id: ofDelivery?.id,
      kind: 'delivery',
      subscription_id: id,
      delivery_id: planned?.id,
      event_id: sent.id,
      event_type: 'custom.told',
      event_name: 'custom.told',
      dialect: 'standard',
      number: 1,
      outcome: 'delivered',
      response_status: 200,
      error_code: null,
      started_at: expect.stringMatching(/Z$/),
      duration_ms: expect.any(Number),
      delivery_status: 'delivered',
    });
    expect(attempts.find(({ data }) => data.kind === 'test')?.data).toMatchObject({ delivery_status: null });
    expect(new Set(events.map((event) => event.id)).size).toBe(6);
  });

  it('loses none of many, and comes back to where it was', async () => {
    const key = await makeAccount(hub);
    const { id } = await hub.subscribe({ url: `${receiver.url}/many`, events: ['custom.told'] }, { key });
    const first = await open(hub.url, { key });
    const sendMany = async () => {
      const { status } = await hub.post('/v1/events/batch', { events: Array(300).fill(EVENT) }, { key });
      expect(status).toBe(202);
    };
    await sendMany();
    const ofAttempts = (stream: EventStream) =>
      stream.events.flatMap(({ event, data }) => (event === 'attempt' ? [data.id] : []));
    await first.until(() => ofAttempts(first).length >= 300);
    first.close();
    await sendMany();
    await receiver.waitFor('/many', 600);
    const lastEventId = first.events.at(-1)?.id ?? '';
    const second = await open(hub.url, { key, lastEventId, query: `?subscription_id=${id}` });
    const all = () => new Set([...ofAttempts(first), ...ofAttempts(second)]);
    await second.until(() => all().size >= 600);
    const { body } = await hub.get('/v1/attempts?limit=200', { key });
    for (const attempt of body.data as { id: string }[]) expect(all()).toContain(attempt.id);
    expect(new Set(ofAttempts(second)).size).toBe(ofAttempts(second).length);
  });
});

describe('a stream', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
  });

  afterAll(async () => {
    await hub.stop();
  });

  it('is of one subscription or one event, if it is asked to be', async () => {
    const key = await makeAccount(hub);
    const fields = { url: 'http://127.0.0.1:9/', events: ['custom.told'] };
    const [one, other] = [await hub.subscribe(fields, { key }), await hub.subscribe(fields, { key })];
    const streamOfOne = await open(hub.url, { key, query: `?subscription_id=${one.id}` });
    const { body: earlier } = await hub.post('/v1/events', EVENT, { key });
    const query = `?event_id=${earlier.id}&max_seconds=0`;
    const all = await open(hub.url, { key, query, lastEventId: publicId('audit', firstUuidAt(new Date())) });
    await hub.patch(`/v1/subscriptions/${other.id}`, { name: 'Other' }, { key });
    await hub.patch(`/v1/subscriptions/${one.id}`, { name: 'One' }, { key });
    const events = await streamOfOne.until((seen) => seen.length === 2);
    expect(events).toMatchObject([
      { event: 'delivery', data: { subscription_id: one.id, status: 'pending' } },
      { event: 'subscription', data: { id: one.id, change: 'updated' } },
    ]);
    expect(await all.ended).toBe(true);
    expect(all.events.map(({ event, data }) => [event, data.event_id])).toEqual([
      ['delivery', earlier.id],
      ['delivery', earlier.id],
    ]);
  });

  it('shows a partner its own, and another account nothing', async () => {
    const admin = await makeAccount(hub);
    const [partner, other] = [await makePartner(hub, {}, admin), await makePartner(hub, {}, admin)];
    const streams = await Promise.all(
      [partner.key, other.key, hub.adminKey, admin].map((key) => open(hub.url, { key })),
    );
    const fields = { url: 'http://127.0.0.1:9/', events: ['custom.told'] };
    const own = await hub.subscribe(fields, { key: partner.key });
    await hub.subscribe(fields, { key: other.key });
    await hub.post('/v1/events', EVENT, { key: admin });
    const { body: delivery } = await hub.get('/v1/deliveries', { key: partner.key });
    await hub.post(`/v1/deliveries/${delivery.data[0].id}/retry`, undefined, { key: admin });
    const [ofPartner, ofOther, ofStranger, ofAdmin] = streams;
    await ofAdmin?.until((events) => events.length === 5);
    await ofPartner?.until((events) => events.length === 3);
    await ofOther?.until((events) => events.length === 2);
    expect(ofPartner?.events.map(({ event, data }) => [event, data.subscription_id ?? data.id])).toEqual([
      ['subscription', own.id],
      ['delivery', own.id],
      ['delivery', own.id],
    ]);
    expect(ofStranger?.events).toEqual([]);
    const query = `?subscription_id=${own.id}`;
    for (const key of [other.key, hub.adminKey]) {
      await expect(open(hub.url, { key, query })).rejects.toThrow(/^404/);
    }
  });

  it('also tells what is committed after something newer', async () => {
    const key = await makeAccount(hub);
    const fields = { url: 'http://127.0.0.1:9/', events: ['custom.told'] };
    const { id } = await hub.subscribe(fields, { key });
    await hub.post('/v1/events', EVENT, { key });
    const stream = await open(hub.url, { key });
    const lateId = newUuid();
    await hub.post('/v1/events', EVENT, { key });
    await stream.until((events) => events.some(({ event }) => event === 'delivery'));
    await hub.app.get(Transactions).query(
      `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, status, created_at)
       SELECT $1, account_id, event_id, subscription_id, event_type, 'skipped', now() FROM deliveries
       WHERE account_id = (SELECT account_id FROM deliveries ORDER BY id DESC LIMIT 1) ORDER BY id DESC LIMIT 1`,
      [lateId],
    );
    const events = await stream.until((all) => all.some((event) => event.id === publicId('delivery', lateId)));
    expect(events.map(({ data }) => data.subscription_id)).toEqual([id, id]);
  });

  it('says how many it left out for a reader that is too far behind', async () => {
    const key = await makeAccount(hub);
    await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['custom.told'] }, { key });
    await hub.post('/v1/events', EVENT, { key });
    const before = publicId('audit', newUuid());
    for (let batch = 0; batch < 4; batch++) {
      await hub.post('/v1/events/batch', { events: Array(1_000).fill(EVENT) }, { key });
    }
    const stream = await open(hub.url, { key, lastEventId: before });
    const events = await stream.until((all) => all.some(({ event }) => event === 'missed'));
    const told = events.filter(({ event }) => event === 'delivery').length;
    const missed = events.filter(({ event }) => event === 'missed').map(({ data }) => data.count as number);
    expect(told).toBe(2_000);
    // The first event and the subscription are near enough to come again.
    expect(missed.reduce((sum, count) => sum + count, 0) + told).toBeGreaterThanOrEqual(4_000);
    const old = publicId('audit', firstUuidAt(new Date(Date.now() - 7_200_000)));
    const late = await open(hub.url, { key, lastEventId: old, query: '?max_seconds=0' });
    await late.ended;
    expect(late.events).toEqual([{ event: 'missed', id: undefined, data: { count: null } }]);
  });

  it('ends when its key is deleted or its partner is disabled', async () => {
    const viewer = await makeKey(hub, 'viewer');
    const partner = await makePartner(hub);
    const [ofViewer, ofPartner] = [await open(hub.url, { key: viewer }), await open(hub.url, { key: partner.key })];
    const { body: me } = await hub.get('/v1/me', { key: viewer });
    await hub.delete(`/v1/api-keys/${me.api_key.id}`);
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'disabled' });
    expect(await Promise.all([ofViewer.ended, ofPartner.ended])).toEqual([true, true]);
  });

  it('is refused beside five others of its key, until one is closed', async () => {
    const key = await makeKey(hub, 'viewer');
    const streams = await Promise.all(Array.from({ length: 5 }, () => open(hub.url, { key })));
    const refused = await hub.get('/v1/stream', { key });
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    streams[0]?.close();
    await expect(waitForRoom(key)).resolves.toBeInstanceOf(EventStream);
  });

  async function waitForRoom(key: string): Promise<EventStream> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        return await open(hub.url, { key });
      } catch (error) {
        if (Date.now() > deadline || !String(error).includes('429')) throw error;
      }
    }
  }

  it('goes on only after something that it can have told', async () => {
    for (const wrong of ['x', 'evt_01m7xr63cee52b9skadqbv3y6n', '%00']) {
      const answer = await hub.get('/v1/stream', { headers: { 'last-event-id': wrong } });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'Last-Event-ID' }] } });
    }
  });
});

describe('a hub that stops', () => {
  it('waits neither for streams nor for those who do not read them', async () => {
    const hub = await TestHub.start({ dispatch: false });
    const key = hub.adminKey;
    await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['custom.told'] });
    const stream = await open(hub.url, { key });
    const { hostname, port } = new URL(hub.url);
    const deaf = connect(Number(port), hostname);
    deaf.on('error', () => undefined);
    deaf.pause();
    const before = publicId('audit', newUuid());
    deaf.write(
      `GET /v1/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\nlast-event-id: ${before}\r\n\r\n`,
    );
    await hub.post('/v1/events/batch', { events: Array(1_000).fill(EVENT) });
    await stream.until((events) => events.length >= 1_000);
    const startedAt = performance.now();
    await hub.stop();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await stream.ended).toBe(true);
    deaf.destroy();
  });
});

const describeWithRedis = QUEUES.includes('bull') ? describe : describe.skip;

describeWithRedis('a stream of an API process', () => {
  const cleanUps: (() => Promise<unknown>)[] = [];

  beforeAll(requireFreshBuild);

  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  it('tells what worker processes do, and ends with the process', async () => {
    const [database, receiver] = await Promise.all([createTestDatabase(), Receiver.start()]);
    cleanUps.push(
      () => database.drop(),
      () => receiver.close(),
    );
    const key = `hub_${randomBytes(32).toString('base64url')}`;
    const shared = {
      DATABASE_URL: database.url,
      REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL'),
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: key,
    };
    const api = await HubProcess.start({ ...shared, ROLE: 'api' });
    cleanUps.push(() => api.stop());
    const worker = await HubProcess.start({ ...shared, ROLE: 'worker' });
    cleanUps.push(() => worker.stop());
    const client = new ApiClient(api.url, key);
    const stream = await open(api.url, { key });
    const { id } = await client.subscribe({ url: `${receiver.url}/hook`, events: ['custom.told'] });
    await client.post('/v1/events/batch', { events: Array(50).fill(EVENT) });
    const attempts = () => stream.events.filter(({ event }) => event === 'attempt');
    await stream.until(() => attempts().length >= 50);
    expect(attempts().every(({ data }) => data.subscription_id === id && data.outcome === 'delivered')).toBe(true);
    await client.until('/v1/stats', ({ totals }) => totals.attempts.delivered === 50, 15_000);
    const exit = await api.stop();
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.afterMs).toBeLessThan(5_000);
    expect(await stream.ended).toBe(true);
  });
});
