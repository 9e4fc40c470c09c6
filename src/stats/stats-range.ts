import { checkedInstant } from '../common/instant.js';
import { Problem } from '../common/problem.js';
import { ceilTo, floorTo, GRAIN_MS } from './grains.js';
import type { Grain } from './stats.entities.js';

/** The time that statistics are asked for, in whole buckets. */
export interface StatsRange {
  readonly since: Date;
  readonly until: Date;
  readonly grain: Grain;
}

interface AskedRange {
  readonly since?: string;
  readonly until?: string;
  readonly bucket?: Grain;
}

const DAY_MS = 86_400_000;
/** Minutes are for looking at what happens now. */
export const MINUTES_KEPT_MS = 2 * DAY_MS;
const DEFAULT_MS = DAY_MS;
const MINUTES_UP_TO_MS = 6 * 3_600_000;
const HOURS_UP_TO_MS = 7 * DAY_MS;

/** `standard`: what the buckets are unless they are asked for; else by how long the time is. */
export function rangeOf(query: AskedRange, now: Date, maxBuckets: number, standard?: Grain): StatsRange {
  const until = query.until === undefined ? now : checkedInstant(query.until);
  const since = query.since === undefined ? new Date(until.getTime() - DEFAULT_MS) : checkedInstant(query.since);
  if (since > until) throw invalid('since', 'must not be after until');
  const ms = until.getTime() - since.getTime();
  const hasMinutes = now.getTime() - since.getTime() <= MINUTES_KEPT_MS;
  const grain = query.bucket ?? standard ?? grainFor(ms, hasMinutes);
  if (grain === 'minute' && !hasMinutes) throw invalid('bucket', 'must be hour or day: minutes are kept for 2 days');
  if (ms / GRAIN_MS[grain] > maxBuckets) {
    throw invalid('bucket', `must be longer for so long a time: there may be ${maxBuckets} buckets`);
  }
  return { since: floorTo(grain, since), until: ceilTo(grain, until), grain };
}

function grainFor(ms: number, hasMinutes: boolean): Grain {
  if (ms <= MINUTES_UP_TO_MS && hasMinutes) return 'minute';
  return ms <= HOURS_UP_TO_MS ? 'hour' : 'day';
}

function invalid(field: string, message: string): Problem {
  return new Problem('invalid_query', `${field} ${message}.`, [{ field, message }]);
}
