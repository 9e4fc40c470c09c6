import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { StatsRollup } from '../../src/stats/stats-rollup.service.js';
import { untilDeliveries } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** What becomes of things when others that belong to them are past their retention. */

describe('a delivery whose event is no longer kept', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('fails, and says why, when it is tried again', async () => {
    receiver.answer('/hook', 410);
    const { id } = await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.n'] });
    await hub.send({ type: 'custom.n', data: {} });
    const [delivery] = await untilDeliveries(hub, id, 1, ({ status }) => status === 'failed');
    // Of an event that this process has never seen: it may keep those that it has.
    await hub.app.get(Transactions).query('UPDATE deliveries SET event_id = $1', [newUuid()]);
    await hub.post(`/v1/subscriptions/${id}/enable`);

    expect((await hub.post(`/v1/deliveries/${delivery?.id}/retry`)).status).toBe(200);
    const [failed] = await untilDeliveries(hub, id, 1, ({ status }) => status !== 'pending');
    expect(failed).toMatchObject({ status: 'failed', reason: 'its event is no longer kept', attempts: 1 });
    expect(await hub.app.get(Transactions).query('SELECT FROM pending_deliveries')).toEqual([]);
    expect(receiver.on('/hook')).toHaveLength(1);
    await hub.app.get(StatsRollup).rollUp();
    // It failed twice: by the receiver's answer, and without a call.
    expect((await hub.get('/v1/stats')).body.totals).toMatchObject({
      attempts: { delivered: 0, retry: 0, failed: 1 },
      deliveries: { delivered: 0, failed: 2 },
    });
  });
});
