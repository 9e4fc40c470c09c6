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
import { Delivery, type DeliveryStatus, PendingDelivery } from './delivery.entity.js';
import type { DeliveriesQuery } from './delivery.dtos.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';
import { QUEUE_TRUST_SECONDS } from './delivery-statements.js';

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
    const { eventName } = delivery;
    if (eventName === null) throw Problem.conflict(`This event is ${delivery.reason ?? 'not expressible'}.`);
    await this.transactions.run(async (transaction) => {
      const before = await this.makePending(transaction, { ...delivery, eventName });
      const change = {
        accountId: caller.accountId,
        by: changedBy(caller),
        action: 'delivery.retried',
        targetKind: 'delivery',
        targetId: publicId('delivery', id),
        before: { status: before },
        after: { status: 'pending' },
      };
      await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
      const job = { subscriptionId: delivery.subscriptionId, deliveryIds: [id] };
      transaction.afterCommit(() => this.queue.add([job]));
    });
    return this.get(caller, id);
  }

  /** Answers the status it had. One that a worker is calling right now is left to that worker. */
  private async makePending(
    transaction: Transaction,
    delivery: Delivery & { eventName: string },
  ): Promise<DeliveryStatus> {
    const now = this.clock.sqlNow;
    const due = `next_attempt_at = ${now}, queued_until = ${now} + interval '${QUEUE_TRUST_SECONDS} seconds'`;
    const [locked] = await transaction.query<{ status: DeliveryStatus; attempts: number }>(
      `SELECT status, attempts FROM deliveries WHERE id = $1 FOR UPDATE`,
      [delivery.id],
    );
    if (!locked) throw Problem.notFound('There is no delivery with this id.');
    if (locked.status === 'pending') {
      await transaction.query(
        `UPDATE pending_deliveries SET schedule_from = attempts, ${due}
         WHERE delivery_id = $1 AND (lease_until IS NULL OR lease_until <= ${now})`,
        [delivery.id],
      );
      return locked.status;
    }
    await transaction.query(
      `INSERT INTO pending_deliveries (delivery_id, account_id, event_id, subscription_id, event_type, event_name, attempts,
         schedule_from, next_attempt_at, queued_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7, ${now}, ${now} + interval '${QUEUE_TRUST_SECONDS} seconds')`,
      [
        delivery.id,
        delivery.accountId,
        delivery.eventId,
        delivery.subscriptionId,
        delivery.eventType,
        delivery.eventName,
        locked.attempts,
      ],
    );
    await transaction.query(
      `UPDATE deliveries SET status = 'pending', reason = NULL, finished_at = NULL WHERE id = $1`,
      [delivery.id],
    );
    return locked.status;
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
