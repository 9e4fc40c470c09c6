import { type FindOptionsWhere, IsNull } from 'typeorm';
import type { Caller } from '../accounts/caller.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Subscription } from './subscription.entity.js';

/** Which subscriptions are a caller's. */

export interface SubscriptionFilter {
  /** A vendor's surface shows its own dialect's subscriptions only. */
  readonly dialect?: string;
}

/** What a caller's queries for subscriptions are bounded by. */
export function visible(caller: Caller, filter: SubscriptionFilter): FindOptionsWhere<Subscription> {
  return {
    accountId: caller.accountId,
    deletedAt: IsNull(),
    ...(caller.partnerId && { partnerId: caller.partnerId }),
    ...(filter.dialect !== undefined && { dialect: filter.dialect }),
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
