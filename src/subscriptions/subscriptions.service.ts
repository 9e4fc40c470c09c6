import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, type Repository } from 'typeorm';
import { type Caller, changedBy } from '../accounts/caller.js';
import { newUuid, parsePublicId } from '../common/ids.js';
import { Clock } from '../common/clock.js';
import type { PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import type { SubscriptionChanged, SubscriptionStatus } from '../event-bus/internal-events.js';
import { SecretBox } from '../signing/secret-box.js';
import { generateSecret } from '../signing/secrets.js';
import { SubscriptionChanges } from './subscription-changes.service.js';
import type { ShownCredentials } from './subscription.dtos.js';
import { requireDisjoint, SubscriptionChecks, type SubscriptionInput } from './subscription-input.js';
import {
  countOwn,
  listOwn,
  lockOwn,
  notFound,
  type SubscriptionCounts,
  type SubscriptionFilter,
  type SubscriptionListFilter,
  visible,
} from './own-subscriptions.js';
import { disabled, enabled } from './subscription-status.js';
import { openTarget, subscriptionBinding, type SubscriptionTarget } from './subscription-target.js';
import { CLEAN_RECORD, NO_CREDENTIALS, Subscription } from './subscription.entity.js';

type ChangeKind = Exclude<SubscriptionChanged['change'], 'created'>;

const HOUR_MS = 3_600_000;

/** The public face of subscriptions: subscribe, read, change, unsubscribe, and their secrets. */
@Injectable()
export class SubscriptionsService {
  constructor(
    @InjectRepository(Subscription) private readonly rows: Repository<Subscription>,
    private readonly checks: SubscriptionChecks,
    private readonly changes: SubscriptionChanges,
    private readonly transactions: Transactions,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** The only moment at which the secret is shown. */
  async create(
    caller: Caller,
    dialectName: string,
    input: SubscriptionInput,
  ): Promise<{ subscription: Subscription; secret: string }> {
    const dialect = this.checks.dialect(dialectName);
    await this.checks.check(dialect, input);
    const id = newUuid();
    const now = this.clock.now();
    const secret = input.secret ?? generateSecret();
    const subscription = this.rows.create({
      id,
      accountId: caller.accountId,
      partnerId: caller.partnerId,
      dialect: dialect.name,
      filter: null,
      rateLimit: null,
      ...this.columns(id, input),
      status: 'active',
      statusReason: null,
      statusChangedAt: now,
      secret: this.box.seal(secret, subscriptionBinding('secret', id)),
      previousSecret: null,
      previousSecretExpiresAt: null,
      confirmedAt: null,
      version: 1,
      ...CLEAN_RECORD,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    });
    await this.transactions.run(async (transaction) => {
      if (caller.partnerId) await this.changes.lockActivePartner(transaction, caller.partnerId);
      await transaction.manager.insert(Subscription, subscription);
      await this.changes.record(transaction, changedBy(caller), 'created', null, subscription);
    });
    return { subscription, secret };
  }

  async list(caller: Caller, query: PageQuery, filter: SubscriptionListFilter = {}): Promise<Subscription[]> {
    if (filter.dialect !== undefined) this.checks.requireDialectFilter(filter.dialect);
    return listOwn(this.rows, caller, query, filter);
  }

  /** How many are how; `id`: that one alone. */
  async count(caller: Caller, id: string | null): Promise<SubscriptionCounts> {
    return countOwn(this.rows, caller, id);
  }

  async get(caller: Caller, id: string, filter: SubscriptionFilter = {}): Promise<Subscription> {
    const row = await this.rows.findOneBy({ ...visible(caller, filter), id });
    if (!row) throw notFound();
    return row;
  }

  /** `switchTo` also enables or disables it: all is changed or nothing. */
  async update(
    caller: Caller,
    id: string,
    input: Partial<SubscriptionInput>,
    filter: SubscriptionFilter = {},
    switchTo?: 'active' | 'disabled',
  ): Promise<Subscription> {
    const current = await this.get(caller, id, filter);
    await this.checks.check(this.checks.dialect(current.dialect), input);
    return this.transactions.run(async (transaction) => {
      const before = await lockOwn(transaction, caller, id, filter);
      const updated = await this.save(transaction, caller, 'updated', before, this.changed(before, input));
      if (switchTo === undefined || switchTo === updated.status) return updated;
      const now = this.clock.now();
      const switched = switchTo === 'active' ? enabled(updated, now) : disabled(updated, caller.keyName, now);
      return this.save(transaction, caller, 'status', updated, switched);
    });
  }

  async delete(caller: Caller, id: string, filter: SubscriptionFilter = {}): Promise<void> {
    await this.change(caller, id, filter, 'deleted', (row) => ({
      ...row,
      ...NO_CREDENTIALS,
      deletedAt: this.clock.now(),
    }));
  }

  async enable(caller: Caller, id: string): Promise<Subscription> {
    return this.change(caller, id, {}, 'status', (row) => enabled(row, this.clock.now()));
  }

  async disable(caller: Caller, id: string): Promise<Subscription> {
    return this.change(caller, id, {}, 'status', (row) => disabled(row, caller.keyName, this.clock.now()));
  }

  /** The old secret stays in use beside the new one, as the dialect can, until the overlap ends. */
  async rotateSecret(
    caller: Caller,
    id: string,
    overlapHours: number,
    given?: string,
  ): Promise<{ subscription: Subscription; secret: string }> {
    const current = await this.get(caller, id);
    await this.checks.check(this.checks.dialect(current.dialect), given === undefined ? {} : { secret: given });
    const secret = given ?? generateSecret();
    const subscription = await this.change(caller, id, {}, 'updated', (row) => {
      if (row.previousSecretExpiresAt && row.previousSecretExpiresAt > this.clock.now()) {
        throw Problem.conflict('A rotation is under way: complete it first, with rotate-secret/complete.');
      }
      return { ...row, ...this.rotated(row, secret, overlapHours) };
    });
    return { subscription, secret };
  }

  /** Ends the overlap now: the old secret is forgotten. */
  async completeRotation(caller: Caller, id: string): Promise<Subscription> {
    return this.change(caller, id, {}, 'updated', (row) => ({
      ...row,
      previousSecret: null,
      previousSecretExpiresAt: null,
    }));
  }

  /** What sending needs, with secrets opened; deleted ones included, for calls under way. Never leaves the process. */
  async targets(ids: readonly string[]): Promise<SubscriptionTarget[]> {
    const rows = await this.rows.findBy({ id: In(ids), deletedAt: IsNull() });
    return rows.map((row) => openTarget(this.box, row));
  }

  /** Which credentials are set, without their values. */
  shownCredentials(row: Subscription): ShownCredentials {
    if (row.deletedAt) return { authType: null, headerNames: [] };
    const { auth, headers } = openTarget(this.box, { ...row, previousSecret: null });
    return { authType: auth?.type ?? null, headerNames: Object.keys(headers) };
  }

  /** For work in the background, which the status holds for until the transaction ends; `null`: deleted. */
  async lockStatus(id: string, transaction: Transaction): Promise<SubscriptionStatus | null> {
    const row = await transaction.manager.findOne(Subscription, {
      select: { id: true, status: true },
      where: { id, deletedAt: IsNull() },
      lock: { mode: 'pessimistic_read' },
    });
    return row?.status ?? null;
  }

  /** Which of these are active, and stay so until the transaction ends. */
  async lockActive(ids: readonly string[], transaction: Transaction): Promise<Set<string>> {
    const rows = await transaction.query<{ id: string }>(
      `SELECT id FROM subscriptions WHERE id = ANY($1) AND status = 'active' AND deleted_at IS NULL ORDER BY id FOR SHARE`,
      [[...new Set(ids)]],
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Locks those whose health may change when calls to them failed or succeeded, and answers their ids: nearly always none,
   * since a success changes a row only after a failure. Before anything is done to their deliveries, because whoever
   * changes a subscription locks it first, too.
   */
  async lockAiling(
    failed: readonly string[],
    succeeded: readonly string[],
    transaction: Transaction,
  ): Promise<string[]> {
    const rows = await transaction.query<{ id: string }>(
      `SELECT id FROM subscriptions
       WHERE id = ANY($1) OR (id = ANY($2) AND (failing_since IS NOT NULL OR status = 'suspended')) ORDER BY id FOR UPDATE`,
      [failed, succeeded],
    );
    return rows.map((row) => row.id);
  }

  /** Unless it has got another address meanwhile than the one that confirmed it. */
  async confirm(id: string, url: string): Promise<void> {
    await this.rows.update({ id, url }, { confirmedAt: this.clock.now() });
  }

  private async change(
    caller: Caller,
    id: string,
    filter: SubscriptionFilter,
    kind: ChangeKind,
    apply: (row: Subscription) => Subscription,
  ): Promise<Subscription> {
    return this.transactions.run(async (transaction) => {
      const before = await lockOwn(transaction, caller, id, filter);
      return this.save(transaction, caller, kind, before, apply(before));
    });
  }

  private async save(
    transaction: Transaction,
    caller: Caller,
    kind: ChangeKind,
    before: Subscription,
    changed: Subscription,
  ): Promise<Subscription> {
    if (kind === 'status') await this.changes.requireActivePartner(transaction, before);
    const after = { ...changed, updatedAt: this.clock.now(), version: before.version + 1 };
    await transaction.manager.update(Subscription, { id: before.id }, after);
    await this.changes.record(transaction, changedBy(caller), kind, before, after);
    return after;
  }

  private changed(row: Subscription, input: Partial<SubscriptionInput>): Subscription {
    const columns = this.columns(row.id, input);
    // A receiver that proved that it wants the calls proved it for its own address alone.
    const isNewTarget = columns.url !== undefined && columns.url !== row.url;
    const changed = { ...row, ...columns, ...(isNewTarget && { confirmedAt: null }) };
    const target = openTarget(this.box, changed);
    if (target.auth) requireDisjoint(target.auth, target.headers);
    if (input.secret === undefined || input.secret === target.secret) return changed;
    return { ...changed, ...this.rotated(row, input.secret, 24) };
  }

  private columns(id: string, input: Partial<SubscriptionInput>): Partial<Subscription> {
    const seal = (column: 'auth' | 'headers', value: unknown) =>
      value == null ? null : this.box.seal(JSON.stringify(value), subscriptionBinding(column, id));
    return {
      ...(input.url !== undefined && { url: input.url }),
      ...(input.events !== undefined && { events: [...new Set(input.events)] }),
      ...(input.name !== undefined && { name: input.name }),
      ...(input.description !== undefined && { description: input.description }),
      ...(input.timeoutMs !== undefined && { timeoutMs: input.timeoutMs }),
      ...(input.rateLimit !== undefined && { rateLimit: input.rateLimit }),
      ...(input.includeFiles !== undefined && { includeFiles: input.includeFiles }),
      ...(input.filter !== undefined && { filter: input.filter }),
      ...(input.auth !== undefined && { auth: seal('auth', input.auth) }),
      ...(input.headers !== undefined && { headers: seal('headers', input.headers) }),
    };
  }

  private rotated(row: Subscription, secret: string, overlapHours: number): Partial<Subscription> {
    const old = this.box.open(row.secret, subscriptionBinding('secret', row.id));
    return {
      secret: this.box.seal(secret, subscriptionBinding('secret', row.id)),
      previousSecret: overlapHours === 0 ? null : this.box.seal(old, subscriptionBinding('previous_secret', row.id)),
      previousSecretExpiresAt:
        overlapHours === 0 ? null : new Date(this.clock.now().getTime() + overlapHours * HOUR_MS),
    };
  }
}

/** The id in a path, or a 404. */
export function subscriptionUuid(text: string): string {
  const uuid = parsePublicId('subscription', text);
  if (!uuid) throw notFound();
  return uuid;
}
