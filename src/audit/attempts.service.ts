import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { type Caller } from '../accounts/caller.js';
import { idFilter, idRange } from '../common/history-query.js';
import { cursorUuid, type HistoryPage, pageOf } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import { historyOwners } from '../database/history-owners.js';
import { type HistoryWalk, walkHistory } from '../database/history-walk.js';
import { Transactions } from '../database/transactions.service.js';
import { Attempt } from './audit.entities.js';
import type { AttemptsQuery } from './attempt.dtos.js';

export interface AttemptsOfDialect {
  readonly dialect: string;
  readonly limit: number;
  /** Continue below this attempt. */
  readonly below: string | null;
}

/** As an index of few rows has it: what failed is looked for, and is rare. */
const NOT_DELIVERED = `outcome <> 'delivered'`;

type Wanted = Pick<HistoryWalk, 'from' | 'below' | 'limit' | 'equal'>;

/** Reads the task history. */
@Injectable()
export class AttemptsService {
  constructor(
    @InjectRepository(Attempt) private readonly attempts: Repository<Attempt>,
    private readonly transactions: Transactions,
  ) {}

  async list(caller: Caller, query: AttemptsQuery): Promise<HistoryPage<Attempt>> {
    const { from, below } = idRange(query, cursorUuid('attempt', query));
    const { outcome = null, response_status: status = null, type = null, limit } = query;
    const subscriptionId = idFilter('subscription', 'subscription_id', query.subscription_id);
    const wanted: Wanted = { from, below, limit, equal: { outcome, response_status: status, event_type: type } };
    const deliveryIds = await this.deliveryIdsOf(query);
    if (deliveryIds !== null) return this.ofDeliveries(caller, deliveryIds, subscriptionId, wanted);
    const failed = (outcome !== null && outcome !== 'delivered') || (status !== null && (status < 200 || status > 299));
    const owners = await historyOwners(caller, { subscriptionId }, this.transactions);
    return this.walk({ ...wanted, table: 'attempts', owners, ...(failed && { among: NOT_DELIVERED }) });
  }

  async get(caller: Caller, id: string): Promise<Attempt> {
    const attempt = await this.visible(caller).andWhere('a.id = :id', { id }).getOne();
    if (!attempt) throw Problem.notFound('There is no attempt with this id.');
    return attempt;
  }

  /** For a vendor's own history resource: calls in its dialect, newest first. */
  async ofDialect(caller: Caller, { dialect, limit, below }: AttemptsOfDialect): Promise<HistoryPage<Attempt>> {
    const owners = await historyOwners(caller, { dialect }, this.transactions);
    return this.walk({ table: 'attempts', owners, equal: {}, from: null, below, limit });
  }

  private async walk(walk: HistoryWalk): Promise<HistoryPage<Attempt>> {
    const { rows: ids, next } = await walkHistory(walk, this.transactions);
    const where = { id: In(ids) };
    return { rows: ids.length === 0 ? [] : await this.attempts.find({ where, order: { id: 'DESC' } }), next };
  }

  /** What the query names that has few attempts, by deliveries; `null`: nothing. Attempts have no index on their event. */
  private async deliveryIdsOf(query: AttemptsQuery): Promise<string[] | null> {
    const deliveryId = idFilter('delivery', 'delivery_id', query.delivery_id);
    const eventId = idFilter('event', 'event_id', query.event_id);
    if (eventId === null) return deliveryId === null ? null : [deliveryId];
    const rows = await this.transactions.query<{ id: string }>(`SELECT id FROM deliveries WHERE event_id = $1`, [
      eventId,
    ]);
    return rows.map(({ id }) => id).filter((id) => deliveryId === null || id === deliveryId);
  }

  private async ofDeliveries(
    caller: Caller,
    deliveryIds: readonly string[],
    subscriptionId: string | null,
    { from, below, limit, equal }: Wanted,
  ): Promise<HistoryPage<Attempt>> {
    if (deliveryIds.length === 0) return { rows: [], next: null };
    const filters = Object.entries({ ...equal, subscription_id: subscriptionId }).filter(([, value]) => value !== null);
    const select = this.visible(caller).andWhere('a.delivery_id = ANY(:deliveryIds)', { deliveryIds });
    if (from !== null) select.andWhere('a.id >= :from', { from });
    if (below !== null) select.andWhere('a.id < :below', { below });
    for (const [column, value] of filters) select.andWhere(`a.${column} = :${column}`, { [column]: value });
    const rows = await select
      .orderBy('a.id', 'DESC')
      .take(limit + 1)
      .getMany();
    return pageOf(rows, limit);
  }

  /** A partner sees the calls to its own subscriptions. */
  private visible(caller: Caller) {
    const select = this.attempts
      .createQueryBuilder('a')
      .where('a.account_id = :accountId', { accountId: caller.accountId });
    if (!caller.partnerId) return select;
    return select.andWhere('a.subscription_id IN (SELECT s.id FROM subscriptions s WHERE s.partner_id = :partnerId)', {
      partnerId: caller.partnerId,
    });
  }
}
