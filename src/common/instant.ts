/** Reads points in time as callers write them. */

const INSTANT =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:[Tt](?<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?<offset>[Zz]|[+-]\d{2}:\d{2}))?$/;
const MIN = Date.parse('0001-01-01T00:00:00Z');
const MAX = Date.parse('9999-12-31T23:59:59.999Z');

export const INSTANT_MISTAKE = 'must be an ISO 8601 time with an offset, like 2026-01-31T12:00:00Z';

/** ISO 8601 with an offset, or a date alone: its midnight in UTC. `null`: no such time. */
export function parseInstant(text: string): Date | null {
  const { date = '', clock = '00:00', offset = 'Z' } = INSTANT.exec(text)?.groups ?? {};
  if (!isCalendarDate(date)) return null;
  const time = Date.parse(`${date}T${clock}${offset.toUpperCase()}`);
  // Beyond these years neither ISO 8601 nor PostgreSQL writes a date in the usual way.
  return time >= MIN && time <= MAX ? new Date(time) : null;
}

/** For a text that has been checked already. */
export function checkedInstant(text: string): Date {
  const instant = parseInstant(text);
  if (!instant) throw new Error('A time that was let pass cannot be read.');
  return instant;
}

/** `Date` takes February 30th for March 2nd: such a day is unreadable. */
export function isCalendarDate(date: string): boolean {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
}
