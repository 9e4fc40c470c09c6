import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { groupBy } from '../common/collections.js';
import { Transactions } from '../database/transactions.service.js';
import { returnToTable } from './claim-statements.js';
import type { ReadyDelivery } from './delivery-sender.service.js';
import { type Slots, SLOTS_AHEAD_MS, takeSlots } from './rate-slots.js';

/** What is left of a claim once rate limits are kept. */
export interface Paced {
  readonly ready: readonly ReadyDelivery[];
  readonly limits: readonly LaneLimit[];
}

export interface LaneLimit {
  readonly subscriptionId: string;
  readonly perSecond: number;
  /** `performance.now()` before which claiming more would be in vain. */
  readonly claimAfter: number;
  /** Deliveries were left in the table. */
  readonly more: boolean;
}

/** Gives claimed deliveries of subscriptions with a rate limit the moments to go out at; what finds none goes back into the table. */
@Injectable()
export class DeliveryPacer {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async pace(claimed: readonly ReadyDelivery[]): Promise<Paced> {
    const limited = claimed.filter(({ target }) => target.rateLimit !== null);
    if (limited.length === 0) return { ready: claimed, limits: [] };
    const bySubscription = groupBy(limited, ({ target }) => target.id);
    const wanted = [...bySubscription].map(([subscriptionId, deliveries]) => {
      return { subscriptionId, count: deliveries.length, perSecond: deliveries[0]?.target.rateLimit ?? Infinity };
    });
    const slots = new Map(
      (await takeSlots(wanted, this.clock.sqlNow, this.transactions)).map((one) => [one.subscriptionId, one]),
    );
    const now = performance.now();
    const ready = claimed.filter(({ target }) => target.rateLimit === null);
    const surplus: ReadyDelivery[] = [];
    const limits = wanted.map(({ subscriptionId, perSecond }) => {
      const deliveries = bySubscription.get(subscriptionId) ?? [];
      const given = slots.get(subscriptionId) ?? { granted: 0, firstInMs: 0, intervalMs: 0 };
      const granted = deliveries.slice(0, given.granted);
      for (const [index, delivery] of granted.entries()) {
        ready.push({ ...delivery, sendAfter: now + given.firstInMs + index * given.intervalMs });
      }
      surplus.push(...deliveries.slice(given.granted));
      return {
        subscriptionId,
        perSecond,
        claimAfter: claimAfter(given, now),
        more: granted.length < deliveries.length,
      };
    });
    if (surplus.length > 0) {
      await returnToTable(
        surplus.map(({ claim }) => claim),
        this.transactions,
      );
    }
    return { ready, limits };
  }
}

/** A limit that somebody else changes is noticed within this time. */
const MAX_PAUSE_MS = 5_000;

/** Once half of what may be given out ahead is free again: one claim then takes several. */
function claimAfter({ granted, firstInMs, intervalMs }: Omit<Slots, 'subscriptionId'>, now: number): number {
  return now + Math.min(firstInMs + granted * intervalMs - SLOTS_AHEAD_MS / 2, MAX_PAUSE_MS);
}
