import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstUuidAt, newUuid } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { StatsRollup } from '../../src/stats/stats-rollup.service.js';
import { untilAttempts, untilDeliveries } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { makeAccount, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** What is counted is what was recorded, no more and no less, over whatever time. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const job = (n: number) => ({ type: 'job.created', data: { job: { id: `job_${n}` } } });

async function rollUp(hub: TestHub): Promise<void> {
  await hub.app.get(StatsRollup).rollUp();
}

async function sendMany(hub: TestHub, count: number, key = hub.adminKey): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => job(n));
  const { status, text } = await hub.post('/v1/events/batch', { events }, { key });
  if (status !== 202) throw new Error(text);
}

describe.each(QUEUES)('statistics, with the queue %s', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('count attempts and deliveries by outcome, and tell how long they took', async () => {
    receiver.answer('/failing', 500);
    const good = await hub.subscribe({ url: `${receiver.url}/good`, events: ['job.created'] });
    const failing = await hub.subscribe({ url: `${receiver.url}/failing`, events: ['job.created'], name: 'Failing' });
    const disabled = await hub.subscribe({ url: `${receiver.url}/disabled`, events: ['job.created'] });
    await hub.post(`/v1/subscriptions/${disabled.id}/disable`);
    await sendMany(hub, 29);
    await hub.send({ ...job(29), test: true });
    await hub.post(`/v1/subscriptions/${good.id}/test`);
    await untilDeliveries(hub, good.id, 30, ({ status }) => status === 'delivered');
    await untilAttempts(hub, failing.id, 30);
    await hub.post(`/v1/subscriptions/${failing.id}/disable`);
    await rollUp(hub);

    const { body } = await hub.get('/v1/stats');
    expect(body).toMatchObject({ bucket: 'hour', subscription_id: null });
    expect(body.totals).toMatchObject({
      attempts: { delivered: 30, retry: 30, failed: 0 },
      deliveries: { delivered: 30, failed: 0, skipped: 30, cancelled: 30 },
      success_rate: 1,
    });
    expect(body.totals.call_ms.p50).toBeLessThanOrEqual(body.totals.call_ms.p99);
    expect(body.totals.delivery_ms.p50).toBeGreaterThan(0);
    expect(body.backlog).toEqual({ pending: 0, due: 0, oldest_due_at: null });
    expect(body.subscriptions).toEqual({
      total: 3,
      active: 1,
      suspended: 0,
      disabled: 2,
      deactivated: 0,
      failing: 0,
    });
    for (const bucket of ['minute', 'hour', 'day']) {
      const { body: other } = await hub.get(`/v1/stats?bucket=${bucket}`);
      expect(other.totals).toEqual(body.totals);
      const inBuckets = (other.buckets as { attempts: { delivered: number } }[]).map(
        ({ attempts }) => attempts.delivered,
      );
      expect(inBuckets.reduce((sum, count) => sum + count, 0)).toBe(30);
    }
    const { body: one } = await hub.get(`/v1/stats?subscription_id=${failing.id}`);
    expect(one.totals).toMatchObject({
      attempts: { delivered: 0, retry: 30 },
      deliveries: { delivered: 0, cancelled: 30 },
      success_rate: null,
      delivery_ms: null,
    });
    expect(one.subscriptions).toMatchObject({ total: 1, disabled: 1 });

    const { body: page } = await hub.get('/v1/stats/subscriptions?limit=2');
    expect(page).toMatchObject({ bucket: 'hour', next_cursor: failing.id });
    expect(page.data).toMatchObject([
      { subscription_id: disabled.id, status: 'disabled', attempts: { delivered: 0, retry: 0, failed: 0 } },
      { subscription_id: failing.id, attempts: { delivered: 0, retry: 30, failed: 0 } },
    ]);
    const { body: rest } = await hub.get(`/v1/stats/subscriptions?cursor=${page.next_cursor}`);
    expect(rest.data).toMatchObject([{ subscription_id: good.id, attempts: { delivered: 30 } }]);
    expect(rest.data[0].delivered.length).toBe(rest.data[0].failed.length);
    const { body: found } = await hub.get('/v1/stats/subscriptions?search=FAILING&status=disabled');
    expect((found.data as object[]).length).toBe(1);
  });

  it('are exact, however many roll up at the same time', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/many`, events: ['job.created'] });
    if (queue === 'bull') await hub.addWorker();
    const rolling = { isOver: false };
    const roller = async () => {
      while (!rolling.isOver) await Promise.all([rollUp(hub), hub.get('/v1/stats')]);
    };
    const rolled = roller();
    for (let batch = 0; batch < 5; batch++) await sendMany(hub, 200);
    await hub.until(`/v1/deliveries?subscription_id=${id}&status=pending`, ({ data }) => data.length === 0);
    rolling.isOver = true;
    await rolled;
    await hub.until(`/v1/stats?subscription_id=${id}`, ({ totals }) => totals.deliveries.delivered === 1_000);
    await rollUp(hub);
    const { body } = await hub.get(`/v1/stats?subscription_id=${id}`);
    expect(body.totals.attempts).toEqual({ delivered: 1_000, retry: 0, failed: 0 });
  });
});

describe('statistics', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false, environment: { RETENTION_DAYS: '5' } });
  });

  afterAll(async () => {
    await hub.stop();
  });

  const sql = (text: string, parameters: readonly unknown[] = []) =>
    hub.app.get(Transactions).query<{ grain: string; rows: number }>(text, parameters);

  async function accountOf(key: string): Promise<string> {
    const { body } = await hub.get('/v1/me', { key });
    const [row] = await hub.app
      .get(Transactions)
      .query<{ id: string }>(`SELECT id FROM accounts WHERE name = $1`, [body.account.name]);
    return row?.id ?? '';
  }

  /** Notes what a transaction of that time would have. */
  async function note(accountId: string, subscriptionId: string, time: Date, delivered: number): Promise<void> {
    const counts = [delivered, 0, 0, delivered, 0, 0, 0];
    const content = [{ accountId, subscriptionId, counts, callMs: [0, 0, delivered], deliveryMs: [] }];
    const id = firstUuidAt(time).slice(0, 14) + newUuid().slice(14);
    await sql(`INSERT INTO stats_deltas (id, content) VALUES ($1, $2)`, [id, JSON.stringify(content)]);
  }

  it('are of the time that is asked for, and kept as long as everything else', async () => {
    const key = await makeAccount(hub, 'Of old');
    const [accountId, subscriptionId] = [await accountOf(key), newUuid()];
    const now = Date.now();
    const ages = [HOUR_MS, 20 * HOUR_MS, 3.5 * DAY_MS, 8 * DAY_MS];
    for (const [index, age] of ages.entries()) {
      await note(accountId, subscriptionId, new Date(now - age), 10 ** index);
    }
    await rollUp(hub);
    const deliveredSince = async (age: number, bucket: string) => {
      const { body } = await hub.get(`/v1/stats?since=${new Date(now - age).toISOString()}&bucket=${bucket}`, { key });
      return body.totals.deliveries.delivered as number;
    };
    expect(await deliveredSince(2 * HOUR_MS, 'minute')).toBe(1);
    expect(await deliveredSince(24 * HOUR_MS, 'minute')).toBe(11);
    expect(await deliveredSince(24 * HOUR_MS, 'hour')).toBe(11);
    expect(await deliveredSince(20 * DAY_MS, 'day')).toBe(1_111);

    await hub.app.get(StatsRollup).expire();
    expect(await deliveredSince(24 * HOUR_MS, 'minute')).toBe(11);
    expect(await deliveredSince(20 * DAY_MS, 'day')).toBe(111);
    const kept = await sql(
      `SELECT grain, count(*)::int AS rows FROM stats_buckets WHERE grain <> 'day' GROUP BY grain ORDER BY grain`,
    );
    expect(kept).toEqual([
      { grain: 'hour', rows: 6 },
      { grain: 'minute', rows: 4 },
    ]);
  });

  it('choose buckets by how long the time is, and show the empty ones', async () => {
    const shown = async (query: string) => {
      const { body } = await hub.get(`/v1/stats?${query}`);
      return [body.bucket, body.buckets?.length] as unknown;
    };
    const until = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
    const ago = (ms: number) => `since=${new Date(until.getTime() - ms).toISOString()}&until=${until.toISOString()}`;
    expect(await shown(ago(HOUR_MS))).toEqual(['minute', 60]);
    expect(await shown(ago(DAY_MS))).toEqual(['hour', 24]);
    expect(await shown(`${ago(7 * HOUR_MS)}&bucket=minute`)).toEqual(['minute', 420]);
    expect(await shown('since=2026-01-01&until=2026-01-31')).toEqual(['day', 30]);
    expect(await shown('since=2026-01-01&until=2026-01-01T01:00:00Z')).toEqual(['hour', 1]);
    for (const wrong of ['since=2020-01-01&bucket=hour', 'since=2026-01-01&until=2026-01-02&bucket=minute']) {
      const answer = await hub.get(`/v1/stats?${wrong}`);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'bucket' }] } });
    }
  });

  it('are those of a partner’s own subscriptions for a partner, and nobody else’s for another account', async () => {
    const admin = await makeAccount(hub, 'With partners');
    const accountId = await accountOf(admin);
    const [partner, other] = [await makePartner(hub, {}, admin), await makePartner(hub, {}, admin)];
    const fields = { url: 'http://127.0.0.1:9/', events: ['job.created'] };
    const own = await hub.subscribe(fields, { key: partner.key });
    const { id: adminsOwn } = await hub.subscribe(fields, { key: admin });
    await sendMany(hub, 3, admin);
    const uuidOf = async (id: string) => {
      const [row] = await hub.app
        .get(Transactions)
        .query<{ id: string }>(`SELECT id FROM subscriptions WHERE account_id = $1 ORDER BY id LIMIT 1 OFFSET $2`, [
          accountId,
          id === own.id ? 0 : 1,
        ]);
      return row?.id ?? '';
    };
    await note(accountId, await uuidOf(own.id), new Date(), 5);
    await note(accountId, await uuidOf(adminsOwn), new Date(), 7);
    await rollUp(hub);
    const seenBy = async (key: string, query = '') => {
      const { body } = await hub.get(`/v1/stats${query}`, { key });
      return [body.totals.deliveries.delivered, body.backlog.pending, body.subscriptions.active] as unknown;
    };
    expect(await seenBy(admin)).toEqual([12, 6, 2]);
    expect(await seenBy(partner.key)).toEqual([5, 3, 1]);
    expect(await seenBy(partner.key, `?subscription_id=${own.id}`)).toEqual([5, 3, 1]);
    expect(await seenBy(other.key)).toEqual([0, 0, 0]);
    expect(await seenBy(await makeAccount(hub, 'A stranger'))).toEqual([0, 0, 0]);
    for (const key of [other.key, await makeAccount(hub, 'Another stranger')]) {
      expect((await hub.get(`/v1/stats?subscription_id=${own.id}`, { key })).status).toBe(404);
      expect((await hub.get('/v1/stats/subscriptions', { key })).body.data).toEqual([]);
    }
  });

  it('come with the list of subscriptions that need a look', async () => {
    const key = await makeAccount(hub, 'Ailing');
    const subscribe = (name: string, fields: object = {}) =>
      hub.subscribe({ url: `http://127.0.0.1:9/${name}`, events: ['*'], name, ...fields }, { key });
    const [well, off, failing] = [await subscribe('Well'), await subscribe('Off_100%'), await subscribe('Failing')];
    await hub.post(`/v1/subscriptions/${off.id}/disable`, undefined, { key });
    await sql(`UPDATE subscriptions SET failing_since = now() WHERE name = $1`, ['Failing']);
    const listed = async (query: string) => {
      const { body } = await hub.get(`/v1/subscriptions?${query}`, { key });
      return (body.data as { id: string }[]).map(({ id }) => id);
    };
    expect(await listed('ailing=true')).toEqual([failing.id, off.id]);
    expect(await listed('ailing=false')).toEqual([well.id]);
    expect(await listed('status=disabled')).toEqual([off.id]);
    expect(await listed('search=off_')).toEqual([off.id]);
    expect(await listed('search=%25')).toEqual([off.id]);
    expect(await listed('search=_')).toEqual([off.id]);
    expect(await listed('search=127.0.0.1:9/well')).toEqual([well.id]);
    expect(await listed('dialect=standard&limit=2')).toEqual([failing.id, off.id]);
    expect(await listed('dialect=hatchbeacon')).toEqual([]);
    expect(await listed('partner_id=ptn_01m7xr63cee52b9skadqbv3y6n')).toEqual([]);
    const { body } = await hub.get('/v1/stats', { key });
    expect(body.subscriptions).toMatchObject({ total: 3, active: 2, disabled: 1, failing: 1 });
    const { body: shown } = await hub.get(`/v1/subscriptions/${failing.id}`, { key });
    expect(shown.failing_since).toMatch(/Z$/);
  });
});
