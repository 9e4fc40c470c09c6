import { Injectable } from '@nestjs/common';
import { type Caller, changedBy } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { idFilter } from '../common/history-query.js';
import { newUuid, publicId } from '../common/ids.js';
import { cursorUuid } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { Recovery, type RetryFilter } from './recovery.entity.js';
import type { RecoveriesQuery } from './redelivery.dtos.js';
import { countCandidates, findOwnDeliveries } from './recovery-statements.js';

export interface RecoveryRequest {
  readonly since: Date;
  readonly until: Date | null;
  readonly dryRun: boolean;
}

/** Which deliveries are to be tried again: those that are named, or all that the rest lets through. */
export interface RetryRequest {
  readonly subscriptionId: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly filter: RetryFilter;
  readonly dryRun: boolean;
}

/** Starts recoveries and retries of many, shows them and calls them off. The runner carries them out. */
@Injectable()
export class RecoveriesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionsService,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  async start(caller: Caller, subscriptionId: string, request: RecoveryRequest): Promise<Recovery> {
    const subscription = await this.subscriptions.get(caller, subscriptionId);
    if (subscription.status !== 'active')
      throw Problem.conflict(`The subscription is ${subscription.status}: enable it first.`);
    const now = this.clock.now();
    const until = request.until ?? now;
    if (request.since >= until) throw Problem.invalidField('since', 'must be before until');
    const { since, dryRun } = request;
    return this.transactions.run((transaction) =>
      this.begin(transaction, caller, { subscriptionId, since, until, filter: null, dryRun }),
    );
  }

  /** A partner's are of its own subscriptions. */
  async retry(caller: Caller, request: RetryRequest): Promise<Recovery> {
    const until = request.until ?? this.clock.now();
    if (request.since && request.since >= until) throw Problem.invalidField('since', 'must be before until');
    if (request.subscriptionId) await this.requireActive(caller, request.subscriptionId);
    return this.transactions.run(async (transaction) => {
      await requireOwnDeliveries(caller, request.filter.deliveryIds ?? [], transaction);
      return this.begin(transaction, caller, { ...request, until });
    });
  }

  private async begin(
    transaction: Transaction,
    caller: Caller,
    scope: Pick<Recovery, 'subscriptionId' | 'since' | 'until' | 'filter' | 'dryRun'>,
  ): Promise<Recovery> {
    const { accountId, partnerId } = caller;
    const now = this.clock.now();
    const total = await countCandidates({ accountId, partnerId, ...scope, position: null }, transaction);
    const recovery = transaction.manager.create(Recovery, {
      id: newUuid(),
      accountId,
      partnerId,
      ...scope,
      status: scope.dryRun ? 'done' : 'running',
      reason: null,
      total,
      recovered: 0,
      leftOut: 0,
      position: null,
      nextStepAt: await this.clock.databaseNow(transaction),
      createdAt: now,
      finishedAt: scope.dryRun ? now : null,
    });
    await transaction.manager.insert(Recovery, recovery);
    if (!scope.dryRun) await this.audit(caller, 'recovery.started', recovery, transaction);
    return recovery;
  }

  private async requireActive(caller: Caller, subscriptionId: string): Promise<void> {
    const subscription = await this.subscriptions.get(caller, subscriptionId).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
      throw Problem.invalidField('subscription_id', 'must be the id of one of your subscriptions');
    });
    if (subscription.status !== 'active')
      throw Problem.conflict(`The subscription is ${subscription.status}: enable it first.`);
  }

  /** A page, newest first, and one more. A partner's: those of its subscriptions, and those that it started. */
  async list(caller: Caller, query: RecoveriesQuery): Promise<Recovery[]> {
    const below = cursorUuid('recovery', query);
    const subscriptionId = idFilter('subscription', 'subscription_id', query.subscription_id);
    return this.transactions.run((transaction) => {
      const select = transaction.manager
        .createQueryBuilder(Recovery, 'r')
        .where('r.account_id = :accountId AND NOT r.dry_run', { accountId: caller.accountId });
      if (caller.partnerId) select.andWhere(OF_PARTNER, { partnerId: caller.partnerId });
      if (subscriptionId !== null) select.andWhere('r.subscription_id = :subscriptionId', { subscriptionId });
      if (below !== undefined) select.andWhere('r.id < :below', { below });
      return select
        .orderBy('r.id', 'DESC')
        .take(query.limit + 1)
        .getMany();
    });
  }

  async get(caller: Caller, id: string): Promise<Recovery> {
    return this.transactions.run((transaction) => this.find(transaction, caller, id, false));
  }

  /** What was recovered already stays so. */
  async cancel(caller: Caller, id: string): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const recovery = await this.find(transaction, caller, id, true);
      if (recovery.status !== 'running') return;
      const changes = { status: 'cancelled' as const, finishedAt: this.clock.now() };
      await transaction.manager.update(Recovery, { id }, changes);
      await this.audit(caller, 'recovery.cancelled', { ...recovery, ...changes }, transaction);
    });
  }

  private async find(transaction: Transaction, caller: Caller, id: string, lock: boolean): Promise<Recovery> {
    const recovery = await transaction.manager.findOne(Recovery, {
      where: { id, accountId: caller.accountId },
      ...(lock && { lock: { mode: 'pessimistic_write' as const } }),
    });
    if (!recovery) throw notFound();
    // Also refuses another partner's.
    if (caller.partnerId && caller.partnerId !== recovery.partnerId) {
      if (recovery.subscriptionId === null) throw notFound();
      await this.subscriptions.get(caller, recovery.subscriptionId);
    }
    return recovery;
  }

  private async audit(caller: Caller, action: string, recovery: Recovery, transaction: Transaction): Promise<void> {
    const { subscriptionId, filter, since, until, total, recovered } = recovery;
    const change = {
      accountId: caller.accountId,
      by: changedBy(caller),
      action,
      targetKind: 'recovery',
      targetId: publicId('recovery', recovery.id),
      before: null,
      after: {
        subscription_id: subscriptionId && publicId('subscription', subscriptionId),
        ...(filter && { filter: shownFilter(filter) }),
        since: since?.toISOString() ?? null,
        until: until.toISOString(),
        total,
        recovered,
      },
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }
}

/** As the API and the audit log show it: how many deliveries were named, not which. */
export function shownFilter({ eventId, type, status, deliveryIds }: RetryFilter) {
  return {
    event_id: eventId && publicId('event', eventId),
    type,
    status,
    delivery_ids: deliveryIds?.length ?? 0,
  };
}

async function requireOwnDeliveries(caller: Caller, ids: readonly string[], transaction: Transaction): Promise<void> {
  if (ids.length === 0) return;
  const own = await findOwnDeliveries(ids, caller, transaction);
  const problems = ids.flatMap((id, index) =>
    own.has(id) ? [] : [{ field: `delivery_ids[${index}]`, message: 'is not one of your deliveries' }],
  );
  if (problems.length > 0) throw Problem.invalid(problems);
}

const OF_PARTNER = `(r.partner_id = :partnerId OR r.subscription_id IN
  (SELECT s.id FROM subscriptions s WHERE s.partner_id = :partnerId AND s.deleted_at IS NULL))`;

function notFound(): Problem {
  return Problem.notFound('There is no recovery with this id.');
}
