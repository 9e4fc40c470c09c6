import { type HistoryPage, pageOf } from '../common/paging.js';
import type { HistoryWalk } from '../database/history-walk.js';
import type { Runner } from './delivery-statements.js';

/** Of the deliveries of all the subscriptions together, about. */
const MAX_LOOKED_AT = 4_000;
const MIN_LOOKED_AT_EACH = 5;
const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * A page of the events that some subscriptions were owed, as far as their newest deliveries tell: so whoever gets little of a large
 * account needs no look at what others get. A delivery is made after its event and has the larger id, so these deliveries name every
 * event with a larger id than the oldest of them. `null`: the page asked for begins below that.
 */
export async function newestOwedEvents(
  subscriptionIds: readonly string[],
  { from, below, equal, limit }: Pick<HistoryWalk, 'from' | 'below' | 'equal' | 'limit'>,
  runner: Runner,
): Promise<HistoryPage<string> | null> {
  const each = Math.max(Math.ceil(MAX_LOOKED_AT / Math.max(subscriptionIds.length, 1)), MIN_LOOKED_AT_EACH);
  // The pairs leave no choice but the index on both columns; the plain conditions on `id` leave out partitions.
  const rows = await runner.query<{ id: string | null; horizon: string | null }>(
    `WITH horizon AS MATERIALIZED (
       SELECT max(oldest.id::text)::uuid AS id FROM unnest($1::uuid[]) AS subscription(id) CROSS JOIN LATERAL (
         SELECT id FROM deliveries
         WHERE (subscription_id, id) >= (subscription.id, $2) AND (subscription_id, id) <= (subscription.id, '${MAX}')
           AND id >= $2
         ORDER BY subscription_id DESC, id DESC LIMIT 1 OFFSET $6) oldest),
     -- None where the page begins below the horizon: nothing is read in vain.
     reach AS MATERIALIZED (SELECT coalesce(id, $2) AS id FROM horizon WHERE id IS NULL OR id < $3),
     fitting AS (
       SELECT DISTINCT d.event_id AS id
       FROM reach CROSS JOIN unnest($1::uuid[]) AS subscription(id) CROSS JOIN LATERAL (
         SELECT event_id, event_type FROM deliveries
         WHERE (subscription_id, id) >= (subscription.id, reach.id)
           AND (subscription_id, id) <= (subscription.id, '${MAX}') AND id >= reach.id
         ORDER BY subscription_id DESC, id DESC LIMIT $6 + 1) d
       WHERE d.event_id >= reach.id AND d.event_id >= $2 AND d.event_id < $3 AND ($4::text IS NULL OR d.event_type = $4)
       ORDER BY d.event_id DESC LIMIT $5)
     SELECT fitting.id, horizon.id AS horizon FROM horizon LEFT JOIN fitting ON true ORDER BY fitting.id DESC`,
    [subscriptionIds, from ?? NIL, below ?? MAX, equal.type ?? null, limit + 1, each - 1],
  );
  const horizon = rows[0]?.horizon ?? null;
  if (horizon !== null && below !== null && below <= horizon) return null;
  const found = rows.flatMap(({ id }) => (id === null ? [] : [{ id }]));
  const { rows: page, next } = pageOf(found, limit);
  return { rows: page.map(({ id }) => id), next: next ?? horizon };
}
