import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In } from 'typeorm';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import { Clock } from '../common/clock.js';
import { groupBy } from '../common/collections.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AttemptMade, InternalEvents } from '../event-bus/internal-events.js';
import { SubscriptionChanges } from './subscription-changes.service.js';
import { type HealthState, nextHealth, type Verdict } from './subscription-health.js';
import { Subscription } from './subscription.entity.js';

/** Follows how receivers answer, and disables, suspends, deactivates or resumes subscriptions by their dialect's rule. */
@Injectable()
export class SubscriptionHealth implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly dialects: DialectCatalog,
    private readonly changes: SubscriptionChanges,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('AttemptsMade', (made, transaction) => this.follow(made, transaction));
  }

  private async follow({ attempts, ailing }: InternalEvents['AttemptsMade'], transaction: Transaction): Promise<void> {
    const counting = attempts.filter((attempt) => attempt.counts && ailing.includes(attempt.subscriptionId));
    if (counting.length === 0) return;
    const bySubscription = groupBy(counting, (attempt) => attempt.subscriptionId);
    const rows = await transaction.manager.find(Subscription, {
      where: { id: In([...bySubscription.keys()]) },
      order: { id: 'ASC' },
    });
    for (const row of rows) await this.apply(row, bySubscription.get(row.id) ?? [], transaction);
  }

  private async apply(row: Subscription, calls: readonly AttemptMade[], transaction: Transaction): Promise<void> {
    const dialect = this.dialects.find(row.dialect);
    if (!dialect || row.deletedAt || row.status === 'disabled' || row.status === 'deactivated') return;
    const { givingUp, goneStatuses } = dialect.policy;
    const inOrder = [...calls].sort((left, right) => left.startedAt.getTime() - right.startedAt.getTime());
    let state: HealthState = row;
    let verdict: Verdict = { kind: 'none' };
    for (const call of inOrder) {
      const probe = row.status === 'suspended' && call.deliveryId === row.probeDeliveryId;
      // Calls that were already under way when the subscription was suspended decide nothing any more.
      if (row.status === 'suspended' && !probe && !goneStatuses.includes(call.responseStatus)) continue;
      const result = { status: call.responseStatus, outcome: call.outcome, at: this.clock.now(), probe };
      const next = nextHealth(state, result, givingUp, goneStatuses);
      state = next.state;
      verdict = next.verdict;
      if (verdict.kind !== 'none') break;
    }
    const counters = countersOf(state);
    const changes = await this.statusChanges(verdict, transaction);
    if (changes) return this.changes.moveTo(transaction, row, { ...counters, ...changes });
    await transaction.manager.update(Subscription, { id: row.id }, counters);
  }

  private async statusChanges(verdict: Verdict, transaction: Transaction): Promise<Partial<Subscription> | null> {
    const ended = { suspendedUntil: null, suspensionMinutes: null, probeDeliveryId: null };
    switch (verdict.kind) {
      case 'none':
        return null;
      case 'deactivate':
        return { status: 'deactivated', statusReason: verdict.reason, ...ended };
      case 'disable':
        return { status: 'disabled', statusReason: verdict.reason, ...ended };
      case 'resume':
        return { status: 'active', statusReason: null, consecutiveServerErrors: 0, ...ended };
      case 'suspend': {
        const now = await this.clock.databaseNow(transaction);
        return {
          status: 'suspended',
          statusReason: verdict.reason,
          suspendedUntil: new Date(now.getTime() + verdict.minutes * 60_000),
          suspensionMinutes: verdict.minutes,
          probeDeliveryId: null,
        };
      }
    }
  }
}

function countersOf(state: HealthState): HealthState {
  const { consecutiveServerErrors, consecutiveFailedDeliveries, failingSince, suspensionMinutes } = state;
  return { consecutiveServerErrors, consecutiveFailedDeliveries, failingSince, suspensionMinutes };
}
