import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { type Caller, changedBy } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { idFilter, idRange } from '../common/history-query.js';
import { publicId } from '../common/ids.js';
import { cursorUuid } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { Delivery, PendingDelivery } from './delivery.entity.js';
import type { DeliveriesQuery } from './delivery.dtos.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';
import { QUEUE_TRUST_SECONDS, reopenDeliveries } from './delivery-statements.js';

/** A delivery, and what is still to be done for it while it is pending. */
export interface ShownDelivery {
  readonly delivery: Delivery;
  readonly pending: PendingDelivery | null;
}

/** Reads deliveries, and tries one again by hand. */
@Injectable()
export class DeliveriesService {
  constructor(
    @InjectRepository(Delivery) private readonly deliveries: Repository<Delivery>,
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionsService,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
  ) {}

  async list(caller: Caller, query: DeliveriesQuery): Promise<(ShownDelivery & { id: string })[]> {
    const { from, below } = idRange(query, cursorUuid('delivery', query));
    const filters: [sql: string, value: unknown][] = [
      ['d.id >= :value', from],
      ['d.id < :value', below],
      ['d.subscription_id = :value', idFilter('subscription', 'subscription_id', query.subscription_id)],
      ['d.event_id = :value', idFilter('event', 'event_id', query.event_id)],
      ['d.event_type = :value', query.type ?? null],
      ['d.status = :value', query.status ?? null],
    ];
    const select = this.visible(caller);
    for (const [index, [sql, value]] of filters.entries()) {
      if (value !== null) select.andWhere(sql.replace(':value', `:filter${index}`), { [`filter${index}`]: value });
    }
    const rows = await select
      .orderBy('d.id', 'DESC')
      .take(query.limit + 1)
      .getMany();
    return this.withPending(rows);
  }

  async get(caller: Caller, id: string): Promise<ShownDelivery> {
    const row = await this.visible(caller).andWhere('d.id = :id', { id }).getOne();
    const [shown] = row ? await this.withPending([row]) : [];
    if (!shown) throw Problem.notFound('There is no delivery with this id.');
    return shown;
  }

  async byIds(caller: Caller, ids: readonly string[]): Promise<ShownDelivery[]> {
    if (ids.length === 0) return [];
    const rows = await this.visible(caller).andWhere('d.id IN (:...ids)', { ids }).orderBy('d.id', 'ASC').getMany();
    return this.withPending(rows);
  }

  async ofEvent(caller: Caller, eventId: string): Promise<ShownDelivery[]> {
    const rows = await this.visible(caller)
      .andWhere('d.event_id = :eventId', { eventId })
      .orderBy('d.id', 'ASC')
      .getMany();
    return this.withPending(rows);
  }

  /** Now, with the same `webhook-id`, and with all of the dialect's attempts before it. */
  async retry(caller: Caller, id: string): Promise<ShownDelivery> {
    const { delivery } = await this.get(caller, id);
    const subscription = await this.subscriptions.get(caller, delivery.subscriptionId);
    if (subscription.status !== 'active') {
      throw Problem.conflict(`The subscription is ${subscription.status}: enable it first.`);
    }
    if (delivery.eventName === null)
      throw Problem.conflict(`This delivery cannot be sent: ${delivery.reason ?? 'not expressible'}.`);
    await this.transactions.run(async (transaction) => {
      await this.makeDue(delivery, transaction);
      const change = {
        accountId: caller.accountId,
        by: changedBy(caller),
        action: 'delivery.retried',
        targetKind: 'delivery',
        targetId: publicId('delivery', id),
        before: { status: delivery.status },
        after: { status: 'pending' },
      };
      await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
      const job = { subscriptionId: delivery.subscriptionId, deliveryIds: [id] };
      transaction.afterCommit(() => this.queue.add([job]));
    });
    return this.get(caller, id);
  }

  /** One that a worker is calling right now is left to that worker. */
  private async makeDue({ id }: Delivery, transaction: Transaction): Promise<void> {
    const now = this.clock.sqlNow;
    const reopened = await reopenDeliveries([id], now, transaction);
    if (reopened.length > 0) return;
    await transaction.query(
      `UPDATE pending_deliveries
       SET schedule_from = attempts, next_attempt_at = ${now}, queued_until = ${now} + interval '${QUEUE_TRUST_SECONDS} seconds'
       WHERE delivery_id = $1 AND (lease_until IS NULL OR lease_until <= ${now})`,
      [id],
    );
  }

  private async withPending(rows: readonly Delivery[]): Promise<(ShownDelivery & { id: string })[]> {
    const pendingIds = rows.filter((row) => row.status === 'pending').map((row) => row.id);
    const pending =
      pendingIds.length === 0
        ? []
        : await this.deliveries.manager.findBy(PendingDelivery, { deliveryId: In(pendingIds) });
    const byId = new Map(pending.map((row) => [row.deliveryId, row]));
    return rows.map((delivery) => ({ id: delivery.id, delivery, pending: byId.get(delivery.id) ?? null }));
  }

  /** A partner sees what its own subscriptions are owed. */
  private visible(caller: Caller) {
    const select = this.deliveries
      .createQueryBuilder('d')
      .where('d.account_id = :accountId', { accountId: caller.accountId });
    if (!caller.partnerId) return select;
    return select.andWhere('d.subscription_id IN (SELECT s.id FROM subscriptions s WHERE s.partner_id = :partnerId)', {
      partnerId: caller.partnerId,
    });
  }
}
