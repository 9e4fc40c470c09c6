import { describe, expect, it } from '@jest/globals';
import { addTo, type Histogram, observe, percentiles } from './histogram.js';

function histogramOf(values: readonly number[]): Histogram {
  const histogram: Histogram = [];
  for (const value of values) observe(histogram, value);
  return histogram;
}

function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

describe('a histogram', () => {
  it.each([
    ['milliseconds', Array.from({ length: 1_000 }, (_, n) => 1 + (n % 97))],
    ['seconds', Array.from({ length: 1_000 }, (_, n) => 900 + ((n * 7_919) % 60_000))],
    ['days', Array.from({ length: 500 }, (_, n) => 3_600_000 * (1 + ((n * 31) % 200)))],
  ])('tells percentiles within a tenth, of %s', (_what, values) => {
    const found = percentiles(histogramOf(values));
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const error = Math.abs((found?.[name] ?? Number.NaN) - exact(values, share)) / exact(values, share);
      // Whole milliseconds are all that is shown: a single one of few is more than a tenth.
      expect(error).toBeLessThan(0.1);
    }
  });

  it('that is merged of two says what one of all would', () => {
    const [left, right] = [
      [1, 5, 80, 3_000],
      [2, 90, 90, 100_000, 7],
    ];
    const merged = histogramOf(left);
    addTo(merged, histogramOf(right));
    expect(merged).toEqual(histogramOf([...left, ...right]));
    expect(percentiles(merged)).toEqual(percentiles(histogramOf([...right, ...left])));
  });

  it('of nothing has no percentiles, of one thing it has one value', () => {
    expect(percentiles([])).toBeNull();
    expect(percentiles(histogramOf([0]))).toEqual({ p50: 0, p95: 0, p99: 0 });
    const { p50, p99 } = percentiles(histogramOf([1_000])) ?? { p50: 0, p99: 1 };
    expect(p50).toBe(p99);
  });

  it('takes whatever time there is', () => {
    for (const odd of [-1, Number.NaN, 0.4, Number.MAX_SAFE_INTEGER, Infinity]) {
      expect(histogramOf([odd]).reduce((sum, count) => sum + count, 0)).toBe(1);
    }
  });
});
