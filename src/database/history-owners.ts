import type { Transaction } from '../common/transaction.js';
import type { HistoryWalk } from './history-walk.js';

/** Who reads a history: an account, or one of its partners. */
export interface HistoryReader {
  readonly accountId: string;
  readonly partnerId: string | null;
}

export interface OwnerFilter {
  readonly subscriptionId?: string | null;
  readonly dialect?: string;
}

/**
 * Whose rows a reader sees of those asked for: all of the account, or those of some of its subscriptions, deleted ones among
 * them. A partner sees those of its own.
 */
export async function historyOwners(
  { accountId, partnerId }: HistoryReader,
  { subscriptionId = null, dialect }: OwnerFilter,
  runner: Pick<Transaction, 'query'>,
): Promise<HistoryWalk['owners']> {
  if (partnerId === null && subscriptionId === null && dialect === undefined) {
    return { column: 'account_id', ids: [accountId] };
  }
  const rows = await runner.query<{ id: string }>(
    `SELECT id FROM subscriptions WHERE account_id = $1 AND ($2::uuid IS NULL OR partner_id = $2)
       AND ($3::uuid IS NULL OR id = $3) AND ($4::text IS NULL OR dialect = $4)`,
    [accountId, partnerId, subscriptionId, dialect ?? null],
  );
  return { column: 'subscription_id', ids: rows.map(({ id }) => id) };
}
