import { Injectable } from '@nestjs/common';
import { type Caller, changedBy } from '../accounts/caller.js';
import { publicId } from '../common/ids.js';
import { type FieldProblem, Problem } from '../common/problem.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AcceptedEvent } from '../event-bus/internal-events.js';
import { toCanonicalEvent } from '../ingestion/stored-event.js';
import { type Match, SubscriptionMatcher } from '../subscriptions/subscription-matcher.service.js';
import { DeliveriesService, type ShownDelivery } from './deliveries.service.js';
import { DeliveryPlanner, toPlanned } from './delivery-planner.service.js';
import { findErased } from './erasure-statements.js';
import { EventPages } from './event-pages.service.js';

/** Delivers an accepted event again: new deliveries, each with a `webhook-id` of its own. */
@Injectable()
export class Replays {
  constructor(
    private readonly transactions: Transactions,
    private readonly events: EventPages,
    private readonly matcher: SubscriptionMatcher,
    private readonly planner: DeliveryPlanner,
    private readonly deliveries: DeliveriesService,
    private readonly bus: EventBus,
  ) {}

  /** To all subscriptions that match now, or to those of them that are named; a partner's go to its own. */
  async replay(caller: Caller, eventId: string, subscriptionIds: readonly string[] | null): Promise<ShownDelivery[]> {
    const row = await this.events.get(caller, eventId);
    const event = toCanonicalEvent(row.content, row.received);
    const accepted: AcceptedEvent = {
      id: row.id,
      accountId: row.accountId,
      sourceId: row.sourceId,
      event,
      content: row.content,
      deliveries: 0,
      handedOver: 0,
    };
    const planned = await this.transactions.run(async (transaction) => {
      if ((await findErased([row.id], transaction)).size > 0) throw erasedProblem();
      const [matches = []] = await this.matcher.match([accepted], transaction);
      const mine = caller.partnerId ? matches.filter((match) => match.partnerId === caller.partnerId) : matches;
      const chosen = subscriptionIds
        ? choose(mine, subscriptionIds)
        : mine.filter((match) => match.skipReason === null);
      const deliveries = chosen.map((match) => toPlanned(accepted, match));
      await this.planner.insert(deliveries, transaction);
      const change = {
        accountId: caller.accountId,
        by: changedBy(caller),
        action: 'event.replayed',
        targetKind: 'event',
        targetId: publicId('event', eventId),
        before: null,
        after: { deliveries: deliveries.length },
      };
      await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
      return deliveries.map((delivery) => delivery.id);
    });
    return this.deliveries.byIds(caller, planned);
  }
}

/** Of an event whose person was forgotten. */
export function erasedProblem(): Problem {
  return Problem.conflict('The person whom this event was about was erased: there is nothing left to send.');
}

/** Every named subscription must want the event and be able to get it; else nothing is replayed. Naming one twice is once. */
function choose(matches: readonly Match[], subscriptionIds: readonly string[]): Match[] {
  const problems: FieldProblem[] = [];
  const chosen = new Set<Match>();
  for (const [index, id] of subscriptionIds.entries()) {
    const match = matches.find((candidate) => candidate.subscriptionId === id);
    if (match?.skipReason === null) chosen.add(match);
    else {
      const message = match?.skipReason ?? 'is not a subscription that asks for this event';
      problems.push({ field: `subscription_ids[${index}]`, message });
    }
  }
  if (problems.length > 0) throw Problem.invalid(problems);
  return [...chosen];
}
