import { plainArray } from '../database/sql-arrays.js';
import type { Runner } from './delivery-statements.js';

/**
 * The moments at which a subscription with a rate limit may be called. All workers take them from one row in the
 * database, so that together they keep the limit; a moment that nobody uses is not made up for.
 */

/** How far ahead slots are given out. Short, so that workers share, and none dies with many. */
export const SLOTS_AHEAD_MS = 1_000;

export interface SlotRequest {
  readonly subscriptionId: string;
  readonly count: number;
  readonly perSecond: number;
}

export interface Slots {
  readonly subscriptionId: string;
  /** As many as asked for, or fewer. */
  readonly granted: number;
  /** From now to the first of them, in milliseconds; the others follow at `intervalMs`. */
  readonly firstInMs: number;
  readonly intervalMs: number;
}

export async function takeSlots(wanted: readonly SlotRequest[], sqlNow: string, runner: Runner): Promise<Slots[]> {
  const slots = await takeKnown(wanted, sqlNow, runner);
  if (slots.length === wanted.length) return slots;
  await runner.query(
    `INSERT INTO rate_slots (subscription_id, next_slot_at) SELECT id, ${sqlNow} FROM unnest($1::uuid[]) AS w(id)
     ON CONFLICT DO NOTHING`,
    [plainArray(wanted.map((row) => row.subscriptionId).sort())],
  );
  const known = new Set(slots.map((row) => row.subscriptionId));
  const missing = wanted.filter((row) => !known.has(row.subscriptionId));
  return [...slots, ...(await takeKnown(missing, sqlNow, runner))];
}

async function takeKnown(wanted: readonly SlotRequest[], sqlNow: string, runner: Runner): Promise<Slots[]> {
  const rows = await runner.query<{ id: string; granted: number; first_in_ms: number; interval_ms: number }>(
    `WITH held AS MATERIALIZED (
       SELECT subscription_id, next_slot_at FROM rate_slots WHERE subscription_id = ANY($1)
       ORDER BY subscription_id FOR UPDATE),
     moment AS MATERIALIZED (SELECT ${sqlNow} AS now, count(*) AS after_locking FROM held),
     free AS (
       SELECT w.id, w.count, w.per_second, m.now, greatest(h.next_slot_at, m.now) AS first
       FROM unnest($1::uuid[], $2::int[], $3::float8[]) AS w(id, count, per_second)
       JOIN held h ON h.subscription_id = w.id CROSS JOIN moment m),
     grants AS (
       SELECT id, now, first, 1000 / per_second AS interval_ms,
         least(count, greatest(0, ceil(extract(epoch FROM now + interval '${SLOTS_AHEAD_MS} milliseconds' - first) * per_second)))::int AS granted
       FROM free)
     UPDATE rate_slots r SET next_slot_at = g.first + g.granted * g.interval_ms * interval '1 millisecond'
     FROM grants g WHERE r.subscription_id = g.id
     RETURNING g.id, g.granted, (extract(epoch FROM g.first - g.now) * 1000)::float8 AS first_in_ms, g.interval_ms`,
    [
      plainArray(wanted.map((row) => row.subscriptionId)),
      plainArray(wanted.map((row) => row.count)),
      plainArray(wanted.map((row) => row.perSecond)),
    ],
  );
  return rows.map((row) => ({
    subscriptionId: row.id,
    granted: row.granted,
    firstInMs: row.first_in_ms,
    intervalMs: row.interval_ms,
  }));
}
