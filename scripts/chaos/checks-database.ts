import type { Evidence, StoredDelivery } from './evidence.js';
import type { Check } from './check.js';
import { markerOf } from './checks-calls.js';

/** What had become due this shortly before the hub was ended may be left: ending takes a moment. */
const GRACE_MS = 5_000;

/** Events, deliveries, attempts and calls are of one account each, and of the same. */
export function nothingCrossedAccounts(evidence: Evidence): Check {
  const violations: string[] = [];
  const accountOfEvent = new Map(evidence.events.map(({ id, accountId }) => [id, accountId]));
  const deliveries = new Map(evidence.deliveries.map((delivery) => [delivery.id, delivery]));
  for (const { id, accountId, eventId, subscriptionId } of deliveries.values()) {
    const others = [accountOfEvent.get(eventId), evidence.subscriptions.get(subscriptionId)?.accountId];
    if (others.some((other) => other !== accountId)) {
      violations.push(`${id} is of ${accountId}, its event and subscription of ${others.join(' and ')}`);
    }
  }
  for (const [deliveryId, attempts] of evidence.attempts) {
    const delivery = deliveries.get(deliveryId);
    const astray = attempts.some(
      ({ accountId, subscriptionId, eventId }) =>
        accountId !== delivery?.accountId || subscriptionId !== delivery.subscriptionId || eventId !== delivery.eventId,
    );
    if (astray) violations.push(`${deliveryId} has an attempt of another account, subscription or event`);
  }
  for (const call of evidence.calls) {
    const delivery = deliveries.get(call.webhookId);
    const wanted = delivery && evidence.subscriptions.get(delivery.subscriptionId)?.wanted;
    const isAtHome = wanted && call.path === `/${wanted.account}/${wanted.profile.behaviour}`;
    if (!isAtHome || !markerOf(call).startsWith(`chaos-${call.account}-`)) {
      violations.push(`${call.webhookId} with ${markerOf(call)} came to ${call.path}`);
    }
  }
  return { name: 'nothing crossed accounts', violations };
}

/** Whatever is pending has a time at which it is sent, and nobody has let it pass or keeps others from it. */
export function nothingIsForgotten({ deliveries, frozenAt }: Evidence): Check {
  const pending = deliveries.filter(({ status, plan }) => status === 'pending' || plan !== null);
  return {
    name: 'nothing is pending that nobody will send',
    note: waitingNote(pending),
    violations: pending.flatMap((delivery) => {
      const why = forgotten(delivery, frozenAt.getTime());
      return why === null ? [] : [`${delivery.id}: ${why}`];
    }),
  };
}

function forgotten({ status, plan }: StoredDelivery, frozenAtMs: number): string | null {
  if (status !== 'pending') return `it is ${status}, and planned all the same`;
  if (!plan) return 'it is pending, and nothing is planned';
  const dueMs = plan.nextAttemptAt.getTime();
  if (dueMs < frozenAtMs - GRACE_MS) return `it has been due since ${plan.nextAttemptAt.toISOString()}`;
  if (plan.leaseUntil && plan.leaseUntil.getTime() > frozenAtMs) return 'somebody who is gone holds its lease';
  return null;
}

function waitingNote(pending: readonly StoredDelivery[]): string {
  const times = pending.flatMap(({ plan }) => (plan ? [plan.nextAttemptAt.getTime()] : [])).sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return 'nothing waits';
  return `${times.length} wait, due from ${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
}
