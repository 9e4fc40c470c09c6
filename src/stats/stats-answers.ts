import { groupBy } from '../common/collections.js';
import { publicId } from '../common/ids.js';
import type { Subscription } from '../subscriptions/subscription.entity.js';
import { bucketsOf } from './grains.js';
import { percentiles } from './histogram.js';
import type { AttemptCountsDto, StatsBucketDto, StatsTotalsDto, SubscriptionStatsDto } from './stats.dtos.js';
import type { StatsRange } from './stats-range.js';
import type { BucketRow } from './stats-statements.js';
import { type Counted, COUNTED, emptyTally, type Tally } from './tally.js';

/** Statistics as they are shown. */

export function totalsOf({ counts, callMs, deliveryMs }: Tally): StatsTotalsDto {
  const deliveries = {
    delivered: countIn(counts, 'deliveriesDelivered'),
    failed: countIn(counts, 'deliveriesFailed'),
    skipped: countIn(counts, 'deliveriesSkipped'),
    cancelled: countIn(counts, 'deliveriesCancelled'),
  };
  const ended = deliveries.delivered + deliveries.failed;
  return {
    attempts: attemptsOf(counts),
    deliveries,
    success_rate: ended === 0 ? null : Math.round((deliveries.delivered / ended) * 10_000) / 10_000,
    call_ms: percentiles(callMs),
    delivery_ms: percentiles(deliveryMs),
  };
}

/** The empty ones too. */
export function bucketsShown(
  { grain, since, until }: StatsRange,
  tallies: ReadonlyMap<number, Tally>,
): StatsBucketDto[] {
  return bucketsOf(grain, since, until).map((at) => ({
    at: at.toISOString(),
    ...totalsOf(tallies.get(at.getTime()) ?? emptyTally()),
  }));
}

export function subscriptionStatsOf(
  rows: readonly Subscription[],
  counted: readonly BucketRow[],
  { grain, since, until }: StatsRange,
): (SubscriptionStatsDto & { id: string })[] {
  const starts = bucketsOf(grain, since, until).map((at) => at.getTime());
  const bySubscription = groupBy(counted, (row) => row.scopeId);
  return rows.map((row) => {
    const byTime = new Map((bySubscription.get(row.id) ?? []).map(({ at, counts }) => [at.getTime(), counts]));
    const series = (what: Counted) => starts.map((at) => countIn(byTime.get(at) ?? [], what));
    const [delivered, retry, failed] = [series('attemptsDelivered'), series('attemptsRetry'), series('attemptsFailed')];
    return {
      id: row.id,
      subscription_id: publicId('subscription', row.id),
      status: row.status,
      status_reason: row.statusReason,
      status_changed_at: row.statusChangedAt.toISOString(),
      failing_since: row.failingSince?.toISOString() ?? null,
      attempts: { delivered: sum(delivered), retry: sum(retry), failed: sum(failed) },
      delivered,
      retry,
      failed,
    };
  });
}

function attemptsOf(counts: readonly number[]): AttemptCountsDto {
  return {
    delivered: countIn(counts, 'attemptsDelivered'),
    retry: countIn(counts, 'attemptsRetry'),
    failed: countIn(counts, 'attemptsFailed'),
  };
}

function countIn(counts: readonly number[], what: Counted): number {
  return counts[COUNTED.indexOf(what)] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
