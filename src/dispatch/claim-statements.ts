import type { Transaction } from '../common/transaction.js';
import { idBounds, plainArray, uuidArray } from '../database/sql-arrays.js';
import type { Runner } from './delivery-statements.js';
import type { Wanted } from './refills.js';

/** The hot-path SQL by which workers take deliveries and give them back. */

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
  /** Somebody has had it before and is gone, with a call perhaps that is on no record. */
  readonly maybeSent: boolean;
  /** The one call that its suspended subscription gets: it tells of the receiver, and uses up no attempt. */
  readonly probe: boolean;
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
  probe: boolean;
  maybe_sent: boolean;
}

/** Waiting in the worker, then the call's deadline, then recording: the lease outlasts them. */
export const LEASE_MARGIN_MS = 20_000;
/** How long a leased delivery may wait in the worker: what is left of the margin is for recording the result. */
export const SEND_WITHIN_MS = 15_000;

/** The subscription's own timeout, else its dialect's, by `$2`. Status and version must be of the moment of the claim. */
const CLAIM_SET = (sqlNow: string) => `
  SET lease_token = nextval('lease_token_seq'), lease_until = ${sqlNow} + s.lease_ms * interval '1 millisecond'
  FROM (SELECT id, version, coalesce(timeout_ms, ($2::json->>dialect)::int) + ${LEASE_MARGIN_MS} AS lease_ms,
          status = 'active' AND deleted_at IS NULL AS active, probe_delivery_id
        FROM subscriptions) s`;
const CLAIM_RETURNING = `
  RETURNING p.delivery_id, p.account_id, p.event_id, p.subscription_id, p.event_type, p.event_name, p.attempts,
    p.schedule_from, p.lease_token, c.maybe_sent, s.lease_ms, s.version,
    (s.active OR s.probe_delivery_id IS NOT DISTINCT FROM p.delivery_id) AS sendable, NOT s.active AS probe`;
const FREE = (sqlNow: string) => `next_attempt_at <= ${sqlNow} AND (lease_until IS NULL OR lease_until <= ${sqlNow})`;

/** A token that is left on a delivery means that somebody may have sent it: its worker died with the lease. */
const CLAIMED = 'SELECT delivery_id, lease_token IS NOT NULL AS maybe_sent FROM pending_deliveries';
const UNSENT = 'lease_until = NULL, lease_token = CASE WHEN r.maybe_sent THEN p.lease_token END';
const UNSENT_ROWS = 'unnest($1::uuid[], $2::bigint[], $3::boolean[]) AS r(id, token, maybe_sent)';
const unsentRows = (claims: readonly ClaimedDelivery[]) => [
  uuidArray(claims.map((claim) => claim.id)),
  plainArray(claims.map((claim) => claim.leaseToken)),
  plainArray(claims.map((claim) => claim.maybeSent)),
];

/** Claims those of the ids that are due and free. */
export async function claimByIds(
  ids: readonly string[],
  timeoutsByDialect: string,
  sqlNow: string,
  runner: Runner,
): Promise<ClaimedDelivery[]> {
  const rows = await runner.query<ClaimRow>(
    `WITH c AS MATERIALIZED (
       ${CLAIMED} WHERE delivery_id = ANY($1) AND ${FREE(sqlNow)} ORDER BY delivery_id FOR UPDATE SKIP LOCKED)
     UPDATE pending_deliveries p ${CLAIM_SET(sqlNow)}, c
     WHERE s.id = p.subscription_id AND p.delivery_id = c.delivery_id
     ${CLAIM_RETURNING}`,
    [uuidArray(ids), timeoutsByDialect],
  );
  return rows.map(toClaimed);
}

/** Claims the next due ones of each subscription, up to the wanted number of each. */
export async function claimNext(
  wanted: readonly Wanted[],
  timeoutsByDialect: string,
  sqlNow: string,
  runner: Runner,
): Promise<ClaimedDelivery[]> {
  const rows = await runner.query<ClaimRow>(
    `WITH c AS MATERIALIZED (
       SELECT next.* FROM unnest($1::uuid[], $3::int[]) AS wanted(subscription_id, count)
       CROSS JOIN LATERAL (
         ${CLAIMED} WHERE subscription_id = wanted.subscription_id AND ${FREE(sqlNow)}
         ORDER BY next_attempt_at LIMIT wanted.count FOR UPDATE SKIP LOCKED) next)
     UPDATE pending_deliveries p ${CLAIM_SET(sqlNow)}, c
     WHERE s.id = p.subscription_id AND p.delivery_id = c.delivery_id
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
    maybeSent: row.maybe_sent,
    probe: row.sendable && row.probe,
  };
}

/** Gives claimed deliveries back, due at once. `sent`: their calls are under way, and may still be recorded. */
export async function releaseClaims(
  claims: readonly ClaimedDelivery[],
  { sent }: { readonly sent: boolean },
  sqlNow: string,
  runner: Runner,
): Promise<void> {
  await runner.query(
    `UPDATE pending_deliveries p SET ${sent ? 'lease_until = NULL' : UNSENT}, enqueue_at = ${sqlNow}
     FROM ${UNSENT_ROWS} WHERE p.delivery_id = r.id AND p.lease_token = r.token`,
    unsentRows(claims),
  );
}

/** Gives claimed deliveries back that their subscription's rate limit has no room for yet. Their worker claims again when it has. */
export async function returnToTable(claims: readonly ClaimedDelivery[], runner: Runner): Promise<void> {
  await runner.query(
    `UPDATE pending_deliveries p SET ${UNSENT}
     FROM ${UNSENT_ROWS} WHERE p.delivery_id = r.id AND p.lease_token = r.token`,
    unsentRows(claims),
  );
}

/** For the only process of a database, at its start: nobody else can hold a lease. What was sent under one nobody knows. */
export async function releaseAllClaims(runner: Runner): Promise<void> {
  await runner.query(`UPDATE pending_deliveries SET lease_until = NULL WHERE lease_until IS NOT NULL`);
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
  // So that none of them changes from one statement to the next.
  await transaction.query(`SELECT 1 FROM subscriptions WHERE id = ANY($1) ORDER BY id FOR SHARE`, [
    plainArray([...new Set(claims.map((claim) => claim.subscriptionId))]),
  ]);
  await transaction.query(
    `UPDATE pending_deliveries p SET ${UNSENT}, next_attempt_at = s.suspended_until, enqueue_at = NULL
     FROM subscriptions s, ${UNSENT_ROWS}
     WHERE s.id = p.subscription_id AND p.delivery_id = r.id AND p.lease_token = r.token
       AND s.status = 'suspended' AND s.deleted_at IS NULL`,
    unsentRows(claims),
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
     FROM gone WHERE d.id = gone.delivery_id AND d.id BETWEEN $2 AND $3`,
    [ids, ...idBounds(ids)],
  );
  await transaction.query(
    `UPDATE pending_deliveries p SET ${UNSENT}, enqueue_at = ${sqlNow} + interval '1 second'
     FROM subscriptions s, ${UNSENT_ROWS}
     WHERE s.id = p.subscription_id AND p.delivery_id = r.id AND p.lease_token = r.token
       AND s.status = 'active' AND s.deleted_at IS NULL`,
    unsentRows(claims),
  );
}
