import type { HistoryPage } from '../common/paging.js';
import type { Transaction } from '../common/transaction.js';

/**
 * Finds the newest rows of a partitioned table that fit a query, without ever reading much of it: it follows an index from
 * the newest id down, and stops after a number of rows even if few of them, or none, fit. Whoever asks for the next page then
 * goes on from there. So a page costs about the same whatever is asked for and however long the history is.
 */
export interface HistoryWalk {
  readonly table: 'attempts' | 'deliveries' | 'events' | 'inbound_requests';
  /** Whose rows: those of any of the ids. There is an index on the column and `id`. */
  readonly owners: { readonly column: 'account_id' | 'subscription_id' | 'source_id'; readonly ids: readonly string[] };
  /** Columns and the values they must have; `null`: any. */
  readonly equal: Readonly<Record<string, string | number | null>>;
  /** Only events that one of these subscriptions was owed. */
  readonly owedTo?: readonly string[];
  /** A condition that the rows meet anyway, and that an index of few rows has. */
  readonly among?: string;
  /** The ids asked for: `[from, below)`. */
  readonly from: string | null;
  readonly below: string | null;
  readonly limit: number;
}

type Runner = Pick<Transaction, 'query'>;

/** Rows looked at for one page, about: some 20 ms where every one of them is on another disk page in memory. */
const MAX_LOOKED_AT = 4_000;
/** Each event's deliveries are looked for in every partition from the event's own on. */
const MAX_LOOKED_AT_FOR_OWED = 5_000;
const MIN_LOOKED_AT_EACH = 5;
/** Where not all rows fit, the first look goes so many times as far as a page would, and each one as many times as far as the one before it. */
const GROWTH = 16;
const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The ids of a page. */
export async function walkHistory(walk: HistoryWalk, runner: Runner): Promise<HistoryPage<string>> {
  const owners = walk.owners.ids.length;
  if (owners === 0) return { rows: [], next: null };
  const found: string[] = [];
  let below = walk.below ?? MAX;
  const mayAllFit = Object.values(walk.equal).every((value) => value === null);
  const most = walk.owedTo ? MAX_LOOKED_AT_FOR_OWED : MAX_LOOKED_AT;
  let lookAt = Math.min((walk.limit + 1) * (mayAllFit ? 1 : GROWTH), most);
  for (let left = most; left > 0; left -= lookAt, lookAt = Math.min(lookAt * GROWTH, left)) {
    const { ids, horizon } = await look(walk, below, Math.max(Math.ceil(lookAt / owners), MIN_LOOKED_AT_EACH), runner);
    found.push(...ids);
    if (found.length > walk.limit) return { rows: found.slice(0, walk.limit), next: found[walk.limit - 1] ?? null };
    if (horizon === null) return { rows: found, next: null };
    below = horizon;
  }
  return { rows: found, next: below };
}

interface Look {
  readonly ids: string[];
  /** Everything down to here has been looked at; `null`: all there is. */
  readonly horizon: string | null;
}

/**
 * The pairs leave PostgreSQL no choice but the index on both columns: with plain conditions it may believe that reading a partition by
 * `id` alone meets the owner's rows soon enough, and reads all of it where there are few. The plain ones on `id` leave out partitions.
 *
 * Of several owners, what one of them has below the last row that was looked at of another is left for the next look. */
async function look(walk: HistoryWalk, below: string, perOwner: number, runner: Runner): Promise<Look> {
  const { table, owners, among, from, limit } = walk;
  const asked = Object.entries(walk.equal).filter(([, value]) => value !== null);
  const columns = asked.map(([column]) => column);
  const parameters: unknown[] = [
    owners.ids,
    from ?? NIL,
    below,
    perOwner,
    limit + 1,
    ...asked.map(([, value]) => value),
  ];
  const fits = columns.map((column, index) => `AND ${column} = $${index + 6}`);
  if (walk.owedTo) fits.push(`AND ${owed(`$${parameters.push(walk.owedTo)}`)}`);
  const rows = await runner.query<{ id: string | null; horizon: string | null }>(
    `WITH looked AS MATERIALIZED (
       SELECT ${['l.id', 'owner.id AS owner', ...columns].join(', ')}
       FROM unnest($1::uuid[]) AS owner(id) CROSS JOIN LATERAL (
         SELECT ${['id', ...columns].join(', ')} FROM ${table}
         WHERE (${owners.column}, id) >= (owner.id, $2) AND (${owners.column}, id) < (owner.id, $3)
           AND id >= $2 AND id < $3 ${among ? `AND ${among}` : ''}
         ORDER BY ${owners.column} DESC, id DESC LIMIT $4) l),
     horizon AS (
       SELECT max(last)::uuid AS id FROM (SELECT min(id::text) AS last FROM looked GROUP BY owner HAVING count(*) = $4) lasts),
     fitting AS (
       SELECT looked.id FROM looked, horizon WHERE (horizon.id IS NULL OR looked.id >= horizon.id) ${fits.join(' ')}
       ORDER BY looked.id DESC LIMIT $5)
     SELECT fitting.id, horizon.id AS horizon FROM horizon LEFT JOIN fitting ON true ORDER BY fitting.id DESC`,
    parameters,
  );
  return { ids: rows.flatMap(({ id }) => id ?? []), horizon: rows[0]?.horizon ?? null };
}

/**
 * A delivery is made after its event, so it has the larger id: older partitions are left out. OFFSET leaves PostgreSQL no choice but the
 * index of an event's deliveries: it may believe that reading all that the subscriptions were ever owed is as good.
 */
function owed(subscriptionIds: string): string {
  return `EXISTS (
    SELECT FROM (SELECT subscription_id FROM deliveries WHERE event_id = looked.id AND id > looked.id OFFSET 0) d
    WHERE d.subscription_id = ANY(${subscriptionIds}::uuid[]))`;
}
