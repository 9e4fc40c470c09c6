import type { Transaction } from '../common/transaction.js';
import { idBounds, plainArray, textArray, uuidArray } from '../database/sql-arrays.js';

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
  transaction: Transaction,
): Promise<string[]> {
  if (finished.length === 0) return [];
  const rows = await transaction.query<{ id: string }>(
    // The bounds say nothing new, but let the planner leave out partitions.
    `WITH r AS (SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::int[]) AS r(id, token, status, reason, attempts)),
     gone AS (DELETE FROM pending_deliveries p USING r WHERE p.delivery_id = r.id AND p.lease_token = r.token RETURNING r.*)
     UPDATE deliveries d SET status = gone.status, reason = gone.reason, attempts = gone.attempts, finished_at = ${sqlNow}
     FROM gone WHERE d.id = gone.id AND d.id BETWEEN $6 AND $7
     RETURNING d.id`,
    [
      uuidArray(finished.map((row) => row.id)),
      plainArray(finished.map((row) => row.token)),
      plainArray(finished.map((row) => row.status)),
      textArray(finished.map((row) => row.reason)),
      plainArray(finished.map((row) => row.attempts)),
      ...idBounds(finished.map((row) => row.id)),
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
