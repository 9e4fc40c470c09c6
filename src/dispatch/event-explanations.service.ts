import { Injectable } from '@nestjs/common';
import type { Caller } from '../accounts/caller.js';
import { Transactions } from '../database/transactions.service.js';
import type { StoredEvent } from '../ingestion/event.entities.js';
import { toCanonicalEvent } from '../ingestion/stored-event.js';
import type { Subscription } from '../subscriptions/subscription.entity.js';
import { SubscriptionMatcher } from '../subscriptions/subscription-matcher.service.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { DeliveriesService, type ShownDelivery } from './deliveries.service.js';
import { EventPages } from './event-pages.service.js';

/** What an event was to one subscription. */
export interface EventExplanation {
  readonly deliveries: readonly ShownDelivery[];
  /** Why it was owed nothing; none where it was. */
  readonly reasons: readonly string[];
  /** Why it would not get the event as things are now; `null`: it would. */
  readonly whyNotNow: string | null;
}

/** Says why a subscription got an event or did not, also one that had nothing to do with it. Reads only, and only when asked. */
@Injectable()
export class EventExplanations {
  constructor(
    private readonly transactions: Transactions,
    private readonly events: EventPages,
    private readonly subscriptions: SubscriptionsService,
    private readonly matcher: SubscriptionMatcher,
    private readonly deliveries: DeliveriesService,
  ) {}

  async explain(caller: Caller, eventId: string, subscriptionId: string): Promise<EventExplanation> {
    const event = await this.events.get(caller, eventId);
    const subscription = await this.subscriptions.get(caller, subscriptionId, { deleted: true });
    const ofEvent = await this.deliveries.ofEvent(caller, eventId);
    const deliveries = ofEvent.filter(({ delivery }) => delivery.subscriptionId === subscriptionId);
    const whyNotNow = await this.whyNotNow(subscription, event);
    return { deliveries, reasons: deliveries.length > 0 ? [] : reasonsOf(subscription, event, whyNotNow), whyNotNow };
  }

  private async whyNotNow(subscription: Subscription, row: StoredEvent): Promise<string | null> {
    if (row.erasedAt) return 'the person whom the event was about was erased: there is nothing left to send';
    if (subscription.deletedAt) return 'the subscription is deleted';
    const event = toCanonicalEvent(row.content, row.received);
    const { id, accountId, sourceId, content } = row;
    const accepted = { id, accountId, sourceId, event, content, deliveries: 0, handedOver: 0 };
    return this.transactions.run((transaction) => this.matcher.whyNot(subscription, accepted, transaction));
  }
}

/** What kept it from being owed the event when it came, as far as what is stored tells. */
function reasonsOf(subscription: Subscription, event: StoredEvent, whyNotNow: string | null): string[] {
  const { createdAt, updatedAt, deletedAt } = subscription;
  const came = event.receivedAt;
  if (createdAt > came) return [`it was made at ${createdAt.toISOString()}, after the event came`];
  if (deletedAt && deletedAt <= came) return [`it was deleted at ${deletedAt.toISOString()}, before the event came`];
  const changed =
    updatedAt > came ? [`it was changed since, at ${updatedAt.toISOString()}: the audit log says how`] : [];
  if (event.erasedAt) return ['no longer known: what the event said was erased', ...changed];
  if (whyNotNow === null)
    return ['it would get the event now, but was, or its partner was, not set so when it came', ...changed];
  return [whyNotNow, ...changed];
}
