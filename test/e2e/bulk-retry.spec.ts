import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, parsePublicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { RecoveryRunner } from '../../src/dispatch/recovery-runner.service.js';
import { deliveriesOf, holdScheduler, untilAttempts, untilDeliveries } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { makeAccount, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** Many deliveries are tried again in one go, and no others. */

const STEP_MS = 1_000;
const EACH = 130;
/** How many deliveries a step looks at. */
const LOOKED_AT_ONCE = 20_000;

interface ShownRecovery {
  readonly id: string;
  readonly total: number;
}

describe.each(QUEUES)('a retry of many, with the queue %s', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    await holdScheduler(hub);
    // From now on a step is taken only when a test says so.
    await hub.app.get(RecoveryRunner).stop();
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  async function later(ms: number): Promise<void> {
    await hub.advance(ms);
    await hub.app.get(RecoveryRunner).look();
  }

  async function retry(body: object, key = hub.adminKey): Promise<ShownRecovery> {
    hub.freeze();
    const answer = await hub.post('/v1/deliveries/retry', body, { key });
    if (answer.status !== 202) throw new Error(answer.text);
    return answer.body as ShownRecovery;
  }

  /** A subscription that missed so many events of a type while it was disabled. */
  async function missed(type: string, count: number, key = hub.adminKey): Promise<string> {
    const path = `/${type}/${count}`;
    const { id } = await hub.subscribe({ url: receiver.url + path, events: [type] }, { key });
    await hub.post(`/v1/subscriptions/${id}/disable`, undefined, { key });
    return id;
  }

  async function send(type: string, count: number, key = hub.adminKey): Promise<void> {
    const events = Array.from({ length: count }, (_, n) => ({ type, data: { n } }));
    expect((await hub.post('/v1/events/batch', { events }, { key })).status).toBe(202);
  }

  it('takes all of a filter, 200 a second over all subscriptions, with the webhook-ids that they had', async () => {
    const type = 'custom.filtered';
    const ids = [await missed(type, 1), await missed(type, 2), await missed('custom.another', 3)];
    await send(type, EACH);
    await send('custom.another', 1);
    for (const id of ids) await hub.post(`/v1/subscriptions/${id}/enable`);
    expect(await retry({ type, dry_run: true })).toMatchObject({ status: 'done', dry_run: true, total: 2 * EACH });
    const started = await retry({ type });
    expect(started).toMatchObject({
      kind: 'retry',
      subscription_id: null,
      filter: { type, status: null, event_id: null, delivery_ids: 0 },
      status: 'running',
      since: null,
      total: 2 * EACH,
      recovered: 0,
    });
    const steps: unknown[] = [];
    for (const ms of [0, STEP_MS / 2, STEP_MS / 2]) {
      await later(ms);
      const { body } = await hub.get(`/v1/recoveries/${started.id}`);
      steps.push([body.recovered, body.status]);
    }
    expect(steps).toEqual([
      [200, 'running'],
      [200, 'running'],
      [2 * EACH, 'done'],
    ]);
    for (const [index, id] of ids.slice(0, 2).entries()) {
      const deliveries = await untilDeliveries(hub, id, EACH, ({ status }) => status === 'delivered');
      const got = receiver.on(`/${type}/${index + 1}`).map(({ headers }) => headers['webhook-id']);
      expect(got.sort()).toEqual(deliveries.map((delivery) => delivery.id).sort());
    }
    expect(await deliveriesOf(hub, ids[2] ?? '')).toMatchObject([{ status: 'skipped' }]);
  });

  it('takes those that are named, whatever their status, and goes on numbering their attempts', async () => {
    const type = 'custom.named';
    const { id } = await hub.subscribe({ url: `${receiver.url}/named`, events: [type] });
    receiver.answer('/named', 500);
    await send(type, 2);
    await untilAttempts(hub, id, 2);
    receiver.answer('/named', 200);
    await send(type, 2);
    const before = await untilDeliveries(hub, id, 4, ({ attempts }) => attempts === 1);
    const [pending, left, delivered, alsoLeft] = before;
    const started = await retry({ delivery_ids: [pending?.id, delivered?.id] });
    expect(started).toMatchObject({ total: 2, filter: { delivery_ids: 2 } });
    await later(0);
    expect((await hub.get(`/v1/recoveries/${started.id}`)).body).toMatchObject({ status: 'done', recovered: 2 });
    const attempts = await untilAttempts(hub, id, 6);
    expect(attempts.slice(-2).map(({ number, outcome }) => [number, outcome])).toEqual([
      [2, 'delivered'],
      [2, 'delivered'],
    ]);
    const after = await untilDeliveries(hub, id, 4, (one) => one.status === 'delivered' || one.id === left?.id);
    expect(after).toMatchObject([
      { id: pending?.id, attempts: 2 },
      { ...left },
      { id: delivered?.id, attempts: 2 },
      { ...alsoLeft },
    ]);
  });

  it('leaves out what is of subscriptions that are not active, and can be called off', async () => {
    const type = 'custom.inactive';
    const [off, on] = [await missed(type, 1), await missed(type, 2)];
    await send(type, 3);
    await hub.post(`/v1/subscriptions/${on}/enable`);
    const refused = await hub.post('/v1/deliveries/retry', { subscription_id: off });
    expect(refused).toMatchObject({ status: 409, body: { detail: 'The subscription is disabled: enable it first.' } });
    const calledOff = await retry({ type });
    expect((await hub.delete(`/v1/recoveries/${calledOff.id}`)).status).toBe(204);
    await later(0);
    expect(receiver.on(`/${type}/2`)).toEqual([]);
    const started = await retry({ type, status: 'skipped' });
    await later(0);
    const { body } = await hub.get(`/v1/recoveries/${started.id}`);
    expect(body).toMatchObject({ status: 'done', total: 6, recovered: 3, left_out: 3 });
    await untilDeliveries(hub, on, 3, ({ status }) => status === 'delivered');
    await untilDeliveries(hub, off, 3, ({ status }) => status === 'skipped');
  });

  it('of a partner is of its own subscriptions alone, and its own matter', async () => {
    const admin = await makeAccount(hub);
    const [partner, other] = [await makePartner(hub, {}, admin), await makePartner(hub, {}, admin)];
    const type = 'custom.partnered';
    const own = await missed(type, 1, partner.key);
    const others = await missed(type, 2, other.key);
    await send(type, 2, admin);
    await hub.post(`/v1/subscriptions/${own}/enable`, undefined, { key: partner.key });
    await hub.post(`/v1/subscriptions/${others}/enable`, undefined, { key: other.key });
    const { body: foreign } = await hub.get('/v1/deliveries', { key: other.key });
    const stolen = { delivery_ids: [foreign.data[0].id] };
    for (const key of [partner.key, hub.adminKey]) {
      const refused = await hub.post('/v1/deliveries/retry', stolen, { key });
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'delivery_ids[0]' }] } });
    }
    const notMine = await hub.post('/v1/deliveries/retry', { subscription_id: others }, { key: partner.key });
    expect(notMine).toMatchObject({ status: 422, body: { errors: [{ field: 'subscription_id' }] } });
    const started = await retry({ type }, partner.key);
    expect(started).toMatchObject({ total: 2 });
    for (const key of [other.key, hub.adminKey]) {
      expect((await hub.get(`/v1/recoveries/${started.id}`, { key })).status).toBe(404);
      expect((await hub.delete(`/v1/recoveries/${started.id}`, { key })).status).toBe(404);
    }
    await later(0);
    for (const key of [partner.key, admin]) {
      const { body } = await hub.get(`/v1/recoveries/${started.id}`, { key });
      expect(body).toMatchObject({ status: 'done', recovered: 2 });
    }
    await receiver.waitFor(`/${type}/1`, 2);
    const { body: left } = await hub.get('/v1/deliveries?status=skipped', { key: admin });
    expect(left.data).toMatchObject([{ subscription_id: others }, { subscription_id: others }]);
  });

  it('rests after a look that found nothing, and goes on from there', async () => {
    const type = 'custom.after_many';
    const { id } = await hub.subscribe({ url: `${receiver.url}/after_many`, events: [type] });
    await hub.app.get(Transactions).query(
      `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, created_at, finished_at)
       SELECT overlay($2::text PLACING lpad(to_hex(n), 12, '0') FROM 25)::uuid, account_id, $2::uuid, id, 'custom.many', 'custom.many',
         'delivered', now(), now()
       FROM subscriptions, generate_series(1, ${LOOKED_AT_ONCE}) n WHERE id = $1`,
      [parsePublicId('subscription', id), newUuid()],
    );
    await send(type, 1);
    await hub.until(`/v1/deliveries?subscription_id=${id}&status=pending`, ({ data }) => data.length === 0);
    const { id: started } = await retry({ subscription_id: id, type, status: 'delivered' });
    await later(0);
    expect((await hub.get(`/v1/recoveries/${started}`)).body).toMatchObject({ status: 'running', recovered: 0 });
    await later(STEP_MS / 10);
    expect((await hub.get(`/v1/recoveries/${started}`)).body).toMatchObject({ status: 'done', recovered: 1 });
    await receiver.waitFor('/after_many', 2);
  });

  it('must say which', async () => {
    for (const body of [{}, { until: '2026-01-01T00:00:00Z' }, { dry_run: true }]) {
      const answer = await hub.post('/v1/deliveries/retry', body);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'delivery_ids' }] } });
    }
  });
});
