/** A span of time in the address bar: `range=24h`, or `since=…&until=…`. */

export interface RangeSearch {
  readonly range?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface TimeSpan {
  readonly since?: string;
  readonly until?: string;
}

type Bucket = 'minute' | 'hour' | 'day';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `bucket`: what it is counted by. `stepMs`: how often its beginning moves on, so that a request is the same for a while. */
export const RANGES = {
  '1h': { label: 'Last hour', short: '1 h', lengthMs: HOUR_MS, stepMs: MINUTE_MS, bucket: 'minute' },
  '24h': { label: 'Last 24 hours', short: '24 h', lengthMs: DAY_MS, stepMs: HOUR_MS, bucket: 'hour' },
  '7d': { label: 'Last 7 days', short: '7 d', lengthMs: 7 * DAY_MS, stepMs: HOUR_MS, bucket: 'hour' },
  '30d': { label: 'Last 30 days', short: '30 d', lengthMs: 30 * DAY_MS, stepMs: DAY_MS, bucket: 'day' },
} as const;

export type RangeName = keyof typeof RANGES;

export function isRangeName(name: string | undefined): name is RangeName {
  return name !== undefined && name in RANGES;
}

export function isCustom({ since, until }: RangeSearch): boolean {
  return since !== undefined || until !== undefined;
}

/** What to ask the API for; what is not a time is left out. */
export function spanOf(search: RangeSearch, nowMs: number, fallback?: RangeName): TimeSpan {
  if (isCustom(search)) return { since: asTime(search.since), until: asTime(search.until) };
  const name = isRangeName(search.range) ? search.range : fallback;
  if (name === undefined) return {};
  const { lengthMs, stepMs } = RANGES[name];
  return { since: new Date(Math.floor((nowMs - lengthMs) / stepMs) * stepMs).toISOString() };
}

/** For statistics; of a span of one's own the API knows best. */
export function bucketOf(search: RangeSearch, fallback: RangeName): Bucket | undefined {
  if (isCustom(search)) return undefined;
  return RANGES[isRangeName(search.range) ? search.range : fallback].bucket;
}

function asTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** For `<input type="datetime-local">`, which speaks of the reader's own time. */
export function toLocalInput(time: string | undefined): string {
  if (time === undefined) return '';
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

export function fromLocalInput(text: string): string | undefined {
  return text === '' ? undefined : asTime(text);
}

const moment = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export function describeSpan({ since, until }: RangeSearch): string {
  const from = asTime(since);
  const to = asTime(until);
  if (from === undefined) return to === undefined ? 'Any time' : `Until ${moment.format(new Date(to))}`;
  if (to === undefined) return `Since ${moment.format(new Date(from))}`;
  return moment.formatRange(new Date(from), new Date(to));
}
