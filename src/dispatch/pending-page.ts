import type { Transaction } from '../common/transaction.js';
import type { HistoryWalk } from '../database/history-walk.js';

/** Of all accounts together, before an account's own are looked for one subscription after the other. */
const NEWEST_LOOKED_AT = 2_000;

type Runner = Pick<Transaction, 'query'>;

/**
 * The newest deliveries that are owed, up to one more than the limit. Usually they are among the newest of all. Where they are not,
 * because others are owed many more, all that these owners are owed is read: a page never costs what others are owed.
 */
export async function pendingIds(
  owners: HistoryWalk['owners'],
  { from, below, equal, limit }: Pick<HistoryWalk, 'from' | 'below' | 'equal' | 'limit'>,
  runner: Runner,
): Promise<{ id: string }[]> {
  const inRange = `($2::uuid IS NULL OR delivery_id >= $2) AND ($3::uuid IS NULL OR delivery_id < $3)`;
  const isWanted = `($4::text IS NULL OR event_type = $4)`;
  const parameters = [owners.ids, from, below, equal.event_type ?? null, limit + 1];
  const newest = await runner.query<{ id: string | null; is_all: boolean }>(
    `WITH looked AS MATERIALIZED (
       SELECT delivery_id, ${owners.column}, event_type FROM pending_deliveries WHERE ${inRange} ORDER BY delivery_id DESC LIMIT $6),
     wanted AS (
       SELECT delivery_id FROM looked WHERE ${owners.column} = ANY($1::uuid[]) AND ${isWanted} ORDER BY delivery_id DESC LIMIT $5)
     SELECT w.delivery_id AS id, c.count < $6 AS is_all FROM (SELECT count(*) FROM looked) c LEFT JOIN wanted w ON true
     ORDER BY w.delivery_id DESC`,
    [...parameters, NEWEST_LOOKED_AT],
  );
  const found = newest.flatMap(({ id }) => (id === null ? [] : [{ id }]));
  if (found.length > limit || newest[0]?.is_all) return found;
  return runner.query<{ id: string }>(
    `WITH own AS MATERIALIZED (
       SELECT delivery_id FROM subscriptions s JOIN pending_deliveries p ON p.subscription_id = s.id
       WHERE s.${owners.column === 'account_id' ? 'account_id' : 'id'} = ANY($1::uuid[]) AND ${inRange} AND ${isWanted})
     SELECT delivery_id AS id FROM own ORDER BY delivery_id DESC LIMIT $5`,
    parameters,
  );
}
