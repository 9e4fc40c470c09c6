import type { Bucket } from './buckets';

/** What the chart's axes say. */

const counts = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' });
const HOURS_OF_A_DAY = 26;
const HOURS_APART = 3;
const MINUTES_APART = 10;
const MOST_STEPS = 5;

/** `1.5K` */
export function shortCount(count: number): string {
  return counts.format(count);
}

/** Round numbers from 0 to what holds the highest bar. */
export function countTicks(buckets: readonly Bucket[]): number[] {
  const highest = Math.max(1, ...buckets.map(({ total }) => total));
  const rough = highest / MOST_STEPS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
  const step = Math.max(1, Math.ceil(round));
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}

/** The buckets that have their label: each tenth minute, each third hour, each day. Where they don't fit some are left out. */
export function timeTicks(buckets: readonly Bucket[], unit: 'minute' | 'hour' | 'day'): readonly Bucket[] {
  const at = ({ since }: Bucket) => new Date(since);
  if (unit === 'day') return buckets;
  const some = (isRound: (bucket: Bucket) => boolean) => {
    const round = buckets.filter(isRound);
    return round.length < 2 ? buckets : round;
  };
  if (unit === 'minute') return some((bucket) => at(bucket).getMinutes() % MINUTES_APART === 0);
  if (buckets.length <= HOURS_OF_A_DAY) return some((bucket) => at(bucket).getHours() % HOURS_APART === 0);
  return buckets
    .filter((bucket) => at(bucket).getHours() === 0)
    .map((bucket) => ({ ...bucket, label: days.format(at(bucket)) }));
}
