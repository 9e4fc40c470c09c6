import { uuidTime } from '../common/ids.js';
import type { AttemptMade, DeliveriesEnded } from '../event-bus/internal-events.js';
import { addTo, type Histogram, observe } from './histogram.js';

/** What is counted, in the order in which the counts are stored. New ones come last. */
export const COUNTED = [
  'attemptsDelivered',
  'attemptsRetry',
  'attemptsFailed',
  'deliveriesDelivered',
  'deliveriesFailed',
  'deliveriesSkipped',
  'deliveriesCancelled',
] as const;
export type Counted = (typeof COUNTED)[number];

const ATTEMPTS = { delivered: 'attemptsDelivered', retry: 'attemptsRetry', failed: 'attemptsFailed' } as const;
const ENDED = {
  skipped: 'deliveriesSkipped',
  cancelled: 'deliveriesCancelled',
  failed: 'deliveriesFailed',
} as const;

export interface Tally {
  readonly counts: number[];
  readonly callMs: Histogram;
  readonly deliveryMs: Histogram;
}

/** What one transaction had to count of one subscription. */
export interface Delta extends Tally {
  readonly accountId: string;
  readonly subscriptionId: string;
}

export function emptyTally(): Tally {
  return { counts: COUNTED.map(() => 0), callMs: [], deliveryMs: [] };
}

export function addTally(tally: Tally, more: Tally): void {
  addTo(tally.counts, more.counts);
  addTo(tally.callMs, more.callMs);
  addTo(tally.deliveryMs, more.deliveryMs);
}

/** Of calls for deliveries, those of test events too: a call that only tests or confirms counts nowhere. */
export function deltasOfAttempts(attempts: readonly AttemptMade[]): Delta[] {
  const deltas = new Map<string, Delta>();
  for (const attempt of attempts) {
    if (attempt.deliveryId === null) continue;
    const delta = deltaOf(deltas, attempt.accountId, attempt.subscriptionId);
    count(delta, ATTEMPTS[attempt.outcome], 1);
    observe(delta.callMs, attempt.durationMs);
    if (attempt.late || attempt.outcome === 'retry') continue;
    count(delta, attempt.outcome === 'delivered' ? 'deliveriesDelivered' : 'deliveriesFailed', 1);
    if (attempt.outcome === 'delivered') observe(delta.deliveryMs, sincePlanning(attempt, attempt.deliveryId));
  }
  return [...deltas.values()];
}

export function deltasOfEnded({ ended }: DeliveriesEnded): Delta[] {
  const deltas = new Map<string, Delta>();
  for (const { accountId, subscriptionId, status, deliveries } of ended) {
    if (deliveries > 0) count(deltaOf(deltas, accountId, subscriptionId), ENDED[status], deliveries);
  }
  return [...deltas.values()];
}

function sincePlanning({ startedAt, durationMs }: AttemptMade, deliveryId: string): number {
  return Math.max(0, startedAt.getTime() + durationMs - uuidTime(deliveryId).getTime());
}

function deltaOf(deltas: Map<string, Delta>, accountId: string, subscriptionId: string): Delta {
  let delta = deltas.get(subscriptionId);
  if (!delta) deltas.set(subscriptionId, (delta = { accountId, subscriptionId, ...emptyTally() }));
  return delta;
}

function count({ counts }: Delta, what: Counted, times: number): void {
  const index = COUNTED.indexOf(what);
  counts[index] = (counts[index] ?? 0) + times;
}
