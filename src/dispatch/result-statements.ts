import type { Transaction } from '../common/transaction.js';
import { groupBy } from '../common/collections.js';
import { idBounds, plainArray, uuidArray } from '../database/sql-arrays.js';
import type { Runner } from './delivery-statements.js';

/** The hot-path SQL that writes what calls came to. A row whose lease token has moved on belongs to somebody else. */

export interface FinishedDelivery {
  readonly id: string;
  readonly token: string;
  readonly status: 'delivered' | 'failed';
  readonly reason: string | null;
  readonly attempts: number;
}

/** Answers the ids of those whose lease was still held. */
export async function finishDeliveries(
  finished: readonly FinishedDelivery[],
  sqlNow: string,
  transaction: Runner,
): Promise<string[]> {
  // Nearly all of them come to the same.
  const alike = groupBy(finished, ({ status, reason, attempts }) => JSON.stringify([status, reason, attempts]));
  const held = await Promise.all([...alike.values()].map((group) => finishAlike(group, sqlNow, transaction)));
  return held.flat();
}

/**
 * By an array of ids and no join: among deliveries of very different age PostgreSQL may join by reading all between the
 * bounds, for each of those that ended. The bounds say nothing new, but let the planner leave out partitions.
 */
async function finishAlike(
  finished: readonly FinishedDelivery[],
  sqlNow: string,
  transaction: Runner,
): Promise<string[]> {
  const [one] = finished;
  if (!one) return [];
  const ids = finished.map((row) => row.id);
  const rows = await transaction.query<{ id: string }>(
    `WITH gone AS (
       DELETE FROM pending_deliveries p USING unnest($1::uuid[], $2::bigint[]) AS r(id, token)
       WHERE p.delivery_id = r.id AND p.lease_token = r.token RETURNING r.id)
     UPDATE deliveries d SET status = $3, reason = $4, attempts = $5, finished_at = ${sqlNow}
     WHERE d.id = ANY(ARRAY(SELECT id FROM gone)) AND d.id BETWEEN $6 AND $7
     RETURNING d.id`,
    [
      uuidArray(ids),
      plainArray(finished.map((row) => row.token)),
      one.status,
      one.reason,
      one.attempts,
      ...idBounds(ids),
    ],
  );
  return rows.map((row) => row.id);
}

export interface Retry {
  readonly id: string;
  readonly token: string;
  readonly attempts: number;
  readonly scheduleFrom: number;
  readonly afterMs: number;
}

/** Answers the ids of those whose lease was still held. */
export async function rescheduleRetries(
  retries: readonly Retry[],
  sqlNow: string,
  transaction: Transaction,
): Promise<string[]> {
  if (retries.length === 0) return [];
  const rows = await transaction.query<{ id: string }>(
    `UPDATE pending_deliveries p
     SET attempts = r.attempts, schedule_from = r.schedule_from, next_attempt_at = ${sqlNow} + r.after_ms * interval '1 millisecond',
       enqueue_at = ${sqlNow} + r.after_ms * interval '1 millisecond', lease_until = NULL, lease_token = NULL
     FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::int[], $5::float8[]) AS r(id, token, attempts, schedule_from, after_ms)
     WHERE p.delivery_id = r.id AND p.lease_token = r.token
     RETURNING p.delivery_id AS id`,
    [
      uuidArray(retries.map((row) => row.id)),
      plainArray(retries.map((row) => row.token)),
      plainArray(retries.map((row) => row.attempts)),
      plainArray(retries.map((row) => row.scheduleFrom)),
      plainArray(retries.map((row) => row.afterMs)),
    ],
  );
  return rows.map((row) => row.id);
}
