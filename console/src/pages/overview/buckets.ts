import type { Schema } from '../../api/client';

type Stats = Schema<'StatsDto'>;

export type Shown = 'deliveries' | 'calls';
export type Outcome = 'delivered' | 'retry' | 'failed' | 'skipped' | 'cancelled';

export interface OutcomeLook {
  readonly name: Outcome;
  readonly label: string;
  readonly color: string;
}

const LOOKS: Readonly<Record<Outcome, OutcomeLook>> = {
  delivered: { name: 'delivered', label: 'Delivered', color: 'var(--hub-chart-good)' },
  retry: { name: 'retry', label: 'Failed, to be tried again', color: 'var(--hub-chart-warning)' },
  failed: { name: 'failed', label: 'Failed', color: 'var(--hub-chart-bad)' },
  skipped: { name: 'skipped', label: 'Skipped', color: 'var(--hub-chart-quiet)' },
  cancelled: { name: 'cancelled', label: 'Cancelled', color: 'var(--hub-chart-faint)' },
};

/** In the order in which they are read. */
export const OUTCOMES: Readonly<Record<Shown, readonly OutcomeLook[]>> = {
  deliveries: [LOOKS.delivered, LOOKS.failed, LOOKS.skipped, LOOKS.cancelled],
  calls: [LOOKS.delivered, LOOKS.retry, LOOKS.failed],
};

export interface Bucket extends Partial<Record<Outcome, number>> {
  readonly since: string;
  readonly until: string;
  readonly label: string;
  readonly total: number;
  readonly p95: number | null;
}

const LENGTH_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** The hub's days begin at midnight in UTC. */
const formats = {
  minute: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }),
  hour: new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
};
const DAY_HOURS = 26;

export function bucketsOf(stats: Stats, show: Shown): Bucket[] {
  // Within a day its name says nothing.
  const isOneDay = stats.buckets.length <= DAY_HOURS;
  const format = stats.bucket === 'hour' && isOneDay ? formats.minute : formats[stats.bucket];
  return stats.buckets.map(({ at, attempts, deliveries, call_ms, delivery_ms }) => {
    const counts = show === 'calls' ? attempts : deliveries;
    const time = new Date(at);
    return {
      since: at,
      until: new Date(time.getTime() + LENGTH_MS[stats.bucket]).toISOString(),
      label: format.format(time),
      total: Object.values(counts).reduce((sum, count) => sum + count, 0),
      p95: (show === 'calls' ? call_ms : delivery_ms)?.p95 ?? null,
      ...counts,
    };
  });
}
