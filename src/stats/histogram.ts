/**
 * Durations counted in buckets that grow by a fixed factor, so that histograms merge by addition and percentiles come out of
 * any merged ones: within a tenth, from a millisecond to months. Index 0 is what took less than a millisecond.
 */

const BUCKETS_PER_DOUBLING = 4;
/** Over ten weeks: more than any retry table lasts. */
const MAX_INDEX = 33 * BUCKETS_PER_DOUBLING;

export type Histogram = number[];

export function bucketOf(ms: number): number {
  if (!(ms >= 1)) return 0;
  return Math.min(MAX_INDEX, 1 + Math.floor(Math.log2(ms) * BUCKETS_PER_DOUBLING));
}

export function observe(histogram: Histogram, ms: number): void {
  addAt(histogram, bucketOf(ms), 1);
}

function addAt(histogram: number[], index: number, count: number): void {
  while (histogram.length <= index) histogram.push(0);
  histogram[index] = (histogram[index] ?? 0) + count;
}

/** Adds `more` to `histogram`, in place. */
export function addTo(histogram: number[], more: readonly number[]): void {
  for (const [index, count] of more.entries()) histogram[index] = (histogram[index] ?? 0) + count;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** In milliseconds; `null`: nothing was observed. */
export function percentiles(histogram: readonly number[]): Percentiles | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((share) => valueAt(histogram, Math.ceil(total * share)));
  return { p50, p95, p99 };
}

/** The middle of the bucket that the observation of this rank is in. */
function valueAt(histogram: readonly number[], rank: number): number {
  let seen = 0;
  for (const [index, count] of histogram.entries()) {
    seen += count;
    if (seen >= rank) return index === 0 ? 0 : Math.round(2 ** ((index - 0.5) / BUCKETS_PER_DOUBLING));
  }
  return 0;
}
