import type { Transaction } from '../common/transaction.js';
import type { JsonObject } from '../common/json.js';
import { idBounds, plainArray } from '../database/sql-arrays.js';
import type { FeedSource } from './change-feed.js';
import type { StreamScope } from './stream-scope.js';

/** The SQL of streams: what came since they last looked. Each has its index, by account or subscription and id. */

type Runner = Pick<Transaction, 'query'>;

/** Of what a stream leaves out: counting more would take longer than is worth while. */
const MAX_COUNTED = 10_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface AttemptRow {
  readonly id: string;
  readonly kind: string;
  readonly subscription_id: string;
  readonly delivery_id: string | null;
  readonly event_id: string | null;
  readonly event_type: string | null;
  readonly event_name: string;
  readonly dialect: string;
  readonly number: number;
  readonly outcome: string;
  readonly response_status: number;
  readonly error_code: string | null;
  readonly started_at: Date;
  readonly duration_ms: number;
}

export interface DeliveryRow {
  readonly id: string;
  readonly subscription_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly event_name: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly created_at: Date;
}

export interface ChangeRow {
  readonly id: string;
  readonly action: string;
  readonly target_id: string;
  readonly after: JsonObject | null;
  readonly created_at: Date;
}

const ATTEMPT_COLUMNS = `id, kind, subscription_id, delivery_id, event_id, event_type, event_name, dialect, number, outcome,
  response_status, error_code, started_at, duration_ms`;
const DELIVERY_COLUMNS = `id, subscription_id, event_id, event_type, event_name, status, reason, created_at`;

export function newAttempts(scope: StreamScope, runner: Runner): FeedSource<AttemptRow> {
  return sourceOf<AttemptRow>('attempts', ATTEMPT_COLUMNS, scope, runner);
}

export function newDeliveries(scope: StreamScope, runner: Runner): FeedSource<DeliveryRow> {
  return sourceOf<DeliveryRow>('deliveries', DELIVERY_COLUMNS, scope, runner);
}

/** As the audit log tells them; whose they are is not looked at. */
export function newChanges({ accountId }: StreamScope, runner: Runner): FeedSource<ChangeRow> {
  const condition = `account_id = $1 AND action <> 'events.accepted'
    AND (target_kind = 'subscription' OR action = 'delivery.retried')`;
  return feedOf<ChangeRow>(
    ({ isNew }) =>
      `SELECT id, action, target_id, after, created_at FROM audit_log WHERE ${condition} AND ${isNew} ORDER BY id`,
    [accountId],
    runner,
  );
}

type Condition = readonly [sql: string, parameters: readonly unknown[]];

function bounded({ accountId, partnerId, subscriptionId, eventId }: StreamScope): Condition {
  const parameters: unknown[] = [accountId];
  let sql = `account_id = $1`;
  if (subscriptionId) sql += ` AND subscription_id = $${parameters.push(subscriptionId)}`;
  if (eventId) sql += ` AND event_id = $${parameters.push(eventId)}`;
  if (partnerId) {
    sql += ` AND subscription_id IN (SELECT s.id FROM subscriptions s WHERE s.partner_id = $${parameters.push(partnerId)})`;
  }
  return [sql, parameters];
}

function sourceOf<Row extends { readonly id: string }>(
  table: 'attempts' | 'deliveries',
  columns: string,
  scope: StreamScope,
  runner: Runner,
): FeedSource<Row> {
  const { accountId, partnerId, subscriptionId, eventId } = scope;
  if (partnerId && !subscriptionId && !eventId) {
    return feedOf((look) => ofPartner(table, columns, look), [accountId, partnerId], runner);
  }
  const [condition, parameters] = bounded(scope);
  return feedOf(
    ({ isNew }) => `SELECT ${columns} FROM ${table} WHERE ${condition} AND ${isNew} ORDER BY id`,
    parameters,
    runner,
  );
}

/**
 * By the index of each of its subscriptions: its account may have any number of others. The pairs leave PostgreSQL no choice but
 * that index.
 */
function ofPartner(table: string, columns: string, { isNew, floor, limit }: Look): string {
  return `SELECT own.* FROM subscriptions s CROSS JOIN LATERAL (
      SELECT ${columns} FROM ${table}
      WHERE (subscription_id, id) > (s.id, ${floor}) AND (subscription_id, id) <= (s.id, '${LAST_ID}') AND ${isNew}
      ORDER BY subscription_id, id LIMIT ${limit}) own
    WHERE s.account_id = $1 AND s.partner_id = $2 ORDER BY own.id`;
}

/** What a statement is made with: the condition that a row is new, and the parameters with the id it is above and with how many are wanted. */
interface Look {
  readonly isNew: string;
  readonly floor: string;
  readonly limit: string;
}

function feedOf<Row extends { readonly id: string }>(
  select: (look: Look) => string,
  parameters: readonly unknown[],
  runner: Runner,
): FeedSource<Row> {
  const next = parameters.length + 1;
  const [floor, seen, limit] = [`$${next}::uuid`, `$${next + 1}::uuid[]`, `$${next + 2}::int`];
  const rows = `${select({ isNew: `id > ${floor} AND id <> ALL(${seen})`, floor, limit })} LIMIT ${limit}`;
  return {
    read: (floor, seen, limit) => runner.query<Row>(rows, [...parameters, floor, plainArray(seen), limit]),
    count: async (floor, seen) => {
      const [row] = await runner.query<{ count: number }>(`SELECT count(*)::int AS count FROM (${rows}) counted`, [
        ...parameters,
        floor,
        plainArray(seen),
        MAX_COUNTED + 1,
      ]);
      const count = row?.count ?? 0;
      return count > MAX_COUNTED ? null : count;
    },
  };
}

/** What the deliveries are now. */
export async function statusesOf(ids: readonly string[], runner: Runner): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await runner.query<{ id: string; status: string }>(
    `SELECT id, status FROM deliveries WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3`,
    [plainArray(ids), ...idBounds(ids)],
  );
  return new Map(rows.map((row) => [row.id, row.status]));
}

/** Those of the deliveries that are of the scope. */
export async function deliveriesWithin(
  scope: StreamScope,
  ids: readonly string[],
  runner: Runner,
): Promise<Map<string, DeliveryRow>> {
  if (ids.length === 0) return new Map();
  const [condition, parameters] = bounded(scope);
  const rows = await runner.query<DeliveryRow>(
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE ${condition} AND id = ANY($${parameters.length + 1}::uuid[])`,
    [...parameters, plainArray(ids)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those of the subscriptions that are of the scope. */
export async function subscriptionsWithin(
  { accountId, partnerId, subscriptionId }: StreamScope,
  ids: readonly string[],
  runner: Runner,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await runner.query<{ id: string }>(
    `SELECT id FROM subscriptions WHERE id = ANY($1::uuid[]) AND account_id = $2
       AND ($3::uuid IS NULL OR partner_id = $3) AND ($4::uuid IS NULL OR id = $4)`,
    [plainArray(ids), accountId, partnerId, subscriptionId],
  );
  return new Set(rows.map((row) => row.id));
}
