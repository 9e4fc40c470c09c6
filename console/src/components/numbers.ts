/** Numbers as people read them. */

const counts = new Intl.NumberFormat('en');
const percents = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A number and its unit stay in one line. */
export const NO_BREAK = '\u00a0';

export function formatCount(count: number): string {
  return counts.format(count);
}

/** `4 rows`, `1 row` */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Of a share between 0 and 1. What is not quite all is never shown as 100%. */
export function formatShare(share: number): string {
  return percents.format(share < 1 ? Math.min(share, 0.9999) : share);
}

export function formatMs(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)}${NO_BREAK}ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(ms < 10 * SECOND_MS ? 1 : 0)}${NO_BREAK}s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)}${NO_BREAK}min`;
  return `${Math.round(ms / HOUR_MS)}${NO_BREAK}h`;
}
