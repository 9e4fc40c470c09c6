import { useSyncExternalStore } from 'react';

const TICK_MS = 15_000;
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const toTheMinute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** One timer for every time on the page. */
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A moment as people say it, exact on hover. */
export function TimeAgo({ at }: { readonly at: string }) {
  useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={absolute.format(new Date(at))}>
      {distance(at)}
    </time>
  );
}

/** A moment as the calendar and the clock say it, and how far off that is. */
export function ExactTime({ at }: { readonly at: string }) {
  useSyncExternalStore(subscribe, () => now);
  return (
    <>
      <time dateTime={at}>{toTheMinute.format(new Date(at))}</time> ({distance(at)})
    </>
  );
}

function distance(at: string): string {
  const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, secondsPer]) => Math.abs(seconds) >= secondsPer) ?? ['second', 1];
  return Math.abs(seconds) < 5 ? 'just now' : relative.format(Math.trunc(seconds / size), unit);
}
