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
    const { accountId, subscriptionId, status, previousStatus } = change;
    const isDeleted = change.change === 'deleted';
    if (!isDeleted && change.change !== 'status') return;
    await this.settle(change, transaction);
    if (previousStatus !== 'suspended' || (!isDeleted && status === 'suspended')) return;
    // Whoever accepts events waits for this lock, other accounts beside it. So all that takes long is done before, and what was
    // planned meanwhile under the suspension is left for after.
    await lockSuspensions(accountId, transaction);
    await this.settle(change, transaction);
    if (!isDeleted && status === 'active')
      transaction.afterCommit(() => this.queue.add([{ subscriptionId, deliveryIds: [] }]));
  }

  /** Does to what is pending what the change asks for; again, to what has come since. */
  private async settle(change: SubscriptionChanged, transaction: Transaction): Promise<void> {
    const { subscriptionId, status, previousStatus, reason, suspendedUntil } = change;
    if (change.change === 'deleted') return this.cancel(change, 'the subscription was deleted', transaction);
    if (status === 'disabled' || status === 'deactivated') {
      const why = reason === null ? '' : `: ${reason}`;
      return this.cancel(change, `the subscription is ${status}${why}`, transaction);
    }
    if (status === 'suspended' || previousStatus === 'suspended')
      return reschedulePending(subscriptionId, suspendedUntil, this.clock.sqlNow, transaction);
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
