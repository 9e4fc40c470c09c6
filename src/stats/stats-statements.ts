import type { Transaction } from '../common/transaction.js';
import { plainArray, textArray, timeArray } from '../database/sql-arrays.js';
import type { Grain } from './stats.entities.js';
import type { Delta, Tally } from './tally.js';

/** The SQL of statistics. */

/** Runs SQL, in a transaction or on its own. */
type Runner = Pick<Transaction, 'query'>;

export interface TakenDelta {
  readonly id: string;
  readonly content: readonly Delta[];
}

export interface BucketRow extends Tally {
  readonly accountId: string;
  readonly scopeId: string;
  readonly grain: Grain;
  readonly at: Date;
}

/** The oldest notes; none while another process rolls up. */
export async function takeDeltas(limit: number, transaction: Transaction): Promise<TakenDelta[]> {
  const [lock] = await transaction.query<{ mine: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('hub:stats')) AS mine`,
  );
  if (!lock?.mine) return [];
  return transaction.query<TakenDelta>(
    `DELETE FROM stats_deltas WHERE id IN (SELECT id FROM stats_deltas ORDER BY id LIMIT $1) RETURNING id, content`,
    [limit],
  );
}

const COLUMNS = `b.account_id AS "accountId", b.scope_id AS "scopeId", b.grain, b.at, b.counts, b.call_ms AS "callMs",
  b.delivery_ms AS "deliveryMs"`;
const KEYS = `unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) AS k(account_id, scope_id, grain, at)`;

/** Those of the buckets that there are already. */
export async function findBuckets(rows: readonly BucketRow[], runner: Runner): Promise<BucketRow[]> {
  return runner.query<BucketRow>(
    `SELECT ${COLUMNS}
     FROM ${KEYS}
     JOIN stats_buckets b ON b.account_id = k.account_id AND b.scope_id = k.scope_id
       AND b.grain = k.grain AND b.at = k.at`,
    keysOf(rows),
  );
}

/** Writes them as they are, over what there is. */
export async function saveBuckets(rows: readonly BucketRow[], runner: Runner): Promise<void> {
  await runner.query(
    `INSERT INTO stats_buckets (account_id, scope_id, grain, at, counts, call_ms, delivery_ms)
     SELECT account_id, scope_id, grain, at, counts::int[], call_ms::int[], delivery_ms::int[]
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
       AS k(account_id, scope_id, grain, at, counts, call_ms, delivery_ms)
     ON CONFLICT (account_id, scope_id, grain, at) DO UPDATE
     SET counts = EXCLUDED.counts, call_ms = EXCLUDED.call_ms, delivery_ms = EXCLUDED.delivery_ms`,
    [
      ...keysOf(rows),
      textArray(rows.map((row) => plainArray(row.counts))),
      textArray(rows.map((row) => plainArray(row.callMs))),
      textArray(rows.map((row) => plainArray(row.deliveryMs))),
    ],
  );
}

function keysOf(rows: readonly BucketRow[]): unknown[] {
  return [
    plainArray(rows.map((row) => row.accountId)),
    plainArray(rows.map((row) => row.scopeId)),
    plainArray(rows.map((row) => row.grain)),
    timeArray(rows.map((row) => row.at)),
  ];
}

export async function deleteBuckets(grain: Grain, before: Date, runner: Runner): Promise<void> {
  await runner.query(`DELETE FROM stats_buckets WHERE grain = $1 AND at < $2`, [grain, before]);
}

export interface BucketScope {
  readonly accountId: string;
  readonly scopeIds: readonly string[];
  readonly grain: Grain;
  readonly since: Date;
  readonly until: Date;
}

export async function listBuckets(
  { accountId, scopeIds, grain, since, until }: BucketScope,
  runner: Runner,
): Promise<BucketRow[]> {
  return runner.query<BucketRow>(
    `SELECT ${COLUMNS} FROM stats_buckets b
     WHERE b.account_id = $1 AND b.scope_id = ANY($2::uuid[]) AND b.grain = $3 AND b.at >= $4 AND b.at < $5`,
    [accountId, plainArray(scopeIds), grain, since, until],
  );
}

/** Whose the subscriptions are; those that are the account's own are missing. */
export async function partnersOf(subscriptionIds: readonly string[], runner: Runner): Promise<Map<string, string>> {
  const rows = await runner.query<{ id: string; partner_id: string }>(
    `SELECT id, partner_id FROM subscriptions WHERE id = ANY($1::uuid[]) AND partner_id IS NOT NULL`,
    [plainArray(subscriptionIds)],
  );
  return new Map(rows.map((row) => [row.id, row.partner_id]));
}
