import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Transactions } from '../../src/database/transactions.service.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

const EVENTS = 500;
const BATCHES = 4;
/** PostgreSQL's sessions tell what they did when they are used again, or after ten seconds. */
const TOLD_WITHIN_MS = 20_000;

describe('the outcome of a delivery', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('is written beside what was planned, and into no index', async () => {
    await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.updated'] });
    const events = Array.from({ length: EVENTS }, () => ({ type: 'custom.updated', data: {} }));
    for (let batch = 0; batch < BATCHES; batch++) {
      expect((await hub.post('/v1/events/batch', { events })).status).toBe(202);
    }
    await receiver.waitFor('/hook', BATCHES * EVENTS, 30_000);
    const { updated, inPlace } = await updatesOf(hub);
    expect(updated).toBe(BATCHES * EVENTS);
    expect(inPlace / updated).toBeGreaterThan(0.95);
  });
});

async function updatesOf(hub: TestHub): Promise<{ updated: number; inPlace: number }> {
  const transactions = hub.app.get(Transactions);
  for (const until = performance.now() + TOLD_WITHIN_MS; ; await delay(100)) {
    const [row] = await transactions.query<{ updated: number; inPlace: number }>(
      `SELECT sum(n_tup_upd)::int AS updated, sum(n_tup_hot_upd)::int AS "inPlace"
       FROM pg_stat_user_tables WHERE relname LIKE 'deliveries\\_%'`,
    );
    if (row && (row.updated >= BATCHES * EVENTS || performance.now() > until)) return row;
  }
}
