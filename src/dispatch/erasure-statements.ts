import type { Transaction } from '../common/transaction.js';
import { idBounds, plainArray } from '../database/sql-arrays.js';

/** The SQL by which dispatch closes the deliveries of erased events. */

const REASON = 'the person was erased';

export interface ClosedDeliveries {
  readonly ids: readonly string[];
  /** Whose pending ones were cancelled: one a delivery. */
  readonly cancelled: readonly { readonly accountId: string; readonly subscriptionId: string }[];
  /** Subscriptions that got a call, may be getting one now, or may have got one from a worker that died. */
  readonly recipients: readonly string[];
  /** When the last lease of a worker ends; `null`: none had one. */
  readonly leasedUntil: Date | null;
}

interface Gone {
  delivery_id: string;
  account_id: string;
  subscription_id: string;
  attempts: number;
  may_be_sent: boolean;
  leased_until: Date | null;
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
  if (ids.length === 0) return { ids, cancelled: [], recipients: [], leasedUntil: null };
  const gone = await takePending(ids, sqlNow, transaction);
  await transaction.query(
    `UPDATE deliveries SET event_name = NULL, reason = coalesce(reason || '; ', '') || $2 WHERE id = ANY($1::uuid[])`,
    [plainArray(ids), REASON],
  );
  // Somebody may have been making some of them due again: only now that is over.
  gone.push(...(await takePending(ids, sqlNow, transaction)));
  await transaction.query(
    `UPDATE deliveries d SET status = 'cancelled', attempts = g.attempts, finished_at = ${sqlNow}
     FROM unnest($1::uuid[], $2::int[]) AS g(id, attempts) WHERE d.id = g.id AND d.id BETWEEN $3 AND $4`,
    [plainArray(gone.map((row) => row.delivery_id)), plainArray(gone.map((row) => row.attempts)), ...idBounds(ids)],
  );
  const called = await transaction.query<{ subscription_id: string }>(
    `SELECT DISTINCT subscription_id FROM deliveries WHERE id = ANY($1::uuid[]) AND attempts > 0`,
    [plainArray(ids)],
  );
  const maybeSent = gone.filter((row) => row.may_be_sent);
  const recipients = [...called, ...maybeSent].map((row) => row.subscription_id);
  const leases = gone.flatMap(({ leased_until: until }) => until?.getTime() ?? []);
  const leasedUntil = leases.length > 0 ? new Date(Math.max(...leases)) : null;
  const cancelled = gone.map((row) => ({ accountId: row.account_id, subscriptionId: row.subscription_id }));
  return { ids, cancelled, recipients, leasedUntil };
}

async function takePending(ids: readonly string[], sqlNow: string, transaction: Transaction): Promise<Gone[]> {
  return transaction.query<Gone>(
    `DELETE FROM pending_deliveries WHERE delivery_id = ANY($1::uuid[])
     RETURNING delivery_id, account_id, subscription_id, attempts, lease_token IS NOT NULL AS may_be_sent,
       CASE WHEN lease_until > ${sqlNow} THEN lease_until END AS leased_until`,
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

/** Which of the deliveries are no longer pending. */
export async function findClosed(deliveryIds: readonly string[], transaction: Transaction): Promise<Set<string>> {
  if (deliveryIds.length === 0) return new Set();
  const rows = await transaction.query<{ id: string }>(
    `SELECT w.id FROM unnest($1::uuid[]) AS w(id)
     WHERE NOT EXISTS (SELECT 1 FROM pending_deliveries p WHERE p.delivery_id = w.id)`,
    [plainArray(deliveryIds)],
  );
  return new Set(rows.map((row) => row.id));
}
