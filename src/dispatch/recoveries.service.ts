import { Injectable } from '@nestjs/common';
import { type Caller, changedBy } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { firstUuidAt, newUuid, publicId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { Recovery } from './recovery.entity.js';

export interface RecoveryRequest {
  readonly since: Date;
  readonly until: Date | null;
  readonly dryRun: boolean;
}

/**
 * What a recovery brings back: everything that ended without reaching the receiver, but for what its dialect has no name
 * for and what its own filter kept back.
 */
export const MISSED = `status IN ('failed', 'cancelled', 'skipped') AND event_name IS NOT NULL`;

/** Starts recoveries, shows them and calls them off. The runner carries them out. */
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
    return this.transactions.run(async (transaction) => {
      const total = await this.count(transaction, subscriptionId, request.since, until);
      const recovery = transaction.manager.create(Recovery, {
        id: newUuid(),
        accountId: caller.accountId,
        subscriptionId,
        since: request.since,
        until,
        dryRun: request.dryRun,
        status: request.dryRun ? 'done' : 'running',
        reason: null,
        total,
        recovered: 0,
        position: null,
        nextStepAt: await this.clock.databaseNow(transaction),
        createdAt: now,
        finishedAt: request.dryRun ? now : null,
      });
      await transaction.manager.insert(Recovery, recovery);
      if (!request.dryRun) await this.audit(caller, 'recovery.started', recovery, transaction);
      return recovery;
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
    if (!recovery) throw Problem.notFound('There is no recovery with this id.');
    // Also refuses another partner's.
    if (caller.partnerId) await this.subscriptions.get(caller, recovery.subscriptionId);
    return recovery;
  }

  private async count(transaction: Transaction, subscriptionId: string, since: Date, until: Date): Promise<number> {
    const [row] = await transaction.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM deliveries WHERE subscription_id = $1 AND id >= $2 AND id < $3 AND ${MISSED}`,
      [subscriptionId, firstUuidAt(since), firstUuidAt(until)],
    );
    return row?.count ?? 0;
  }

  private async audit(caller: Caller, action: string, recovery: Recovery, transaction: Transaction): Promise<void> {
    const { subscriptionId, since, until, total, recovered } = recovery;
    const change = {
      accountId: caller.accountId,
      by: changedBy(caller),
      action,
      targetKind: 'recovery',
      targetId: publicId('recovery', recovery.id),
      before: null,
      after: {
        subscription_id: publicId('subscription', subscriptionId),
        since: since.toISOString(),
        until: until.toISOString(),
        total,
        recovered,
      },
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }
}
