import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RecoveryRunner } from '../../src/dispatch/recovery-runner.service.js';
import { ApiClient } from '../support/api-client.js';
import { holdScheduler, type ShownDelivery, untilDeliveries } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { HubProcess, makeDataDir, requireFreshBuild } from '../support/hub-process.js';
import { makeAccount, makeKey, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

/** What a receiver missed is sent again on request, at a pace that it can take. */

const MINUTE_MS = 60_000;
const STEP_MS = 1_000;
/** Deliveries a step. */
const RATE = 200;
const MANY = 2 * RATE + 50;
const AN_HOUR_AGO = new Date(Date.now() - 60 * MINUTE_MS).toISOString();

interface ShownRecovery {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly dry_run: boolean;
  readonly total: number;
  readonly recovered: number;
  readonly finished_at: string | null;
}

async function recover(api: ApiClient, subscriptionId: string, fields: object = {}): Promise<ShownRecovery> {
  const body = { since: AN_HOUR_AGO, ...fields };
  const answer = await api.post(`/v1/subscriptions/${subscriptionId}/recover`, body);
  if (answer.status !== 202) throw new Error(`The recovery was refused: ${answer.text}`);
  return answer.body as ShownRecovery;
}

async function progress(api: ApiClient, { id }: ShownRecovery): Promise<ShownRecovery> {
  return (await api.get(`/v1/recoveries/${id}`)).body as ShownRecovery;
}

/** A subscription that missed so many events while it was disabled, and is enabled again. */
async function missMany(api: ApiClient, url: string, count = MANY): Promise<string> {
  const { id } = await api.subscribe({ url, events: ['custom.missed'] });
  await api.post(`/v1/subscriptions/${id}/disable`);
  const events = Array.from({ length: count }, (_, n) => ({ type: 'custom.missed', data: { n } }));
  const sent = count > 0 ? await api.post('/v1/events/batch', { events }) : null;
  if (sent && sent.status !== 202) throw new Error('The events were refused.');
  await api.post(`/v1/subscriptions/${id}/enable`);
  return id;
}

describe('a recovery', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
    await holdScheduler(hub);
    // From now on a step is taken only when a test says so.
    await hub.app.get(RecoveryRunner).stop();
    hub.freeze();
  });

  afterEach(async () => {
    for (const { id } of (await hub.get('/v1/subscriptions')).body.data as { id: string }[]) {
      await hub.delete(`/v1/subscriptions/${id}`);
    }
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  async function later(ms: number): Promise<void> {
    await hub.advance(ms);
    await hub.app.get(RecoveryRunner).look();
  }

  /** Which deliveries a path got, and that each came once. */
  async function arrivedOnce(path: string, count: number): Promise<void> {
    await receiver.waitFor(path, count);
    const ids = receiver.on(path).map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([count, count]);
  }

  it('sends what failed, was cancelled and was skipped, with the webhook-ids that they had', async () => {
    const dialect = ['hatchbeacon', 'note_added', 'note.created'] as const;
    const subscription = await Subscribed.to([hub, receiver], dialect, 200);
    await subscription.send();
    subscription.answer(500);
    await subscription.send();
    for (let retry = 1; retry <= 5; retry++) await subscription.tryAgain();
    await subscription.send();
    await subscription.post('disable');
    await subscription.sendInVain();
    await hub.patch(`/v1/subscriptions/${subscription.id}`, { filter: { 'data.note.id': 'another' } });
    await subscription.sendInVain();
    await hub.patch(`/v1/subscriptions/${subscription.id}`, { filter: null });
    subscription.answer(200);
    await subscription.post('enable');
    const before = await subscription.deliveries();
    const [delivered, failed, cancelled, skipped, filtered] = before;
    expect(before.map(({ status }) => status)).toEqual(['delivered', 'failed', 'cancelled', 'skipped', 'skipped']);

    const callsBefore = subscription.calls().length;
    const dry = await recover(hub, subscription.id, { dry_run: true });
    expect(dry).toMatchObject({ status: 'done', dry_run: true, total: 3, recovered: 0 });
    await later(MINUTE_MS);
    expect(await subscription.deliveries()).toEqual(before);

    const recovery = await recover(hub, subscription.id);
    expect(recovery).toMatchObject({ status: 'running', total: 3, recovered: 0, finished_at: null });
    await later(0);
    const { finished_at: finishedAt, ...done } = await progress(hub, recovery);
    expect(done).toMatchObject({ status: 'done', reason: null, total: 3, recovered: 3 });
    expect(finishedAt).not.toBeNull();
    const after = await subscription.untilAll(({ status }) => status !== 'pending');
    expect(after.map(({ status }) => status)).toEqual([...Array<string>(4).fill('delivered'), 'skipped']);
    expect([after[0], after[4]]).toEqual([delivered, filtered]);
    const sent = subscription.calls().slice(callsBefore);
    expect(sent.map(({ headers }) => headers['webhook-id']).sort()).toEqual([failed?.id, cancelled?.id, skipped?.id]);

    const again = await recover(hub, subscription.id);
    expect(again).toMatchObject({ total: 0 });
    await later(0);
    expect(await progress(hub, again)).toMatchObject({ status: 'done', recovered: 0 });
    expect(subscription.calls()).toHaveLength(callsBefore + 3);
  });

  it('takes what is of its time alone', async () => {
    const id = await missMany(hub, `${receiver.url}/span`, 0);
    const times: string[] = [];
    await hub.post(`/v1/subscriptions/${id}/disable`);
    for (const n of [1, 2, 3]) {
      await hub.send({ type: 'custom.missed', data: { n } });
      times.push(new Date(Date.now() + 1).toISOString());
    }
    await hub.post(`/v1/subscriptions/${id}/enable`);
    const [since, until] = times;
    expect(await recover(hub, id, { since, until })).toMatchObject({ total: 1 });
    await later(0);
    const [call] = await receiver.waitFor('/span', 1);
    expect(JSON.parse(call?.body.toString() ?? '')).toMatchObject({ data: { n: 2 } });
    const [first, second, third] = await untilDeliveries(hub, id, 3, ({ status }) => status !== 'pending');
    expect([first?.status, second?.status, third?.status]).toEqual(['skipped', 'delivered', 'skipped']);
  });

  it('sends 200 a second and tells how far it is, also when two of them run', async () => {
    const id = await missMany(hub, `${receiver.url}/many`);
    const recoveries = [await recover(hub, id), await recover(hub, id)];
    const steps: number[] = [];
    for (let second = 1; second <= 4; second++) {
      await later(second === 1 ? 0 : STEP_MS);
      const [one, other] = await Promise.all(recoveries.map((recovery) => progress(hub, recovery)));
      steps.push((one?.recovered ?? 0) + (other?.recovered ?? 0));
    }
    expect(steps).toEqual([RATE, 2 * RATE, MANY, MANY]);
    for (const recovery of recoveries) expect(await progress(hub, recovery)).toMatchObject({ status: 'done' });
    await arrivedOnce('/many', MANY);
  });

  it('can be called off: what was sent stays sent, the rest is for another one', async () => {
    const id = await missMany(hub, `${receiver.url}/off`);
    const recovery = await recover(hub, id);
    await later(0);
    expect(await progress(hub, recovery)).toMatchObject({ status: 'running', total: MANY, recovered: RATE });
    expect((await hub.delete(`/v1/recoveries/${recovery.id}`)).status).toBe(204);
    await hub.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
    await later(MINUTE_MS);
    expect(await progress(hub, recovery)).toMatchObject({ status: 'cancelled', recovered: RATE });
    await arrivedOnce('/off', RATE);
    expect((await hub.delete(`/v1/recoveries/${recovery.id}`)).status).toBe(204);

    expect(await recover(hub, id)).toMatchObject({ total: MANY - RATE });
    for (const ms of [0, STEP_MS]) await later(ms);
    await arrivedOnce('/off', MANY);
  });

  it('stops when its subscription does, and is not begun while it is stopped', async () => {
    const id = await missMany(hub, `${receiver.url}/stopped`);
    const recovery = await recover(hub, id);
    await later(0);
    await receiver.waitFor('/stopped', RATE);
    await hub.post(`/v1/subscriptions/${id}/disable`);
    await later(STEP_MS);
    const stopped = { status: 'stopped', reason: 'the subscription is disabled', recovered: RATE };
    expect(await progress(hub, recovery)).toMatchObject(stopped);
    const refused = await hub.post(`/v1/subscriptions/${id}/recover`, { since: AN_HOUR_AGO });
    expect(refused).toMatchObject({ status: 409, body: { detail: 'The subscription is disabled: enable it first.' } });
  });

  it('is a matter of those whose subscription it is', async () => {
    const partner = await makePartner(hub);
    const fields = { url: `${receiver.url}/partner`, events: ['custom.missed'] };
    const { id } = await hub.subscribe(fields, { key: partner.key });
    const body = { since: AN_HOUR_AGO };
    const path = `/v1/subscriptions/${id}/recover`;
    const { body: recovery } = await hub.post(path, body, { key: partner.key });
    const strangers = [await makeAccount(hub), (await makePartner(hub)).key];
    for (const key of strangers) {
      expect((await hub.post(path, body, { key })).status).toBe(404);
      expect((await hub.get(`/v1/recoveries/${recovery.id}`, { key })).status).toBe(404);
      expect((await hub.delete(`/v1/recoveries/${recovery.id}`, { key })).status).toBe(404);
    }
    const viewer = await makeKey(hub, 'viewer');
    expect((await hub.get(`/v1/recoveries/${recovery.id}`, { key: viewer })).status).toBe(200);
    expect((await hub.post(path, body, { key: viewer })).status).toBe(403);
    for (const wrong of [{}, { since: 'yesterday' }, { since: AN_HOUR_AGO, until: AN_HOUR_AGO }]) {
      expect(await hub.post(path, wrong)).toMatchObject({ status: 422, body: { errors: [{ field: 'since' }] } });
    }
  });

  it('is what the page of an event is asked before: it tells of each subscription what became of it, and why', async () => {
    const type = 'job.published';
    const subscribe = async (path: string, fields: object = {}) =>
      (await hub.subscribe({ url: `${receiver.url}/page/${path}`, events: [type], ...fields })).id;
    receiver.answer('/page/failing', 500);
    const delivered = await subscribe('good');
    const pending = await subscribe('failing');
    const cancelled = await subscribe('failing');
    const skipped = await subscribe('disabled');
    const filtered = await subscribe('filtered', { filter: { 'data.job.id': 'another' } });
    const unsaid = await subscribe('unsaid', { dialect: 'jobaffinity', events: ['*'] });
    await hub.post(`/v1/subscriptions/${skipped}/disable`);
    const { id } = await hub.send({ type, data: { job: { id: 'job_1' } } });
    await receiver.waitFor('/page/failing', 2);
    await hub.post(`/v1/subscriptions/${cancelled}/disable`);
    const settled = ({ deliveries }: { deliveries: ShownDelivery[] }) =>
      deliveries.every(({ status, attempts }) => status !== 'pending' || attempts > 0);
    const { deliveries } = (await hub.until(`/v1/events/${id}`, settled)) as { deliveries: object[] };
    const byHand = 'the subscription is disabled: disabled by Bootstrap';
    expect(deliveries).toMatchObject([
      { subscription_id: delivered, status: 'delivered', reason: null, attempts: 1 },
      { subscription_id: pending, status: 'pending', reason: null, next_attempt_at: expect.any(String) },
      { subscription_id: cancelled, status: 'cancelled', reason: byHand, next_attempt_at: null },
      { subscription_id: skipped, status: 'skipped', reason: byHand, attempts: 0 },
      { subscription_id: filtered, status: 'skipped', reason: "not let through by the subscription's filter" },
      { subscription_id: unsaid, status: 'skipped', reason: 'not expressible in jobaffinity' },
    ]);
  });
});

describe('kill -9 of the hub in the middle of a recovery', () => {
  const FOUR_STEPS = 4 * RATE;
  const cleanUps: (() => Promise<unknown>)[] = [];

  beforeAll(requireFreshBuild);

  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  it('loses nothing: the next start goes on where it was', async () => {
    const directory = await makeDataDir();
    const receiver = await Receiver.start();
    cleanUps.push(
      () => directory.remove(),
      () => receiver.close(),
    );
    const first = await HubProcess.start({ DATA_DIR: directory.path });
    cleanUps.push(() => first.stop('SIGKILL'));
    const key = first.printedKey ?? '';
    const id = await missMany(new ApiClient(first.url, key), `${receiver.url}/hook`, FOUR_STEPS);
    const recovery = await recover(new ApiClient(first.url, key), id);
    await receiver.waitFor('/hook', 1);
    await first.stop('SIGKILL');

    const second = await HubProcess.start({ DATA_DIR: directory.path });
    cleanUps.push(() => second.stop());
    const api = new ApiClient(second.url, key);
    expect((await progress(api, recovery)).recovered).toBeLessThan(FOUR_STEPS);
    const done = await api.until(`/v1/recoveries/${recovery.id}`, ({ status }) => status !== 'running');
    expect(done).toMatchObject({ status: 'done', total: FOUR_STEPS, recovered: FOUR_STEPS });
    await api.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(FOUR_STEPS);
  });
});
