import type { Transaction } from '../common/transaction.js';
import { plainArray } from '../database/sql-arrays.js';

/** The SQL by which dispatch closes the deliveries of erased events. */

const REASON = 'the person was erased';

export interface ClosedDeliveries {
  readonly ids: readonly string[];
  readonly cancelled: number;
  /** Subscriptions that got a call, or may be getting one now. */
  readonly recipients: readonly string[];
}

interface Gone {
  delivery_id: string;
  subscription_id: string;
  attempts: number;
  is_claimed: boolean;
}

/** Cancels what is pending, and takes the name from all: without one a delivery is never made due again. */
export async function closeDeliveries(
  eventIds: readonly string[],
  sqlNow: string,
  transaction: Transaction,
): Promise<ClosedDeliveries> {
  const rows = await transaction.query<{ id: string }>(`SELECT id FROM deliveries WHERE event_id = ANY($1::uuid[])`, [
    plainArray(eventIds),
  ]);
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return { ids, cancelled: 0, recipients: [] };
  const gone = await takePending(ids, sqlNow, transaction);
  await transaction.query(
    `UPDATE deliveries SET event_name = NULL, reason = coalesce(reason || '; ', '') || $2 WHERE id = ANY($1::uuid[])`,
    [plainArray(ids), REASON],
  );
  // Somebody may have been making some of them due again: only now that is over.
  gone.push(...(await takePending(ids, sqlNow, transaction)));
  await transaction.query(
    `UPDATE deliveries d SET status = 'cancelled', attempts = g.attempts, finished_at = ${sqlNow}
     FROM unnest($1::uuid[], $2::int[]) AS g(id, attempts) WHERE d.id = g.id AND d.id = ANY($1::uuid[])`,
    [plainArray(gone.map((row) => row.delivery_id)), plainArray(gone.map((row) => row.attempts))],
  );
  const called = await transaction.query<{ subscription_id: string }>(
    `SELECT DISTINCT subscription_id FROM deliveries WHERE id = ANY($1::uuid[]) AND attempts > 0`,
    [plainArray(ids)],
  );
  const recipients = [...called, ...gone.filter((row) => row.is_claimed)].map((row) => row.subscription_id);
  return { ids, cancelled: gone.length, recipients };
}

async function takePending(ids: readonly string[], sqlNow: string, transaction: Transaction): Promise<Gone[]> {
  return transaction.query<Gone>(
    `DELETE FROM pending_deliveries WHERE delivery_id = ANY($1::uuid[])
     RETURNING delivery_id, subscription_id, attempts, coalesce(lease_until > ${sqlNow}, false) AS is_claimed`,
    [plainArray(ids)],
  );
}

/** Which of the events are erased. None of the others is, until this transaction ends. */
export async function findErased(eventIds: readonly string[], transaction: Transaction): Promise<Set<string>> {
  if (eventIds.length === 0) return new Set();
  const rows = await transaction.query<{ id: string; is_erased: boolean }>(
    `SELECT id, erased_at IS NOT NULL AS is_erased FROM events WHERE id = ANY($1::uuid[]) ORDER BY id FOR SHARE`,
    [plainArray(eventIds)],
  );
  return new Set(rows.filter((row) => row.is_erased).map((row) => row.id));
}
