import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/database/transactions.service.js';
import { DISPATCH_QUEUE, type DispatchQueue } from '../../src/dispatch/queue/dispatch-queue.js';
import { TestHub } from '../support/hub.js';

const MAX_TRUST_MS = 5 * 60_000;

describe('a delivery that is overdue by a day, in a queue that nobody reads', () => {
  let hub: TestHub;
  let queue: DispatchQueue;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    queue = hub.app.get<DispatchQueue>(DISPATCH_QUEUE);
    await hub.subscribe({ url: 'http://127.0.0.1:9/hook', events: ['custom.n'] });
    await hub.send({ type: 'custom.n', data: {} });
    await hub.app
      .get(Transactions)
      .query(`UPDATE pending_deliveries SET next_attempt_at = now() - interval '1 day', queued_until = now()`);
  });

  afterAll(() => hub.stop());

  it('is brought again within minutes: whoever took it from the queue may be gone', async () => {
    const before = await queue.depth();
    await hub.advance(0);
    expect(await queue.depth()).toBe(before + 1);
    await hub.advance(MAX_TRUST_MS - 10_000);
    expect(await queue.depth()).toBe(before + 1);
    await hub.advance(10_000);
    expect(await queue.depth()).toBe(before + 2);
  });
});
