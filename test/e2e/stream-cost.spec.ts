import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstUuidAt, newUuid, parsePublicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { newAttempts, newDeliveries } from '../../src/stream/stream-statements.js';
import { TestHub } from '../support/hub.js';
import { makePartner } from '../support/keys.js';
import { CountingRunner } from '../support/query-plans.js';

const OTHERS = 20_000;
const OWN = 3;
const LIMIT = 500;

describe('a look of a partner’s stream', () => {
  let hub: TestHub;
  let scope: { accountId: string; partnerId: string; subscriptionId: null; eventId: null };

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    const url = 'http://127.0.0.1:9/hook';
    const partner = await makePartner(hub);
    const others = await hub.subscribe({ url, events: ['*'] });
    const own = await hub.subscribe({ url, events: ['*'] }, { key: partner.key });
    await fill(others.id, OTHERS);
    await fill(own.id, OWN);
    const [row] = await hub.app
      .get(Transactions)
      .query<{ account_id: string; partner_id: string }>(
        `SELECT account_id, partner_id FROM subscriptions WHERE id = $1`,
        [parsePublicId('subscription', own.id)],
      );
    scope = { accountId: row?.account_id ?? '', partnerId: row?.partner_id ?? '', subscriptionId: null, eventId: null };
  });

  afterAll(() => hub.stop());

  async function fill(subscriptionId: string, count: number): Promise<void> {
    const id = `overlay($2::text PLACING lpad(to_hex(n), 12, '0') FROM 25)::uuid`;
    const from = `FROM subscriptions s, generate_series(1, ${count}) n WHERE s.id = $1`;
    const parameters = [parsePublicId('subscription', subscriptionId), newUuid()];
    const transactions = hub.app.get(Transactions);
    await transactions.query(
      `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, created_at)
       SELECT ${id}, s.account_id, $2::uuid, s.id, 'custom.n', 'custom.n', 'pending', now() ${from}`,
      parameters,
    );
    await transactions.query(
      `INSERT INTO attempts (id, account_id, subscription_id, kind, dialect, event_type, event_name, number, outcome, url, request_headers,
         request_body, response_status, response_headers, response_body, response_truncated, started_at, duration_ms)
       SELECT ${id}, s.account_id, s.id, 'test', 'standard', 'custom.n', 'custom.n', 1, 'delivered', s.url, '{}', '', 200, '{}', '',
         false, now(), 1 ${from}`,
      parameters,
    );
  }

  it.each([
    ['attempts', newAttempts],
    ['deliveries', newDeliveries],
  ])('reads what is new of its own %s, however many others the account has', async (_what, feed) => {
    const transactions = hub.app.get(Transactions);
    const floor = firstUuidAt(new Date(Date.now() - 60_000));
    const seen = newUuid();
    expect(await feed(scope, transactions).read(floor, [seen], LIMIT)).toHaveLength(OWN);
    expect(await feed(scope, transactions).count(floor, [seen])).toBe(OWN);
    const counting = new CountingRunner(transactions);
    await feed(scope, counting).read(floor, [seen], LIMIT);
    const read = counting.rowsRead;
    expect(read).toHaveLength(1);
    expect(read[0]).toBeGreaterThanOrEqual(OWN);
    expect(read[0]).toBeLessThan(100);
  });
});
