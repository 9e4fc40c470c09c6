import { firstUuidAt } from '../common/ids.js';
import type { Transaction } from '../common/transaction.js';
import { plainArray } from '../database/sql-arrays.js';
import { type DeliveryStatus } from './delivery.entity.js';
import type { Recovery } from './recovery.entity.js';

/** The SQL that finds what a recovery brings back. */

/**
 * Unless others are asked for: everything that ended without reaching the receiver. What its dialect has no name for, and
 * what its filter kept back, is never among it.
 */
export const MISSED: readonly DeliveryStatus[] = ['failed', 'cancelled', 'skipped'];
const ANY_STATUS: readonly DeliveryStatus[] = [...MISSED, 'delivered', 'pending'];
/** How many deliveries one look reads at most, to find those that match. */
const SCANNED_AT_ONCE = 20_000;
/** With more to read than this, what there is to recover is not counted beforehand: whoever asks for it is waiting. */
const COUNTED_AT_MOST = 100_000;
const NIL = '00000000-0000-0000-0000-000000000000';

export type RecoveryScope = Pick<
  Recovery,
  'accountId' | 'partnerId' | 'subscriptionId' | 'since' | 'until' | 'filter' | 'position'
>;

export interface Candidate {
  readonly id: string;
  readonly subscriptionId: string;
  readonly status: DeliveryStatus;
}

export interface Found {
  readonly candidates: readonly Candidate[];
  /** Where to look on; `null`: there is no more. */
  readonly position: string | null;
}

/** The next ones, in the order of their ids. */
export async function findCandidates(scope: RecoveryScope, limit: number, transaction: Transaction): Promise<Found> {
  const { scanned, matches, parameters } = conditions(scope);
  const rows = await transaction.query<Candidate & { id: string | null; scanned: number; last: string | null }>(
    `WITH scanned AS MATERIALIZED (
       SELECT id, subscription_id, event_type, event_name, status FROM deliveries WHERE ${scanned}
       ORDER BY id LIMIT ${SCANNED_AT_ONCE}),
     matching AS (SELECT id, subscription_id, status FROM scanned WHERE ${matches} ORDER BY id LIMIT ${limit})
     SELECT m.id, m.subscription_id AS "subscriptionId", m.status, s.scanned, s.last
     FROM (SELECT count(*)::int AS scanned, max(id::text) AS last FROM scanned) s LEFT JOIN matching m ON true
     ORDER BY m.id`,
    parameters,
  );
  const candidates = rows.filter((row) => row.id !== null);
  const [first] = rows;
  if (candidates.length === limit) return { candidates, position: candidates.at(-1)?.id ?? null };
  return { candidates, position: first?.scanned === SCANNED_AT_ONCE ? first.last : null };
}

/** `null`: there are too many to count at once. */
export async function countCandidates(scope: RecoveryScope, transaction: Transaction): Promise<number | null> {
  const { scanned, matches, parameters } = conditions(scope);
  const [row] = await transaction.query<{ count: number; scanned: number }>(
    `SELECT (count(*) FILTER (WHERE ${matches}))::int AS count, count(*)::int AS scanned
     FROM (SELECT subscription_id, event_type, event_name, status FROM deliveries WHERE ${scanned}
           ORDER BY id LIMIT ${COUNTED_AT_MOST + 1}) d`,
    parameters,
  );
  return row === undefined || row.scanned > COUNTED_AT_MOST ? null : row.count;
}

/** `scanned` is what there are indexes for. */
function conditions({ accountId, partnerId, subscriptionId, since, until, filter, position }: RecoveryScope) {
  const parameters: unknown[] = [];
  const value = (given: unknown) => `$${parameters.push(given)}`;
  const statuses = statusesOf(filter);
  const after = [position ?? NIL, ...(since ? [firstUuidAt(since)] : [])];
  const scanned = [
    `account_id = ${value(accountId)}`,
    `id > ${value(after[0])}`,
    ...(filter?.deliveryIds ? [] : [`id < ${value(firstUuidAt(until))}`]),
    ...after.slice(1).map((id) => `id >= ${value(id)}`),
    // Those alone have one, and there are indexes of few rows with it.
    ...(statuses.every((status) => MISSED.includes(status)) ? [`reason IS NOT NULL`] : []),
    ...(subscriptionId ? [`subscription_id = ${value(subscriptionId)}`] : []),
    ...(filter?.eventId ? [`event_id = ${value(filter.eventId)}`] : []),
    ...(filter?.deliveryIds ? [`id = ANY(${value(plainArray(filter.deliveryIds))}::uuid[])`] : []),
  ];
  const matches = [
    `event_name IS NOT NULL`,
    `status = ANY(${value(plainArray(statuses))}::text[])`,
    ...(filter?.type ? [`event_type = ${value(filter.type)}`] : []),
    ...(partnerId && !subscriptionId
      ? [`subscription_id IN (SELECT s.id FROM subscriptions s WHERE s.partner_id = ${value(partnerId)})`]
      : []),
  ];
  return { scanned: scanned.join(' AND '), matches: matches.join(' AND '), parameters };
}

function statusesOf(filter: Recovery['filter']): readonly DeliveryStatus[] {
  if (filter?.status) return [filter.status];
  return filter?.deliveryIds ? ANY_STATUS : MISSED;
}

/** Which of them are the account's, and if it is a partner that asks, that partner's. */
export async function findOwnDeliveries(
  ids: readonly string[],
  { accountId, partnerId }: { readonly accountId: string; readonly partnerId: string | null },
  transaction: Transaction,
): Promise<Set<string>> {
  const rows = await transaction.query<{ id: string }>(
    `SELECT id FROM deliveries WHERE id = ANY($1::uuid[]) AND account_id = $2
       AND ($3::uuid IS NULL OR subscription_id IN (SELECT s.id FROM subscriptions s WHERE s.partner_id = $3))`,
    [plainArray(ids), accountId, partnerId],
  );
  return new Set(rows.map((row) => row.id));
}
