import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdScheduler, type ShownDelivery, untilDeliveries } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

interface HubEvent {
  readonly type: string;
  readonly data: Readonly<Record<'subscription' | 'delivery', Readonly<Record<string, unknown>>>>;
}

describe("the hub's own events", () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  /** What `path` was told, once it was told `count` times. */
  async function told(path: string, count: number): Promise<HubEvent[]> {
    const calls = await receiver.waitFor(path, count);
    return calls.map(({ body }) => JSON.parse(body.toString('utf8')) as HubEvent);
  }

  async function watch(path: string, events: string[], key = hub.adminKey): Promise<string> {
    const { id } = await hub.subscribe({ url: receiver.url + path, events }, { key });
    return id;
  }

  const job = (type: string) => ({ type, data: { job: { id: 'job_1' } } });

  it('tell those who ask for them that a receiver is gone, and that a delivery has failed for good', async () => {
    const watcher = await watch('/told', ['hub.*']);
    const all = await watch('/all', ['*']);
    receiver.answer('/gone', 410);
    const gone = await watch('/gone', ['job.created']);
    await hub.send(job('job.created'));

    const [first, second] = (await told('/told', 2)).sort((left, right) => (left.type < right.type ? -1 : 1));
    expect(first).toMatchObject({
      type: 'hub.delivery_exhausted',
      data: { delivery: { subscription_id: gone, event_type: 'job.created', attempts: 1, last_response_status: 410 } },
    });
    expect(second).toMatchObject({
      type: 'hub.subscription_deactivated',
      data: { subscription: { id: gone, url: `${receiver.url}/gone`, status: 'deactivated', dialect: 'standard' } },
    });
    expect(second?.data.subscription.status_reason).toMatch(/410/);
    // `*` means what happens in the ATS.
    await untilDeliveries(hub, all, 1, ({ status }) => status === 'delivered');
    expect(await told('/all', 1)).toMatchObject([{ type: 'job.created' }]);
    await Promise.all([watcher, all].map((id) => hub.delete(`/v1/subscriptions/${id}`)));
  });

  it('are not told of themselves: a receiver that fails hears no more of it', async () => {
    receiver.answer('/deaf', 410);
    receiver.answer('/broken', 410);
    const exhausted = async () => {
      const { body } = await hub.get('/v1/events?type=hub.delivery_exhausted&limit=200');
      return (body as { data: object[] }).data.length;
    };
    const before = await exhausted();
    const deaf = await watch('/deaf', ['hub.*']);
    const broken = await watch('/broken', ['job.updated']);
    await hub.send(job('job.updated'));
    // The second one's delivery fails for good, and so does the first one's, which tells of that.
    for (const id of [broken, deaf]) {
      await hub.until(`/v1/subscriptions/${id}`, ({ status }: { status: string }) => status === 'deactivated');
    }
    expect(await exhausted()).toBe(before + 1);
  });

  it('reach a partner about its own subscriptions only', async () => {
    const [{ key: one }, { key: other }] = await Promise.all([makePartner(hub), makePartner(hub)]);
    await watch('/one', ['hub.subscription_disabled'], one);
    const ofOne = await watch('/x', ['job.expired'], one);
    const ofOther = await watch('/y', ['job.expired'], other);
    await watch('/account', ['hub.subscription_disabled']);
    for (const id of [ofOther, ofOne]) await hub.post(`/v1/subscriptions/${id}/disable`);
    const idsTold = async (path: string, count: number) =>
      (await told(path, count)).map(({ data }) => data.subscription.id).sort();
    expect(await idsTold('/account', 2)).toEqual([ofOne, ofOther].sort());
    expect(await idsTold('/one', 1)).toEqual([ofOne]);
  });

  it('are not sent to a subscription that the same change disables after they were planned for it', async () => {
    const { id: partnerId, key } = await makePartner(hub);
    const [first, second] = [await watch('/x', ['job.expired'], key), await watch('/x', ['job.expired'], key)];
    const witness = await watch('/witness', ['hub.subscription_disabled'], key);
    await watch('/bystander', ['hub.subscription_disabled']);
    // From here on the worker has the witness's target at hand, so that it is handed what is planned for it.
    await hub.post(`/v1/subscriptions/${first}/disable`);
    await told('/witness', 1);
    await untilDeliveries(hub, witness, 1, ({ status }) => status === 'delivered');
    await hub.patch(`/v1/partners/${partnerId}`, { status: 'disabled' });
    const ids = (await told('/bystander', 3)).map(({ data }) => data.subscription.id).sort();
    expect(ids).toEqual([first, second, witness].sort());
    const { data } = (await hub.get(`/v1/deliveries?subscription_id=${witness}`)).body as { data: ShownDelivery[] };
    expect(data.map(({ status }) => status)).toEqual(['skipped', 'cancelled', 'delivered']);
    expect(receiver.on('/witness')).toHaveLength(1);
  });
});
