import type { Grain } from './stats.entities.js';

/** How long buckets are, and where they begin: in UTC. */

export const GRAIN_MS: Readonly<Record<Grain, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export function floorTo(grain: Grain, time: Date): Date {
  return new Date(Math.floor(time.getTime() / GRAIN_MS[grain]) * GRAIN_MS[grain]);
}

export function ceilTo(grain: Grain, time: Date): Date {
  return new Date(Math.ceil(time.getTime() / GRAIN_MS[grain]) * GRAIN_MS[grain]);
}

/** When each bucket of a time begins, oldest first. */
export function bucketsOf(grain: Grain, since: Date, until: Date): Date[] {
  const count = Math.ceil((until.getTime() - since.getTime()) / GRAIN_MS[grain]);
  return Array.from({ length: count }, (_, index) => new Date(since.getTime() + index * GRAIN_MS[grain]));
}
