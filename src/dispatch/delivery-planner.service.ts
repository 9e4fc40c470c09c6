import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { groupBy } from '../common/collections.js';
import { Clock } from '../common/clock.js';
import { newUuid } from '../common/ids.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AcceptedEvent } from '../event-bus/internal-events.js';
import { type Match, SubscriptionMatcher } from '../subscriptions/subscription-matcher.service.js';
import { DeliveryHandover, type Handover } from './delivery-handover.service.js';
import { tracePlanning } from './delivery-spans.js';
import { type DueDeliveries, holdSuspensions, insertDeliveries, type PlannedDelivery } from './delivery-statements.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';

const MAX_IDS_PER_JOB = 100;

/**
 * Plans the deliveries of accepted events in the accepting transaction. After the commit they are handed to this
 * process's own worker, as far as it has room, or the queue is told.
 */
@Injectable()
export class DeliveryPlanner implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly matcher: SubscriptionMatcher,
    private readonly handover: DeliveryHandover,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('EventsAccepted', ({ events }, transaction) => this.plan(events, transaction));
  }

  private async plan(events: readonly AcceptedEvent[], transaction: Transaction): Promise<void> {
    const startedAt = Date.now();
    const matches = await this.matcher.match(events, transaction);
    const planned: PlannedDelivery[] = [];
    const handovers: Handover[] = [];
    transaction.afterRollback(() => this.handover.cancel(handovers));
    transaction.afterCommit(() => this.handover.handOver(handovers));
    transaction.afterCommit(() => tracePlanning(events, startedAt));
    for (const [index, event] of events.entries()) {
      event.deliveries = 0;
      event.handedOver = 0;
      for (const match of matches[index] ?? []) {
        if (match.skipReason === null) event.deliveries++;
        const row = toPlanned(event, match);
        const handover = this.handover.reserve(row, event, match.subscriptionVersion);
        if (handover) {
          handovers.push(handover);
          event.handedOver++;
        }
        planned.push(handover ? { ...row, leaseMs: handover.leaseMs } : row);
      }
    }
    await this.insert(planned, transaction);
    await this.tellSkipped(planned, transaction);
  }

  async insert(planned: readonly PlannedDelivery[], transaction: Transaction): Promise<void> {
    if (planned.length === 0) return;
    const rows = await withoutEndedSuspensions(planned, transaction);
    insertDeliveries(rows, this.clock.sqlNow, transaction);
    const due = rows.filter((row) => row.skipReason === null && row.notBefore === null && row.leaseMs === null);
    transaction.afterCommit(() => this.queue.add(toJobs(due)));
  }

  private async tellSkipped(planned: readonly PlannedDelivery[], transaction: Transaction): Promise<void> {
    const skipped = planned.filter((row) => row.skipReason !== null);
    if (skipped.length === 0) return;
    const ended = [...groupBy(skipped, (row) => row.subscriptionId)].map(([subscriptionId, rows]) => ({
      accountId: rows[0]?.accountId ?? '',
      subscriptionId,
      status: 'skipped' as const,
      deliveries: rows.length,
    }));
    await this.bus.publish('DeliveriesEnded', { ended }, transaction);
  }
}

/**
 * A suspension that ends makes all that waits due. What is planned beside that, of a subscription read as suspended, would be
 * missed by it, and would wait for an end that has come already.
 */
async function withoutEndedSuspensions(
  planned: readonly PlannedDelivery[],
  transaction: Transaction,
): Promise<readonly PlannedDelivery[]> {
  const waiting = planned.filter((row) => row.notBefore !== null);
  if (waiting.length === 0) return planned;
  const accountIds = [...new Set(waiting.map((row) => row.accountId))];
  const subscriptionIds = [...new Set(waiting.map((row) => row.subscriptionId))];
  const suspended = await holdSuspensions(accountIds, subscriptionIds, transaction);
  return planned.map((row) => (suspended.has(row.subscriptionId) ? row : { ...row, notBefore: null }));
}

export function toPlanned({ id: eventId, accountId, event }: AcceptedEvent, match: Match): PlannedDelivery {
  const { subscriptionId, eventName, notBefore, skipReason } = match;
  return {
    id: newUuid(),
    accountId,
    eventId,
    subscriptionId,
    eventType: event.type,
    eventName,
    notBefore,
    skipReason,
    leaseMs: null,
  };
}

/** Several ids a job, of one subscription each: the worker knows whose they are before it asks the database. */
export function toJobs(due: readonly { readonly id: string; readonly subscriptionId: string }[]): DueDeliveries[] {
  const jobs: DueDeliveries[] = [];
  for (const [subscriptionId, rows] of groupBy(due, (row) => row.subscriptionId)) {
    for (let start = 0; start < rows.length; start += MAX_IDS_PER_JOB) {
      jobs.push({ subscriptionId, deliveryIds: rows.slice(start, start + MAX_IDS_PER_JOB).map((row) => row.id) });
    }
  }
  return jobs;
}
