import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import type { AcceptedEvent } from '../../src/event-bus/internal-events.js';
import { type Match, SubscriptionMatcher } from '../../src/subscriptions/subscription-matcher.service.js';
import { TestHub } from '../support/hub.js';

/** How many a process remembers at a time. */
const REMEMBERED = 5_000;
const GROUPS = 40;

describe('a hub with more accounts than a process remembers', () => {
  let hub: TestHub;
  let accountId: string;
  let others: string[];

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    await hub.subscribe({ url: 'http://127.0.0.1:9/hook', events: ['custom.n'] });
    const transactions = hub.app.get(Transactions);
    const [account] = await transactions.query<{ id: string }>('SELECT id FROM accounts');
    accountId = account?.id ?? '';
    others = Array.from({ length: REMEMBERED + GROUPS }, () => newUuid());
    await transactions.query(
      `INSERT INTO accounts (id, name, created_at) SELECT id, 'Another', now() FROM unnest($1::uuid[]) AS id`,
      [others],
    );
  });

  afterAll(() => hub.stop());

  async function match(...accountIds: string[]): Promise<Match[][]> {
    const events = accountIds.map(eventOf);
    return hub.app.get(Transactions).run((transaction) => hub.app.get(SubscriptionMatcher).match(events, transaction));
  }

  it('plans the deliveries of an account it remembers beside those of one that makes it forget others', async () => {
    await match(accountId, ...others.slice(1, REMEMBERED));
    const [matches] = await match(accountId, others[0] ?? '');
    expect(matches).toHaveLength(1);
  });

  it('plans them while other groups make it forget others', async () => {
    await match(accountId, ...others.slice(GROUPS, REMEMBERED + GROUPS - 1));
    const groups = await Promise.all(others.slice(0, GROUPS).map((other) => match(accountId, other)));
    expect(groups.map(([matches = []]) => matches.length)).toEqual(groups.map(() => 1));
  });

  it('matches by what is committed, whatever a transaction saw that did not come to be', async () => {
    const transactions = hub.app.get(Transactions);
    const nextVersion = 'UPDATE accounts SET subscriptions_version = subscriptions_version + 1 WHERE id = $1';
    const abandoned = transactions.run(async (transaction) => {
      await transaction.query(`UPDATE subscriptions SET status = 'disabled'`);
      await transaction.query(nextVersion, [accountId]);
      const [[unsaved] = []] = await hub.app.get(SubscriptionMatcher).match([eventOf(accountId)], transaction);
      expect(unsaved?.skipReason).toMatch(/disabled/);
      throw new Error('not to be');
    });
    await expect(abandoned).rejects.toThrow('not to be');
    await transactions.query(nextVersion, [accountId]);
    const [[later] = []] = await match(accountId);
    expect(later?.skipReason).toBeNull();
  });
});

function eventOf(accountId: string): AcceptedEvent {
  const id = newUuid();
  const source = { dialect: 'standard', source_id: null, event_id: null, type: null };
  const occurredAt = new Date().toISOString();
  const event = {
    id,
    type: 'custom.n',
    occurred_at: occurredAt,
    source,
    subject: null,
    actor: null,
    data: {},
    extensions: {},
    test: false,
  };
  return {
    id,
    accountId,
    sourceId: null,
    event,
    content: Buffer.from(JSON.stringify(event)),
    deliveries: 0,
    handedOver: 0,
  };
}
