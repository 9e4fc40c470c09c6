import type { Transaction } from '../common/transaction.js';
import { idBounds, plainArray, textArray, timeArray, uuidArray } from '../database/sql-arrays.js';

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

export function insertDeliveries(planned: readonly PlannedDelivery[], sqlNow: string, transaction: Transaction): void {
  transaction.send(
    `WITH d AS MATERIALIZED (
       SELECT d.*, n.now FROM (SELECT ${sqlNow} AS now) n,
         unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::int[])
           AS d(id, account_id, event_id, subscription_id, event_type, event_name, reason, not_before, lease_ms)),
     pending AS (
       INSERT INTO pending_deliveries (delivery_id, account_id, event_id, subscription_id, event_type, event_name, attempts,
         schedule_from, next_attempt_at, enqueue_at, lease_until, lease_token)
       SELECT id, account_id, event_id, subscription_id, event_type, event_name, 0, 0,
         coalesce(not_before, now),
         not_before,
         now + lease_ms * interval '1 millisecond',
         CASE WHEN lease_ms IS NOT NULL THEN ${FIRST_LEASE_TOKEN} END
       FROM d WHERE reason IS NULL)
     INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, reason,
       created_at, finished_at)
     SELECT id, account_id, event_id, subscription_id, event_type, event_name,
       CASE WHEN reason IS NULL THEN 'pending' ELSE 'skipped' END, reason, now, CASE WHEN reason IS NOT NULL THEN now END
     FROM d`,
    [
      uuidArray(planned.map((row) => row.id)),
      uuidArray(planned.map((row) => row.accountId)),
      uuidArray(planned.map((row) => row.eventId)),
      uuidArray(planned.map((row) => row.subscriptionId)),
      textArray(planned.map((row) => row.eventType)),
      textArray(planned.map((row) => row.eventName)),
      textArray(planned.map((row) => row.skipReason)),
      timeArray(planned.map((row) => row.notBefore)),
      plainArray(planned.map((row) => row.leaseMs)),
    ],
  );
}

/**
 * Which of these subscriptions are suspended; no suspension of their accounts ends before the transaction does. An advisory lock,
 * for it queues fairly: row locks that always some transaction shares would keep whoever wants to change the row waiting for ever.
 */
export async function holdSuspensions(
  accountIds: readonly string[],
  subscriptionIds: readonly string[],
  transaction: Transaction,
): Promise<Set<string>> {
  await transaction.query(
    `SELECT pg_advisory_xact_lock_shared(${suspensionLock('id')})
     FROM (SELECT id FROM unnest($1::uuid[]) AS id ORDER BY id) ids`,
    [accountIds],
  );
  // A statement of its own, so that it sees what was waited for.
  const rows = await transaction.query<{ id: string }>(
    `SELECT id FROM subscriptions WHERE id = ANY($1::uuid[]) AND status = 'suspended' AND deleted_at IS NULL`,
    [subscriptionIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Before a suspension ends: waits for what is planned under it. */
export async function lockSuspensions(accountId: string, transaction: Transaction): Promise<void> {
  await transaction.query(`SELECT pg_advisory_xact_lock(${suspensionLock('$1::uuid')})`, [accountId]);
}

function suspensionLock(accountId: string): string {
  return `hashtextextended('hub:suspensions:' || ${accountId}, 0)`;
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
       schedule_from, next_attempt_at)
     SELECT id, account_id, event_id, subscription_id, event_type, event_name, attempts, attempts, ${sqlNow}
     FROM reopened
     RETURNING delivery_id, subscription_id`,
    [uuidArray(ids)],
  );
  return rows.map((row) => ({ id: row.delivery_id, subscriptionId: row.subscription_id }));
}

/**
 * Lets pending deliveries be due now, with all of their dialect's attempts before them; those that a worker is calling are
 * left to that worker. Answers the ones it took.
 */
export async function hurryDeliveries(
  ids: readonly string[],
  sqlNow: string,
  transaction: Transaction,
): Promise<{ id: string; subscriptionId: string }[]> {
  if (ids.length === 0) return [];
  const rows = await transaction.query<{ delivery_id: string; subscription_id: string }>(
    `UPDATE pending_deliveries
     SET schedule_from = attempts, next_attempt_at = ${sqlNow}, enqueue_at = NULL
     WHERE delivery_id = ANY($1::uuid[]) AND (lease_until IS NULL OR lease_until <= ${sqlNow})
     RETURNING delivery_id, subscription_id`,
    [plainArray(ids)],
  );
  return rows.map((row) => ({ id: row.delivery_id, subscriptionId: row.subscription_id }));
}

/** Cancels all that a subscription is owed. Answers how many. */
export async function cancelPending(
  subscriptionId: string,
  reason: string,
  sqlNow: string,
  transaction: Transaction,
): Promise<number> {
  const gone = await transaction.query<{ delivery_id: string; attempts: number }>(
    `DELETE FROM pending_deliveries WHERE subscription_id = $1 RETURNING delivery_id, attempts`,
    [subscriptionId],
  );
  if (gone.length === 0) return 0;
  const ids = gone.map((row) => row.delivery_id);
  await transaction.query(
    `UPDATE deliveries d SET status = 'cancelled', reason = $3, attempts = g.attempts, finished_at = ${sqlNow}
     FROM unnest($1::uuid[], $2::int[]) AS g(id, attempts) WHERE d.id = g.id AND d.id BETWEEN $4 AND $5`,
    [ids, gone.map((row) => row.attempts), reason, ...idBounds(ids)],
  );
  return gone.length;
}

/** Lets all that a subscription is owed wait until `until`, or makes it due now. Nothing is put in the queue by it. */
export async function reschedulePending(
  subscriptionId: string,
  until: Date | null,
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  if (until) {
    await transaction.query(
      `UPDATE pending_deliveries SET next_attempt_at = greatest(next_attempt_at, $2::timestamptz), enqueue_at = NULL
       WHERE subscription_id = $1`,
      [subscriptionId, until],
    );
    return;
  }
  await transaction.query(
    `UPDATE pending_deliveries SET next_attempt_at = least(next_attempt_at, ${sqlNow}), enqueue_at = NULL
     WHERE subscription_id = $1 AND (next_attempt_at > ${sqlNow} OR enqueue_at IS NOT NULL)`,
    [subscriptionId],
  );
}

/** For the queue: due deliveries of a subscription; no ids: whatever of it is due. */
export interface DueDeliveries {
  readonly subscriptionId: string;
  readonly deliveryIds: readonly string[];
}

/** Takes what has to be put in the queue by now, each for one scheduler only. */
export async function takeDue(
  limit: number,
  sqlNow: string,
  runner: Runner,
): Promise<{ id: string; subscriptionId: string }[]> {
  const rows = await runner.query<{ delivery_id: string; subscription_id: string }>(
    `UPDATE pending_deliveries p
     SET enqueue_at = NULL
     WHERE p.delivery_id IN (
       SELECT delivery_id FROM pending_deliveries WHERE enqueue_at <= ${sqlNow}
       ORDER BY enqueue_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING p.delivery_id, p.subscription_id`,
    [limit],
  );
  return rows.map((row) => ({ id: row.delivery_id, subscriptionId: row.subscription_id }));
}

/**
 * The subscriptions of which something has been due for so long, and that nobody has a lease of: a queue has lost it, or the
 * worker that knew of it is gone. Costs a few index look-ups for each subscription that is owed anything. So many at most, by
 * id, those after `after`.
 */
export async function findOverdue(
  { forSeconds, after, limit }: { readonly forSeconds: number; readonly after: string; readonly limit: number },
  sqlNow: string,
  runner: Runner,
): Promise<string[]> {
  const rows = await runner.query<{ subscription_id: string }>(
    `WITH RECURSIVE owed AS (
       (SELECT subscription_id FROM pending_deliveries WHERE subscription_id > $2 ORDER BY subscription_id LIMIT 1)
       UNION ALL
       SELECT (SELECT p.subscription_id FROM pending_deliveries p WHERE p.subscription_id > owed.subscription_id
               ORDER BY p.subscription_id LIMIT 1)
       FROM owed WHERE owed.subscription_id IS NOT NULL)
     SELECT subscription_id FROM owed
     WHERE subscription_id IS NOT NULL AND EXISTS (
       SELECT 1 FROM pending_deliveries p WHERE p.subscription_id = owed.subscription_id
         AND p.next_attempt_at <= ${sqlNow} - $1 * interval '1 second' AND (p.lease_until IS NULL OR p.lease_until <= ${sqlNow}))
     LIMIT $3`,
    [forSeconds, after, limit],
  );
  return rows.map((row) => row.subscription_id);
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
         enqueue_at = NULL
     FROM subscriptions s WHERE s.id = p.subscription_id AND s.id = ANY($1)`,
    [rows.map((row) => row.id)],
  );
  return rows.map((row) => ({ subscriptionId: row.id, deliveryIds: [row.probe_delivery_id] }));
}
