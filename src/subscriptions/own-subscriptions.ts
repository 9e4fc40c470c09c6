import { type FindOptionsWhere, IsNull, type Repository } from 'typeorm';
import type { Caller } from '../accounts/caller.js';
import { cursorUuid, type PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import type { SubscriptionStatus } from '../event-bus/internal-events.js';
import { Subscription } from './subscription.entity.js';

/** Which subscriptions are a caller's. */

export interface SubscriptionFilter {
  /** A vendor's surface shows its own dialect's subscriptions only. */
  readonly dialect?: string;
  /** Deleted ones, too: the history still speaks of them. */
  readonly deleted?: boolean;
}

export interface SubscriptionListFilter extends SubscriptionFilter {
  readonly status?: SubscriptionStatus;
  /** Those that are not active or whose last calls failed, or the others. */
  readonly ailing?: boolean;
  readonly partnerId?: string;
  /** In the name or the address. */
  readonly search?: string;
  readonly ids?: readonly string[];
}

/** A page of a caller's, newest first, and one more. */
export async function listOwn(
  rows: Repository<Subscription>,
  caller: Caller,
  query: PageQuery,
  filter: SubscriptionListFilter,
): Promise<Subscription[]> {
  const { status, ailing, partnerId, search, ids } = filter;
  const select = rows.createQueryBuilder('s').where(visible(caller, filter));
  const below = cursorUuid('subscription', query);
  if (below !== undefined) select.andWhere('s.id < :below', { below });
  if (status !== undefined) select.andWhere('s.status = :status', { status });
  if (ids !== undefined) select.andWhere('s.id = ANY(:ids)', { ids });
  if (partnerId !== undefined) select.andWhere('s.partner_id = :partnerId', { partnerId });
  if (ailing !== undefined)
    select.andWhere(`(s.status <> 'active' OR s.failing_since IS NOT NULL) = :ailing`, { ailing });
  if (search !== undefined) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    select.andWhere('(s.name ILIKE :pattern OR s.url ILIKE :pattern)', { pattern });
  }
  return select
    .orderBy('s.id', 'DESC')
    .take(query.limit + 1)
    .getMany();
}

export interface SubscriptionCounts {
  readonly active: number;
  readonly suspended: number;
  readonly disabled: number;
  readonly deactivated: number;
  /** Of the active ones those whose last calls failed. */
  readonly failing: number;
}

/** How many of a caller's are how. */
export async function countOwn(
  rows: Repository<Subscription>,
  caller: Caller,
  id: string | null,
): Promise<SubscriptionCounts> {
  const counted: { status: SubscriptionStatus; count: number; failing: number }[] = await rows
    .createQueryBuilder('s')
    .select('s.status', 'status')
    .addSelect('count(*)::int', 'count')
    .addSelect('(count(*) FILTER (WHERE s.failing_since IS NOT NULL))::int', 'failing')
    .where({ ...visible(caller, {}), ...(id !== null && { id }) })
    .groupBy('s.status')
    .getRawMany();
  const of = (status: SubscriptionStatus) => counted.find((row) => row.status === status);
  return {
    active: of('active')?.count ?? 0,
    suspended: of('suspended')?.count ?? 0,
    disabled: of('disabled')?.count ?? 0,
    deactivated: of('deactivated')?.count ?? 0,
    failing: of('active')?.failing ?? 0,
  };
}

/** What a caller's queries for subscriptions are bounded by. */
export function visible(caller: Caller, { dialect, deleted }: SubscriptionFilter): FindOptionsWhere<Subscription> {
  return {
    accountId: caller.accountId,
    ...(deleted !== true && { deletedAt: IsNull() }),
    ...(caller.partnerId && { partnerId: caller.partnerId }),
    ...(dialect !== undefined && { dialect }),
  };
}

/** For a change: nobody else changes it until the transaction ends. Another's is not found. */
export async function lockOwn(
  transaction: Transaction,
  caller: Caller,
  id: string,
  filter: SubscriptionFilter,
): Promise<Subscription> {
  const row = await transaction.manager.findOne(Subscription, {
    where: { ...visible(caller, filter), id },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) throw notFound();
  return row;
}

export function notFound(): Problem {
  return Problem.notFound('There is no subscription with this id.');
}
