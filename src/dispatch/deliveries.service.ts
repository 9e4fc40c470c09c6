import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { type Caller, changedBy } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { idFilter, idRange } from '../common/history-query.js';
import { publicId } from '../common/ids.js';
import { cursorUuid, type HistoryPage, pageOf } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { historyOwners } from '../database/history-owners.js';
import { type HistoryWalk, walkHistory } from '../database/history-walk.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { Delivery, PendingDelivery } from './delivery.entity.js';
import type { DeliveriesQuery } from './delivery.dtos.js';
import { pendingIds } from './pending-page.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';
import { hurryDeliveries, reopenDeliveries } from './delivery-statements.js';

/** A delivery, and what is still to be done for it while it is pending. */
export interface ShownDelivery {
  readonly delivery: Delivery;
  readonly pending: PendingDelivery | null;
}

type Wanted = Pick<HistoryWalk, 'from' | 'below' | 'limit' | 'equal'>;

/** As an index of few rows has it: those that were delivered need none. Their status is in no index, so that changing it touches none. */
const HAS_REASON = 'reason IS NOT NULL';

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

  async list(caller: Caller, query: DeliveriesQuery): Promise<HistoryPage<ShownDelivery>> {
    const { from, below } = idRange(query, cursorUuid('delivery', query));
    const { status = null, type = null, limit } = query;
    const subscriptionId = idFilter('subscription', 'subscription_id', query.subscription_id);
    const eventId = idFilter('event', 'event_id', query.event_id);
    const wanted: Wanted = { from, below, limit, equal: { status, event_type: type } };
    if (eventId !== null) return this.listOfEvent(caller, eventId, subscriptionId, wanted);
    const owners = await historyOwners(caller, { subscriptionId }, this.transactions);
    if (status === 'pending') return this.listPending(owners, wanted);
    const missed = status !== null && status !== 'delivered';
    const walk: HistoryWalk = { ...wanted, table: 'deliveries', owners, ...(missed && { among: HAS_REASON }) };
    const { rows: ids, next } = await walkHistory(walk, this.transactions);
    return { rows: await this.newestFirst(ids), next };
  }

  /** What is owed is in a table of its own. */
  private async listPending(owners: HistoryWalk['owners'], wanted: Wanted): Promise<HistoryPage<ShownDelivery>> {
    const { rows, next } = pageOf(await pendingIds(owners, wanted, this.transactions), wanted.limit);
    const shown = await this.newestFirst(rows.map(({ id }) => id));
    // Some may have been finished between the two looks.
    return { rows: shown.filter(({ delivery }) => delivery.status === 'pending'), next };
  }

  private async listOfEvent(
    caller: Caller,
    eventId: string,
    subscriptionId: string | null,
    { from, below, limit, equal }: Wanted,
  ): Promise<HistoryPage<ShownDelivery>> {
    const filters = Object.entries({ ...equal, subscription_id: subscriptionId }).filter(([, value]) => value !== null);
    const select = this.visible(caller).andWhere('d.event_id = :eventId', { eventId });
    if (from !== null) select.andWhere('d.id >= :from', { from });
    if (below !== null) select.andWhere('d.id < :below', { below });
    for (const [column, value] of filters) select.andWhere(`d.${column} = :${column}`, { [column]: value });
    const { rows, next } = pageOf(
      await select
        .orderBy('d.id', 'DESC')
        .take(limit + 1)
        .getMany(),
      limit,
    );
    return { rows: await this.withPending(rows), next };
  }

  private async newestFirst(ids: string[]): Promise<ShownDelivery[]> {
    if (ids.length === 0) return [];
    return this.withPending(await this.deliveries.find({ where: { id: In(ids) }, order: { id: 'DESC' } }));
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
    if (reopened.length === 0) await hurryDeliveries([id], now, transaction);
  }

  private async withPending(rows: readonly Delivery[]): Promise<ShownDelivery[]> {
    const idsOfPending = rows.filter((row) => row.status === 'pending').map((row) => row.id);
    const pending =
      idsOfPending.length === 0
        ? []
        : await this.deliveries.manager.findBy(PendingDelivery, { deliveryId: In(idsOfPending) });
    const byId = new Map(pending.map((row) => [row.deliveryId, row]));
    return rows.map((delivery) => ({ delivery, pending: byId.get(delivery.id) ?? null }));
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
