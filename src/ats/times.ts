import { isCalendarDate } from '../common/instant.js';
import type { JsonValue } from '../common/json.js';
import type { Transform } from './field-map.js';

/** Reads times as vendors write them and writes them as vendors read them. */

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** ISO 8601 with `T` or a space, to the minute or finer, or a date alone; without an offset it is UTC. */
export function readTime(value: JsonValue | undefined): Date | null {
  if (typeof value !== 'string') return null;
  const [, date = '', clock = '00:00', offset = 'Z'] = DATE_TIME.exec(value.trim()) ?? [];
  if (!isCalendarDate(date)) return null;
  const time = new Date(`${date}T${clock}${normalizeOffset(offset)}`);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** `2025-04-10T20:32:13.000Z` */
export function toMilliseconds(value: JsonValue): string | undefined {
  return readTime(value)?.toISOString();
}

/** `2025-04-10T20:32:13Z`, cut, not rounded: an event is never dated later than it was. */
export function toWholeSeconds(value: JsonValue): string | undefined {
  return readTime(value)
    ?.toISOString()
    .replace(/\.\d+Z$/, 'Z');
}

/** `2025-04-10 20:32:13`, in UTC. */
export function toSpacedSeconds(value: JsonValue): string | undefined {
  return toWholeSeconds(value)?.replace('T', ' ').replace('Z', '');
}

/** Times of a dialect that writes whole seconds. What cannot be read passes: `portableData` decides where it may go. */
export const wholeSeconds: Transform = {
  toVendor: (value) => toWholeSeconds(value) ?? value,
  toCanonical: (value) => toMilliseconds(value) ?? value,
};

/** Times of a dialect that writes milliseconds. */
export const milliseconds: Transform = {
  toVendor: (value) => toMilliseconds(value) ?? value,
  toCanonical: (value) => toMilliseconds(value) ?? value,
};

/** `+02` and `+0200` → `+02:00` */
function normalizeOffset(offset: string): string {
  if (/^z$/i.test(offset)) return 'Z';
  const digits = offset.replace(':', '').padEnd(5, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
}
