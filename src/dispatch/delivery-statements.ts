import type { Transaction } from '../common/transaction.js';
import { plainArray, textArray, timeArray } from '../database/sql-arrays.js';

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
}

/** How long the queue is trusted with an id before the scheduler adds it again. */
export const QUEUE_TRUST_SECONDS = 30;

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
       schedule_from, next_attempt_at, queued_until)
     SELECT d.id, d.account_id, d.event_id, d.subscription_id, d.event_type, d.event_name, 0, 0,
       coalesce(d.not_before, n.now),
       coalesce(d.not_before, n.now + interval '${QUEUE_TRUST_SECONDS} seconds')
     FROM (SELECT ${sqlNow} AS now) n, unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[])
       AS d(id, account_id, event_id, subscription_id, event_type, event_name, not_before)`,
    [...identities(pending), timeArray(pending.map((row) => row.notBefore))],
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

/** A delivery that this worker owns until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly eventType: string;
  readonly eventName: string;
  /** Attempts made before this one. */
  readonly attempts: number;
  readonly scheduleFrom: number;
  readonly leaseToken: string;
  readonly leaseMs: number;
  readonly subscriptionVersion: number;
  /** `false`: its subscription may not be called now; `parkUnsendable` says what becomes of it. */
  readonly sendable: boolean;
}

interface ClaimRow {
  delivery_id: string;
  account_id: string;
  event_id: string;
  subscription_id: string;
  event_type: string;
  event_name: string;
  attempts: number;
  schedule_from: number;
  lease_token: string;
  lease_ms: number;
  version: number;
  sendable: boolean;
}

/** Waiting in the worker, then the call's deadline, then recording: the lease outlasts them. */
export const LEASE_MARGIN_MS = 20_000;

/** The subscription's own timeout, else its dialect's, by `$2`. The one place where dispatch reads `subscriptions` itself: status and version must be of the moment of the claim. */
const CLAIM_SET = (sqlNow: string) => `
  SET lease_token = nextval('lease_token_seq'), lease_until = ${sqlNow} + s.lease_ms * interval '1 millisecond'
  FROM (SELECT id, version, coalesce(timeout_ms, ($2::json->>dialect)::int) + ${LEASE_MARGIN_MS} AS lease_ms,
          status = 'active' AND deleted_at IS NULL AS active, probe_delivery_id
        FROM subscriptions) s`;
const CLAIM_RETURNING = `
  RETURNING p.delivery_id, p.account_id, p.event_id, p.subscription_id, p.event_type, p.event_name, p.attempts,
    p.schedule_from, p.lease_token, s.lease_ms, s.version, (s.active OR s.probe_delivery_id IS NOT DISTINCT FROM p.delivery_id) AS sendable`;
const FREE = (sqlNow: string) => `next_attempt_at <= ${sqlNow} AND (lease_until IS NULL OR lease_until <= ${sqlNow})`;

/** Claims those of the ids that are due and free. */
export async function claimByIds(
  ids: readonly string[],
  timeoutsByDialect: string,
  sqlNow: string,
  runner: Runner,
): Promise<ClaimedDelivery[]> {
  const rows = await runner.query<ClaimRow>(
    `UPDATE pending_deliveries p ${CLAIM_SET(sqlNow)}
     WHERE s.id = p.subscription_id AND p.delivery_id IN (
       SELECT delivery_id FROM pending_deliveries WHERE delivery_id = ANY($1) AND ${FREE(sqlNow)}
       ORDER BY delivery_id FOR UPDATE SKIP LOCKED)
     ${CLAIM_RETURNING}`,
    [plainArray(ids), timeoutsByDialect],
  );
  return rows.map(toClaimed);
}

/** Claims the next due ones of each subscription, up to the wanted number of each. */
export async function claimNext(
  wanted: readonly { readonly subscriptionId: string; readonly count: number }[],
  timeoutsByDialect: string,
  sqlNow: string,
  runner: Runner,
): Promise<ClaimedDelivery[]> {
  const rows = await runner.query<ClaimRow>(
    `UPDATE pending_deliveries p ${CLAIM_SET(sqlNow)}
     WHERE s.id = p.subscription_id AND p.delivery_id IN (
       SELECT next.delivery_id
       FROM unnest($1::uuid[], $3::int[]) AS wanted(subscription_id, count)
       CROSS JOIN LATERAL (
         SELECT delivery_id FROM pending_deliveries
         WHERE subscription_id = wanted.subscription_id AND ${FREE(sqlNow)}
         ORDER BY next_attempt_at LIMIT wanted.count FOR UPDATE SKIP LOCKED) next)
     ${CLAIM_RETURNING}`,
    [
      plainArray(wanted.map((row) => row.subscriptionId)),
      timeoutsByDialect,
      plainArray(wanted.map((row) => row.count)),
    ],
  );
  return rows.map(toClaimed);
}

function toClaimed(row: ClaimRow): ClaimedDelivery {
  return {
    id: row.delivery_id,
    accountId: row.account_id,
    eventId: row.event_id,
    subscriptionId: row.subscription_id,
    eventType: row.event_type,
    eventName: row.event_name,
    attempts: row.attempts,
    scheduleFrom: row.schedule_from,
    leaseToken: row.lease_token,
    leaseMs: row.lease_ms,
    subscriptionVersion: row.version,
    sendable: row.sendable,
  };
}

/** Gives claimed deliveries back unsent, due at once. */
export async function releaseClaims(claims: readonly ClaimedDelivery[], sqlNow: string, runner: Runner): Promise<void> {
  await runner.query(
    `UPDATE pending_deliveries p SET lease_until = NULL, queued_until = ${sqlNow}
     FROM unnest($1::uuid[], $2::bigint[]) AS r(id, token) WHERE p.delivery_id = r.id AND p.lease_token = r.token`,
    [claims.map((claim) => claim.id), claims.map((claim) => claim.leaseToken)],
  );
}

/** For the only process of a database, at its start: nobody else can hold a lease. */
export async function releaseAllClaims(runner: Runner): Promise<void> {
  await runner.query(
    `UPDATE pending_deliveries SET lease_until = NULL, queued_until = least(queued_until, next_attempt_at)
     WHERE lease_until IS NOT NULL OR queued_until > next_attempt_at`,
  );
}

/**
 * Claimed deliveries of subscriptions that may not be called: those of suspended ones wait until the suspension ends,
 * the rest are cancelled. They exist where an event was accepted in the moment its subscription changed.
 */
export async function parkUnsendable(
  claims: readonly ClaimedDelivery[],
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  const ids = claims.map((claim) => claim.id);
  await transaction.query(
    `UPDATE pending_deliveries p SET lease_until = NULL, next_attempt_at = s.suspended_until, queued_until = s.suspended_until
     FROM subscriptions s
     WHERE s.id = p.subscription_id AND p.delivery_id = ANY($1) AND s.status = 'suspended' AND s.deleted_at IS NULL`,
    [ids],
  );
  await transaction.query(
    `WITH gone AS (
       DELETE FROM pending_deliveries p USING subscriptions s
       WHERE s.id = p.subscription_id AND p.delivery_id = ANY($1)
         AND (s.deleted_at IS NOT NULL OR s.status IN ('disabled', 'deactivated'))
       RETURNING p.delivery_id, p.attempts,
         CASE WHEN s.deleted_at IS NOT NULL THEN 'the subscription was deleted'
           ELSE 'the subscription is ' || s.status || coalesce(': ' || s.status_reason, '') END AS reason)
     UPDATE deliveries d SET status = 'cancelled', reason = gone.reason, attempts = gone.attempts, finished_at = ${sqlNow}
     FROM gone WHERE d.id = gone.delivery_id AND d.id = ANY($1)`,
    [ids],
  );
  await transaction.query(
    `UPDATE pending_deliveries p SET lease_until = NULL FROM unnest($1::uuid[], $2::bigint[]) AS r(id, token)
     WHERE p.delivery_id = r.id AND p.lease_token = r.token`,
    [ids, claims.map((claim) => claim.leaseToken)],
  );
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
     FROM unnest($1::uuid[], $2::int[]) AS g(id, attempts) WHERE d.id = g.id AND d.id = ANY($1)`,
    [ids, gone.map((row) => row.attempts), reason],
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
 * is overdue, so that a delivery nobody can send costs less and less.
 */
export async function takeDue(
  limit: number,
  sqlNow: string,
  runner: Runner,
): Promise<{ id: string; subscriptionId: string }[]> {
  const rows = await runner.query<{ delivery_id: string; subscription_id: string }>(
    `UPDATE pending_deliveries p
     SET queued_until = ${sqlNow} + greatest(interval '${QUEUE_TRUST_SECONDS} seconds', ${sqlNow} - p.next_attempt_at)
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
