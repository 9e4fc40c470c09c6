import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type Repository } from 'typeorm';
import { type Caller } from '../accounts/caller.js';
import { idFilter, idRange } from '../common/history-query.js';
import { cursorUuid } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import { Attempt } from './audit.entities.js';
import type { AttemptsQuery } from './attempt.dtos.js';

export interface AttemptsOfDialect {
  readonly dialect: string;
  readonly limit: number;
  /** Continue below this attempt. */
  readonly below: string | null;
}

/** Reads the task history. */
@Injectable()
export class AttemptsService {
  constructor(@InjectRepository(Attempt) private readonly attempts: Repository<Attempt>) {}

  async list(caller: Caller, query: AttemptsQuery): Promise<Attempt[]> {
    const { from, below } = idRange(query, cursorUuid('attempt', query));
    const filters: [sql: string, value: unknown][] = [
      ['a.id >= :value', from],
      ['a.id < :value', below],
      ['a.subscription_id = :value', idFilter('subscription', 'subscription_id', query.subscription_id)],
      ['a.delivery_id = :value', idFilter('delivery', 'delivery_id', query.delivery_id)],
      ['a.event_id = :value', idFilter('event', 'event_id', query.event_id)],
      ['a.event_type = :value', query.type ?? null],
      ['a.outcome = :value', query.outcome ?? null],
      ['a.response_status = :value', query.response_status ?? null],
    ];
    const select = this.visible(caller);
    for (const [index, [sql, value]] of filters.entries()) {
      if (value !== null) select.andWhere(sql.replace(':value', `:filter${index}`), { [`filter${index}`]: value });
    }
    return select
      .orderBy('a.id', 'DESC')
      .take(query.limit + 1)
      .getMany();
  }

  async get(caller: Caller, id: string): Promise<Attempt> {
    const attempt = await this.visible(caller).andWhere('a.id = :id', { id }).getOne();
    if (!attempt) throw Problem.notFound('There is no attempt with this id.');
    return attempt;
  }

  /** For a vendor's own history resource: calls in its dialect, newest first. */
  async ofDialect(caller: Caller, { dialect, limit, below }: AttemptsOfDialect): Promise<Attempt[]> {
    const select = this.visible(caller).andWhere('a.dialect = :dialect', { dialect });
    if (below) select.andWhere('a.id < :below', { below });
    return select.orderBy('a.id', 'DESC').take(limit).getMany();
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
