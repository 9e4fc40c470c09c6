import { firstUuidAt } from '../../src/common/ids.js';
import type { Transaction } from '../../src/common/transaction.js';
import { floorTo } from '../../src/stats/grains.js';
import { type Grain, WHOLE_ACCOUNT } from '../../src/stats/stats.entities.js';
import { type BucketRow, partnersOf, saveBuckets } from '../../src/stats/stats-statements.js';
import { addTally, COUNTED, type Counted, emptyTally } from '../../src/stats/tally.js';
import type { Day } from './history.js';

/** What the hub would have counted of a day while it happened: statistics are noted with each result, and not made up from history later. */

/** Rows of the same hour, outcome and duration. */
interface Counting {
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly hour: Date;
  readonly what: Counted[];
  /** The histogram's bucket of the call's duration; `null`: there was no call. */
  readonly bucket: number | null;
  readonly times: number;
}

const GRAINS: readonly Grain[] = ['hour', 'day'];

export async function writeStatistics(day: Day, transaction: Transaction): Promise<void> {
  const countings = [...(await callsOf(day, transaction)), ...(await endedOf(day, transaction))];
  const partners = await partnersOf([...new Set(countings.map((one) => one.subscriptionId))], transaction);
  const rows = new Map<string, BucketRow>();
  for (const counting of countings) {
    const { accountId, subscriptionId } = counting;
    const partnerId = partners.get(subscriptionId);
    for (const scopeId of [WHOLE_ACCOUNT, subscriptionId, ...(partnerId === undefined ? [] : [partnerId])]) {
      for (const grain of GRAINS) {
        const at = floorTo(grain, counting.hour);
        const key = `${accountId} ${scopeId} ${grain} ${at.getTime()}`;
        const row = rows.get(key) ?? { accountId, scopeId, grain, at, ...emptyTally() };
        addTally(row, tallyOf(counting));
        rows.set(key, row);
      }
    }
  }
  if (rows.size > 0) await saveBuckets([...rows.values()], transaction);
}

function tallyOf({ what, bucket, times }: Counting) {
  const tally = emptyTally();
  for (const one of what) tally.counts[COUNTED.indexOf(one)] = times;
  if (bucket === null) return tally;
  const histogram = Array.from({ length: bucket + 1 }, (_, index) => (index === bucket ? times : 0));
  return { ...tally, callMs: histogram, deliveryMs: what.includes('deliveriesDelivered') ? histogram : [] };
}

async function callsOf({ from, to }: Day, transaction: Transaction): Promise<Counting[]> {
  const rows = await transaction.query<Omit<Counting, 'what'> & { outcome: 'delivered' | 'retry' | 'failed' }>(
    // The bucket as `bucketOf` of src/stats/histogram.ts has it.
    `SELECT account_id AS "accountId", subscription_id AS "subscriptionId", date_trunc('hour', started_at) AS hour, outcome,
       CASE WHEN duration_ms < 1 THEN 0 ELSE 1 + floor(ln(duration_ms) / ln(2) * 4)::int END AS bucket, count(*)::int AS times
     FROM attempts
     WHERE id >= $1 AND id < $2 AND started_at >= $3 AND started_at < $4 AND delivery_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5`,
    [firstUuidAt(from), firstUuidAt(to), from, to],
  );
  const counted = {
    delivered: ['attemptsDelivered', 'deliveriesDelivered'],
    retry: ['attemptsRetry'],
    failed: ['attemptsFailed', 'deliveriesFailed'],
  } satisfies Record<string, Counted[]>;
  return rows.map(({ outcome, ...row }) => ({ ...row, what: counted[outcome] }));
}

async function endedOf({ from, to }: Day, transaction: Transaction): Promise<Counting[]> {
  const rows = await transaction.query<Omit<Counting, 'what'> & { status: 'skipped' | 'cancelled' }>(
    `SELECT account_id AS "accountId", subscription_id AS "subscriptionId", date_trunc('hour', created_at) AS hour, status,
       NULL AS bucket, count(*)::int AS times
     FROM deliveries
     WHERE id >= $1 AND id < $2 AND created_at >= $3 AND created_at < $4 AND status IN ('skipped', 'cancelled') GROUP BY 1, 2, 3, 4`,
    [firstUuidAt(from), firstUuidAt(to), from, to],
  );
  return rows.map(({ status, ...row }) => ({
    ...row,
    what: [status === 'skipped' ? 'deliveriesSkipped' : 'deliveriesCancelled'],
  }));
}
