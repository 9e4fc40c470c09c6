import type { Transaction } from '../common/transaction.js';
import { idBounds, plainArray, textArray, timeArray } from '../database/sql-arrays.js';

/** The hot-path SQL of dispatch: one statement for any number of deliveries. */

/** Runs SQL, in a transaction or on its own. */
export type Runner = Pick<Transaction, 'query'>;

export interface PlannedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly eventType: string;
  readonly eventName: string | null;
  /** `null`: due now. */
  readonly notBefore: Date | null;
  /** Set for deliveries that are skipped right away. */
  readonly skipReason: string | null;
  /** Set for deliveries that this process sends itself once they are committed. */
  readonly leaseMs: number | null;
}

/** The fencing token of a delivery's first lease, if it is given with its row. Those of claims are larger. */
export const FIRST_LEASE_TOKEN = '0';

/** How long the queue is trusted with an id before the scheduler adds it again. */
export const QUEUE_TRUST_SECONDS = 30;
/** However long it is overdue: a worker that had taken the id, and left it in the table for later, may be gone. */
const MAX_QUEUE_TRUST_SECONDS = 300;

export async function insertDeliveries(
  planned: readonly PlannedDelivery[],
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  await transaction.query(
    `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, reason,
       created_at, finished_at)
     SELECT d.id, d.account_id, d.event_id, d.subscription_id, d.event_type, d.event_name,
       CASE WHEN d.reason IS NULL THEN 'pending' ELSE 'skipped' END, d.reason,
       n.now, CASE WHEN d.reason IS NOT NULL THEN n.now END
     FROM (SELECT ${sqlNow} AS now) n, unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[])
       AS d(id, account_id, event_id, subscription_id, event_type, event_name, reason)`,
    [...identities(planned), textArray(planned.map((row) => row.skipReason))],
  );
  const pending = planned.filter((row) => row.skipReason === null);
  if (pending.length === 0) return;
  await transaction.query(
    `INSERT INTO pending_deliveries (delivery_id, account_id, event_id, subscription_id, event_type, event_name, attempts,
       schedule_from, next_attempt_at, queued_until, lease_until, lease_token)
     SELECT d.id, d.account_id, d.event_id, d.subscription_id, d.event_type, d.event_name, 0, 0,
       coalesce(d.not_before, n.now),
       coalesce(d.not_before, n.now + interval '${QUEUE_TRUST_SECONDS} seconds'),
       n.now + d.lease_ms * interval '1 millisecond',
       CASE WHEN d.lease_ms IS NOT NULL THEN ${FIRST_LEASE_TOKEN} END
     FROM (SELECT ${sqlNow} AS now) n, unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
         $7::timestamptz[], $8::int[])
       AS d(id, account_id, event_id, subscription_id, event_type, event_name, not_before, lease_ms)`,
    [
      ...identities(pending),
      timeArray(pending.map((row) => row.notBefore)),
      plainArray(pending.map((row) => row.leaseMs)),
    ],
  );
}

function identities(planned: readonly PlannedDelivery[]): unknown[] {
  return [
    plainArray(planned.map((row) => row.id)),
    plainArray(planned.map((row) => row.accountId)),
    plainArray(planned.map((row) => row.eventId)),
    plainArray(planned.map((row) => row.subscriptionId)),
    textArray(planned.map((row) => row.eventType)),
    textArray(planned.map((row) => row.eventName)),
  ];
}

/**
 * Makes finished deliveries due again, with all of their dialect's attempts before them; those that are pending, or that no
 * dialect could name, stay as they are. Answers the ones it took.
 */
export async function reopenDeliveries(
  ids: readonly string[],
  sqlNow: string,
  transaction: Transaction,
): Promise<{ id: string; subscriptionId: string }[]> {
  const rows = await transaction.query<{ delivery_id: string; subscription_id: string }>(
    `WITH reopened AS (
       UPDATE deliveries SET status = 'pending', reason = NULL, finished_at = NULL
       WHERE id = ANY($1) AND status <> 'pending' AND event_name IS NOT NULL
       RETURNING id, account_id, event_id, subscription_id, event_type, event_name, attempts)
     INSERT INTO pending_deliveries (delivery_id, account_id, event_id, subscription_id, event_type, event_name, attempts,
       schedule_from, next_attempt_at, queued_until)
     SELECT id, account_id, event_id, subscription_id, event_type, event_name, attempts, attempts, ${sqlNow},
       ${sqlNow} + interval '${QUEUE_TRUST_SECONDS} seconds'
     FROM reopened
     RETURNING delivery_id, subscription_id`,
    [plainArray(ids)],
  );
  return rows.map((row) => ({ id: row.delivery_id, subscriptionId: row.subscription_id }));
}

/** Cancels all that a subscription is owed. */
export async function cancelPending(
  subscriptionId: string,
  reason: string,
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  const gone = await transaction.query<{ delivery_id: string; attempts: number }>(
    `DELETE FROM pending_deliveries WHERE subscription_id = $1 RETURNING delivery_id, attempts`,
    [subscriptionId],
  );
  if (gone.length === 0) return;
  const ids = gone.map((row) => row.delivery_id);
  await transaction.query(
    `UPDATE deliveries d SET status = 'cancelled', reason = $3, attempts = g.attempts, finished_at = ${sqlNow}
     FROM unnest($1::uuid[], $2::int[]) AS g(id, attempts) WHERE d.id = g.id AND d.id BETWEEN $4 AND $5`,
    [ids, gone.map((row) => row.attempts), reason, ...idBounds(ids)],
  );
}

/** Lets all that a subscription is owed wait until `until`, or makes it due now. */
export async function reschedulePending(
  subscriptionId: string,
  until: Date | null,
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  if (until) {
    await transaction.query(
      `UPDATE pending_deliveries SET next_attempt_at = greatest(next_attempt_at, $2::timestamptz), queued_until = greatest(queued_until, $2::timestamptz)
       WHERE subscription_id = $1`,
      [subscriptionId, until],
    );
    return;
  }
  await transaction.query(
    `UPDATE pending_deliveries SET next_attempt_at = least(next_attempt_at, ${sqlNow}), queued_until = ${sqlNow}
     WHERE subscription_id = $1`,
    [subscriptionId],
  );
}

/** Ids for the queue, by subscription. */
export interface DueDeliveries {
  readonly subscriptionId: string;
  readonly deliveryIds: readonly string[];
}

/**
 * Takes due deliveries that no queue is trusted with any more. Each time the trust lasts as long again as the delivery
 * is overdue, up to a limit, so that a delivery nobody can send costs less and less.
 */
export async function takeDue(
  limit: number,
  sqlNow: string,
  runner: Runner,
): Promise<{ id: string; subscriptionId: string }[]> {
  const rows = await runner.query<{ delivery_id: string; subscription_id: string }>(
    `UPDATE pending_deliveries p
     SET queued_until = ${sqlNow} + least(interval '${MAX_QUEUE_TRUST_SECONDS} seconds',
       greatest(interval '${QUEUE_TRUST_SECONDS} seconds', ${sqlNow} - p.next_attempt_at))
     WHERE p.delivery_id IN (
       SELECT delivery_id FROM pending_deliveries WHERE queued_until <= ${sqlNow}
       ORDER BY queued_until LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING p.delivery_id, p.subscription_id`,
    [limit],
  );
  return rows.map((row) => ({ id: row.delivery_id, subscriptionId: row.subscription_id }));
}

/**
 * Lets one delivery of each subscription whose suspension is over go out as its probe; the others wait for what comes of
 * it, or for the next probe should this one be lost.
 */
export async function startProbes(sqlNow: string, transaction: Transaction): Promise<DueDeliveries[]> {
  const rows = await transaction.query<{ id: string; probe_delivery_id: string }>(
    `UPDATE subscriptions s
     SET suspended_until = ${sqlNow} + interval '2 minutes',
         probe_delivery_id = (SELECT delivery_id FROM pending_deliveries WHERE subscription_id = s.id
                                ORDER BY next_attempt_at, delivery_id LIMIT 1)
     WHERE s.id IN (SELECT id FROM subscriptions WHERE status = 'suspended' AND suspended_until <= ${sqlNow}
                      AND deleted_at IS NULL FOR UPDATE SKIP LOCKED)
       AND EXISTS (SELECT 1 FROM pending_deliveries WHERE subscription_id = s.id)
     RETURNING s.id, s.probe_delivery_id`,
  );
  if (rows.length === 0) return [];
  await transaction.query(
    `UPDATE pending_deliveries p
     SET next_attempt_at = CASE WHEN p.delivery_id = s.probe_delivery_id THEN ${sqlNow} ELSE s.suspended_until END,
         queued_until = s.suspended_until
     FROM subscriptions s WHERE s.id = p.subscription_id AND s.id = ANY($1)`,
    [rows.map((row) => row.id)],
  );
  return rows.map((row) => ({ subscriptionId: row.id, deliveryIds: [row.probe_delivery_id] }));
}
