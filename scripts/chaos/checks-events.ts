import { groupBy } from '../../src/common/collections.js';
import type { Evidence, StoredDelivery, StoredSubscription } from './evidence.js';
import type { Check } from './check.js';
import type { SentEvent } from './traffic.js';

/** Every event that was accepted is there, and each subscription that wants it has it, or says why not. */
export function everythingAcceptedArrived(evidence: Evidence): Check {
  const violations: string[] = [];
  const stored = new Map(evidence.events.map((event) => [event.id, event]));
  const deliveriesOf = groupBy(evidence.deliveries, ({ eventId }) => eventId);
  for (const sent of evidence.ledger.events) {
    for (const id of sent.eventIds) {
      const found = stored.get(id);
      if (!found) violations.push(`${id} (${sent.marker}) was accepted and is not there`);
      else if (found.marker !== sent.marker) violations.push(`${id} is ${found.marker}, ${sent.marker} was accepted`);
      violations.push(...judgeDeliveries(evidence, sent, id, deliveriesOf.get(id) ?? []));
    }
  }
  const accepted = evidence.ledger.events.filter(({ eventIds }) => eventIds.size > 0).length;
  return {
    name: 'every accepted event is there, and reached every subscription that wants it, or says why not',
    note: `${accepted} accepted, ${evidence.events.length} there`,
    violations,
  };
}

function judgeDeliveries(
  evidence: Evidence,
  sent: SentEvent,
  eventId: string,
  deliveries: readonly StoredDelivery[],
): string[] {
  const violations: string[] = [];
  const bySubscription = groupBy(deliveries, ({ subscriptionId }) => subscriptionId);
  const wanting = [...evidence.subscriptions.values()].filter(
    ({ wanted }) => wanted.account === sent.account && wanted.profile.types.includes(sent.posted.type),
  );
  for (const subscription of wanting) {
    const [delivery, ...more] = bySubscription.get(subscription.id) ?? [];
    const to = `${eventId} to ${sent.account}/${subscription.wanted.profile.behaviour}`;
    if (!delivery) violations.push(`${to}: there is no delivery`);
    else
      violations.push(...judgeOutcome(evidence, subscription, delivery).map((why) => `${to} (${delivery.id}): ${why}`));
    if (more.length > 0) violations.push(`${to}: there are ${more.length + 1} deliveries`);
  }
  if (bySubscription.size > wanting.length) {
    violations.push(`${eventId} has deliveries to ${bySubscription.size} subscriptions, ${wanting.length} want it`);
  }
  const planned = deliveries.filter(({ status }) => status !== 'skipped').length;
  if (sent.deliveries !== planned) {
    violations.push(`${eventId}: the answer said ${sent.deliveries} deliveries, ${planned} were planned`);
  }
  return violations;
}

function judgeOutcome(evidence: Evidence, { wanted, status }: StoredSubscription, delivery: StoredDelivery): string[] {
  const attempts = evidence.attempts.get(delivery.id) ?? [];
  switch (delivery.status) {
    case 'delivered': {
      const calls = evidence.callsOf.get(delivery.id) ?? [];
      const isReceived = calls.some((call) => call.status >= 200 && call.status < 300);
      return isReceived ? [] : ['it is said to be delivered, and the receiver took nothing'];
    }
    case 'pending':
      if (wanted.profile.getsEverything) return ['it waits, though the receiver answers well'];
      return attempts.length > 0 || status === 'suspended' ? [] : ['it waits, and nothing was tried'];
    default:
      if (wanted.profile.getsEverything) return [`it is ${delivery.status}, though the receiver answers well`];
      return delivery.reason ? [] : [`it is ${delivery.status} without a reason`];
  }
}

/** However often an event was sent with the same id. */
export function nothingIsThereTwice({ events, ledger }: Evidence): Check {
  const violations: string[] = [];
  const byMarker = groupBy(events, ({ marker }) => marker);
  for (const [marker, stored] of byMarker) {
    if (stored.length > 1) violations.push(`${marker} is there as ${stored.map(({ id }) => id).join(', ')}`);
  }
  for (const { marker, eventIds } of ledger.events) {
    if (eventIds.size > 1) violations.push(`${marker} was answered with ${[...eventIds].join(', ')}`);
    if (eventIds.size === 0 && byMarker.has(marker)) violations.push(`${marker} is there, and was never accepted`);
  }
  return {
    name: 'no event is there twice for one idempotency key',
    note: `${ledger.requests} requests for ${ledger.events.length} events`,
    violations,
  };
}
