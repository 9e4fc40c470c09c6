import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Account, Partner } from '../accounts/account.entities.js';
import { BY_THE_HUB, partnerDisabled } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { publicId } from '../common/ids.js';
import type { JsonObject } from '../common/json.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { ChangedBy, PartnerStatusChanged, SubscriptionChanged } from '../event-bus/internal-events.js';
import { CLEAN_RECORD, NO_CREDENTIALS, Subscription } from './subscription.entity.js';

/** Tells the rest of the hub what happened to subscriptions, and lets them follow their partner. */
@Injectable()
export class SubscriptionChanges implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('PartnerStatusChanged', (change, transaction) => this.followPartner(change, transaction));
  }

  async record(
    transaction: Transaction,
    by: ChangedBy,
    kind: SubscriptionChanged['change'],
    before: Subscription | null,
    after: Subscription,
  ): Promise<void> {
    const { accountId, id: subscriptionId, status, statusReason: reason, suspendedUntil } = after;
    await transaction.manager.increment(Account, { id: accountId }, 'subscriptionsVersion', 1);
    await this.bus.publish(
      'SubscriptionChanged',
      {
        accountId,
        subscriptionId,
        change: kind,
        status,
        previousStatus: before?.status ?? null,
        reason,
        isNewTarget: before?.url !== after.url,
        suspendedUntil,
      },
      transaction,
    );
    const change = {
      accountId,
      by,
      action: `subscription.${kind === 'status' ? status : kind}`,
      targetKind: 'subscription',
      targetId: publicId('subscription', subscriptionId),
      before: before && audited(before),
      after: kind === 'deleted' ? null : audited(after),
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }

  /** A change of status that a rule of the dialect asked for. */
  async moveTo(transaction: Transaction, before: Subscription, changes: Partial<Subscription>): Promise<void> {
    const now = this.clock.now();
    const moved = { ...changes, statusChangedAt: now, updatedAt: now, version: before.version + 1 };
    await transaction.manager.update(Subscription, { id: before.id }, moved);
    await this.record(transaction, BY_THE_HUB, 'status', before, { ...before, ...moved });
  }

  /** For a new subscription of it: the partner stays as it is until the transaction ends. */
  async lockActivePartner(transaction: Transaction, partnerId: string): Promise<void> {
    const partner = await transaction.manager.findOne(Partner, {
      where: { id: partnerId },
      lock: { mode: 'pessimistic_read' },
    });
    if (partner?.status !== 'active') throw partnerDisabled();
  }

  async requireActivePartner(transaction: Transaction, row: Subscription): Promise<void> {
    if (!row.partnerId) return;
    const partner = await transaction.manager.findOneBy(Partner, { id: row.partnerId });
    if (partner?.status === 'disabled') throw Problem.conflict('Its partner is disabled: enable the partner first.');
  }

  /** Disabling a partner disables its subscriptions; enabling it brings back just those. */
  private async followPartner(change: PartnerStatusChanged, transaction: Transaction): Promise<void> {
    const rows = await transaction.manager.find(Subscription, {
      where: { partnerId: change.partnerId },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const row of rows) await this.follow(change, row, transaction);
  }

  private async follow(change: PartnerStatusChanged, row: Subscription, transaction: Transaction): Promise<void> {
    const now = this.clock.now();
    const changes = followingChanges(change.status, row, now);
    if (!changes) return;
    const after = { ...row, ...changes, updatedAt: now, version: row.version + 1 };
    await transaction.manager.update(Subscription, { id: row.id }, after);
    if (row.deletedAt) return;
    await this.record(transaction, change.by, change.status === 'deleted' ? 'deleted' : 'status', row, after);
  }
}

const PARTNER_DISABLED = 'its partner is disabled';

function followingChanges(
  status: PartnerStatusChanged['status'],
  row: Subscription,
  now: Date,
): Partial<Subscription> | null {
  if (status === 'deleted') return { ...NO_CREDENTIALS, partnerId: null, deletedAt: row.deletedAt ?? now };
  if (row.deletedAt) return null;
  const inUse = row.status === 'active' || row.status === 'suspended';
  if (status === 'disabled' && inUse) {
    return {
      status: 'disabled',
      statusReason: PARTNER_DISABLED,
      statusChangedAt: now,
      suspendedUntil: null,
      probeDeliveryId: null,
    };
  }
  if (status === 'active' && row.statusReason === PARTNER_DISABLED) {
    return { ...CLEAN_RECORD, status: 'active', statusReason: null, statusChangedAt: now };
  }
  return null;
}

/** For the audit log: secrets and credentials only as set or not. */
function audited(row: Subscription): JsonObject {
  return {
    url: row.url,
    dialect: row.dialect,
    events: row.events,
    name: row.name,
    description: row.description,
    status: row.status,
    status_reason: row.statusReason,
    timeout_ms: row.timeoutMs,
    rate_limit: row.rateLimit,
    include_files: row.includeFiles,
    filter: row.filter as JsonObject | null,
    auth: row.auth ? '***' : null,
    headers: row.headers ? '***' : null,
    previous_secret_expires_at: row.previousSecretExpiresAt?.toISOString() ?? null,
  };
}
