/** What a hub says about deliveries and attempts, and when it says so: how tests wait for what dispatch has recorded. */
import { Clock } from '../../src/common/clock.js';
import { DeliveryScheduler } from '../../src/dispatch/delivery-scheduler.service.js';
import type { TestHub } from './hub.js';

export interface ShownDelivery {
  readonly id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly status: 'pending' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
  readonly reason: string | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
}

export interface ShownAttempt {
  readonly id: string;
  readonly kind: string;
  readonly delivery_id: string | null;
  readonly event_name: string;
  readonly number: number;
  readonly outcome: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: { readonly status: number; readonly body: string; readonly body_truncated: boolean };
  readonly error: { readonly code: string } | null;
  readonly started_at: string;
  readonly duration_ms: number;
}

/** What a subscription is and was owed, oldest first; at most 200. */
export async function deliveriesOf(hub: TestHub, subscriptionId: string): Promise<ShownDelivery[]> {
  const { body } = await hub.get(deliveriesPath(subscriptionId));
  return (body as { data: ShownDelivery[] }).data.reverse();
}

/** As soon as all of a subscription's deliveries, and `count` of them, are as `accept` says. */
export async function untilDeliveries(
  hub: TestHub,
  subscriptionId: string,
  count: number,
  accept: (delivery: ShownDelivery) => boolean,
): Promise<ShownDelivery[]> {
  const page = await hub.until(
    deliveriesPath(subscriptionId),
    ({ data }: { data: ShownDelivery[] }) => data.length === count && data.every(accept),
  );
  return (page as { data: ShownDelivery[] }).data.reverse();
}

/** The task history of a subscription, oldest first, as soon as it holds `count` calls. */
export async function untilAttempts(hub: TestHub, subscriptionId: string, count: number): Promise<ShownAttempt[]> {
  const page = await hub.until(
    `/v1/attempts?subscription_id=${subscriptionId}&limit=200`,
    ({ data }: { data: ShownAttempt[] }) => data.length >= count,
  );
  return (page as { data: ShownAttempt[] }).data.reverse();
}

/** The hub's time, which tests move. */
export function hubNow(hub: TestHub): Date {
  return hub.app.get(Clock).now();
}

/** From now on nothing becomes due by itself, however slow the machine: only `advance` looks at the table. */
export async function holdScheduler(hub: TestHub): Promise<void> {
  await hub.app.get(DeliveryScheduler).stop();
}

export function nextAttemptMs({ id, status, next_attempt_at: next }: ShownDelivery): number {
  if (next === null) throw new Error(`${id} is ${status}: nothing is due.`);
  return Date.parse(next);
}

/** Moves the clock just beyond a time. */
export async function advanceBeyond(hub: TestHub, timeMs: number): Promise<void> {
  await hub.advance(Math.max(0, timeMs - hubNow(hub).getTime()) + 5);
}

function deliveriesPath(subscriptionId: string): string {
  return `/v1/deliveries?subscription_id=${subscriptionId}&limit=200`;
}
