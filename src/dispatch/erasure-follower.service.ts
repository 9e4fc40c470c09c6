import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { InternalEvents } from '../event-bus/internal-events.js';
import { closeDeliveries } from './erasure-statements.js';

/** Closes the deliveries of erased events, in the transaction that erases them. */
@Injectable()
export class ErasureFollower implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('EventsErased', (fact, transaction) => this.follow(fact, transaction));
  }

  private async follow({ eventIds, erased }: InternalEvents['EventsErased'], transaction: Transaction): Promise<void> {
    const closed = await closeDeliveries(eventIds, this.clock.sqlNow, transaction);
    erased.cancelledDeliveries += closed.cancelled.length;
    for (const subscriptionId of closed.recipients) erased.recipients.add(subscriptionId);
    erased.leasedUntil = closed.leasedUntil;
    await this.bus.publish('DeliveriesErased', { deliveryIds: closed.ids, erased }, transaction);
    const ended = closed.cancelled.map((one) => ({ ...one, status: 'cancelled' as const, deliveries: 1 }));
    await this.bus.publish('DeliveriesEnded', { ended }, transaction);
  }
}
