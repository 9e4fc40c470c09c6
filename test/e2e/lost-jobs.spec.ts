import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock } from '../../src/common/clock.js';
import { newUuid, parsePublicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { claimNext } from '../../src/dispatch/claim-statements.js';
import { findOverdue, type Runner, takeDue } from '../../src/dispatch/delivery-statements.js';
import { finishDeliveries } from '../../src/dispatch/result-statements.js';
import { DISPATCH_QUEUE, type DispatchQueue } from '../../src/dispatch/queue/dispatch-queue.js';
import { untilDeliveries } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { CountingRunner } from '../support/query-plans.js';
import { Receiver } from '../support/receiver.js';

const OVERDUE_MS = 10_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

describe.each(QUEUES)('a queue that loses all that it is given: %s', (queueKind) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await Receiver.start();
    hub = await TestHub.start({ queue: queueKind });
    // Deliveries with a rate limit are never handed over.
    hub.app.get<DispatchQueue>(DISPATCH_QUEUE).add = () => undefined;
    // What is there at the start is looked for at once.
    await hub.advance(0);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('delays deliveries, and no more: workers find what is overdue', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.n'], rate_limit: 1_000 });
    for (let n = 0; n < 3; n++) await hub.send({ type: 'custom.n', data: { n } });
    await hub.advance(0);
    await untilDeliveries(hub, id, 3, ({ status }) => status === 'pending');
    await hub.advance(OVERDUE_MS + 1_000);
    await untilDeliveries(hub, id, 3, ({ status }) => status === 'delivered');
  });
});

describe('what is due, among much that is not yet', () => {
  const [DUE, WAITING] = [3, 20_000];
  let hub: TestHub;
  let subscriptionId: string;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    const { id } = await hub.subscribe({ url: 'http://127.0.0.1:9/hook', events: ['custom.n'] });
    subscriptionId = parsePublicId('subscription', id) ?? '';
    await owe(WAITING, `now() + interval '1 hour'`);
    await owe(DUE, `now() - interval '1 minute'`);
  });

  afterAll(() => hub.stop());

  async function owe(count: number, at: string): Promise<void> {
    await hub.app.get(Transactions).query(
      `INSERT INTO pending_deliveries (delivery_id, account_id, subscription_id, event_id, event_type, event_name, attempts,
         schedule_from, next_attempt_at, enqueue_at)
       SELECT gen_random_uuid(), $1, $2, $1, 'custom.n', 'custom.n', 1, 0, ${at}, ${at} FROM generate_series(1, ${count})`,
      [newUuid(), subscriptionId],
    );
  }

  it.each<[string, (sqlNow: string, runner: Runner) => Promise<unknown>]>([
    ['scheduler', (sqlNow, runner) => takeDue(1_000, sqlNow, runner)],
    ['worker', (sqlNow, runner) => claimNext([{ subscriptionId, count: 500 }], '{"standard":1000}', sqlNow, runner)],
    [
      'look for the overdue',
      (sqlNow, runner) => findOverdue({ forSeconds: 10, after: FIRST_ID, limit: 10 }, sqlNow, runner),
    ],
  ])('is found by the %s without reading the rest', async (_who, find) => {
    const counting = new CountingRunner(hub.app.get(Transactions));
    await find(hub.app.get(Clock).sqlNow, counting);
    expect(counting.rowsRead).toHaveLength(1);
    expect(counting.rowsRead[0]).toBeGreaterThan(0);
    expect(counting.rowsRead[0]).toBeLessThan(100);
  });

  it('is recorded without reading the rest, however far apart it is', async () => {
    const transactions = hub.app.get(Transactions);
    await transactions.query(
      `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, created_at)
       SELECT delivery_id, account_id, event_id, subscription_id, event_type, event_name, 'pending', now() FROM pending_deliveries`,
    );
    await transactions.query('ANALYZE deliveries');
    const ended = await transactions.query<{ id: string; token: string }>(
      `UPDATE pending_deliveries p SET lease_token = nextval('lease_token_seq')
       FROM (SELECT delivery_id, row_number() OVER (ORDER BY delivery_id) AS n FROM pending_deliveries) o
       WHERE p.delivery_id = o.delivery_id AND o.n % 2000 = 0 RETURNING p.delivery_id AS id, p.lease_token AS token`,
    );
    const finished = ended.map((row) => ({ ...row, status: 'delivered' as const, reason: null, attempts: 1 }));
    const counting = new CountingRunner(transactions);
    await finishDeliveries(finished, hub.app.get(Clock).sqlNow, counting);
    expect(finished).toHaveLength(WAITING / 2_000);
    expect(counting.rowsRead).toHaveLength(1);
    expect(counting.rowsRead[0]).toBeLessThan(150);
    const [left] = await transactions.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM deliveries WHERE status = 'delivered' AND attempts = 1`,
    );
    expect(left?.count).toBe(finished.length);
  });
});
