import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { SubscriptionChanged } from '../event-bus/internal-events.js';
import { cancelPending, lockSuspensions, reschedulePending } from './delivery-statements.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';

/** Lets pending deliveries follow their subscription, in the transaction that changes it. */
@Injectable()
export class SubscriptionFollower implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('SubscriptionChanged', (change, transaction) => this.follow(change, transaction));
  }

  private async follow(change: SubscriptionChanged, transaction: Transaction): Promise<void> {
    const { subscriptionId, status, previousStatus, suspendedUntil } = change;
    if (change.change !== 'status' && change.change !== 'deleted') return;
    if (previousStatus === 'suspended') await lockSuspensions(change.accountId, transaction);
    if (change.change === 'deleted') {
      return this.cancel(change, 'the subscription was deleted', transaction);
    }
    if (status === 'disabled' || status === 'deactivated') {
      const why = change.reason === null ? '' : `: ${change.reason}`;
      return this.cancel(change, `the subscription is ${status}${why}`, transaction);
    }
    if (status === 'suspended')
      return reschedulePending(subscriptionId, suspendedUntil, this.clock.sqlNow, transaction);
    if (previousStatus === 'suspended') {
      await reschedulePending(subscriptionId, null, this.clock.sqlNow, transaction);
      transaction.afterCommit(() => this.queue.add([{ subscriptionId, deliveryIds: [] }]));
    }
  }

  private async cancel(
    { accountId, subscriptionId }: SubscriptionChanged,
    reason: string,
    transaction: Transaction,
  ): Promise<void> {
    const deliveries = await cancelPending(subscriptionId, reason, this.clock.sqlNow, transaction);
    if (deliveries === 0) return;
    const ended = [{ accountId, subscriptionId, status: 'cancelled' as const, deliveries }];
    await this.bus.publish('DeliveriesEnded', { ended }, transaction);
  }
}
