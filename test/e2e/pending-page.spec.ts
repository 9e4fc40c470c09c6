import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, parsePublicId, publicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { TestHub } from '../support/hub.js';

/** More than are looked at of all accounts together. */
const OF_OTHERS = 2_500;
const OWN = 5;

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

describe('what is owed to an account while others are owed thousands', () => {
  let hub: TestHub;
  let subscriptionId: string;
  let own: string[];

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    subscriptionId = (await hub.subscribe({ url: 'http://127.0.0.1:9/hook', events: ['*'] })).id;
    const [account] = await hub.app.get(Transactions).query<{ id: string }>('SELECT id FROM accounts');
    own = await owe(account?.id ?? '', parsePublicId('subscription', subscriptionId) ?? '', OWN);
    await owe(newUuid(), newUuid(), OF_OTHERS);
  });

  afterAll(() => hub.stop());

  async function owe(accountId: string, subscription: string, count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => newUuid());
    const transactions = hub.app.get(Transactions);
    await transactions.query(
      `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, created_at)
       SELECT id, $2, id, $3, 'custom.n', 'custom.n', 'pending', now() FROM unnest($1::uuid[]) AS id`,
      [ids, accountId, subscription],
    );
    await transactions.query(
      `INSERT INTO pending_deliveries (delivery_id, account_id, subscription_id, event_id, event_type, event_name, attempts,
         schedule_from, next_attempt_at)
       SELECT id, $2, $3, id, 'custom.n', 'custom.n', 0, 0, now() FROM unnest($1::uuid[]) AS id`,
      [ids, accountId, subscription],
    );
    return ids.map((id) => publicId('delivery', id));
  }

  async function page(query: string): Promise<Page> {
    const { status, body } = await hub.get(`/v1/deliveries?status=pending${query}`);
    expect(status).toBe(200);
    return body as Page;
  }

  const idsOf = ({ data }: Page) => data.map(({ id }) => id);

  it('is all on its first page, newest first', async () => {
    const newestFirst = [...own].reverse();
    for (const query of ['', `&subscription_id=${subscriptionId}`, '&type=custom.n']) {
      const found = await page(query);
      expect(idsOf(found)).toEqual(newestFirst);
      expect(found.next_cursor).toBeNull();
    }
    expect(await page('&type=custom.other')).toEqual({ data: [], next_cursor: null });
  });

  it('is paged', async () => {
    const first = await page('&limit=3');
    expect(idsOf(first)).toEqual([...own].reverse().slice(0, 3));
    const second = await page(`&limit=3&cursor=${first.next_cursor}`);
    expect(idsOf(second)).toEqual([...own].reverse().slice(3));
    expect(second.next_cursor).toBeNull();
  });
});
