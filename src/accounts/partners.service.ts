import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import type { JsonObject } from '../common/json.js';
import { cursorUuid, type PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { PartnerStatusChanged } from '../event-bus/internal-events.js';
import { Account, Partner, type PartnerStatus } from './account.entities.js';
import { type Caller, changedBy } from './caller.js';

export interface PartnerFields {
  readonly name: string;
  readonly eventTypes: string[] | null;
  readonly sourceIds: string[] | null;
  readonly filter: object | null;
  readonly status: PartnerStatus;
}

/** Keeps the receiving parties of an account and what each may receive. */
@Injectable()
export class PartnersService {
  constructor(
    @InjectRepository(Partner) private readonly partners: Repository<Partner>,
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  async list(caller: Caller, query: PageQuery): Promise<Partner[]> {
    const below = cursorUuid('partner', query);
    return this.partners.find({
      where: { accountId: caller.accountId, ...(below && { id: LessThan(below) }) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
  }

  async get(caller: Caller, id: string): Promise<Partner> {
    const partner = await this.partners.findOneBy({ id, accountId: caller.accountId });
    if (!partner || (caller.partnerId && caller.partnerId !== id))
      throw Problem.notFound('There is no partner with this id.');
    return partner;
  }

  async create(caller: Caller, fields: PartnerFields): Promise<Partner> {
    return this.transactions.run(async (transaction) => {
      await requireSources(caller.accountId, fields.sourceIds ?? [], [], transaction);
      const partner = transaction.manager.create(Partner, {
        ...fields,
        id: newUuid(),
        accountId: caller.accountId,
        createdAt: this.clock.now(),
      });
      await transaction.manager.insert(Partner, partner);
      await this.record(caller, transaction, 'partner.created', null, partner);
      return partner;
    });
  }

  async update(caller: Caller, id: string, changes: Partial<PartnerFields>): Promise<Partner> {
    return this.transactions.run(async (transaction) => {
      const before = await this.lock(transaction, caller, id);
      await requireSources(caller.accountId, changes.sourceIds ?? [], before.sourceIds ?? [], transaction);
      const after = transaction.manager.create(Partner, { ...before, ...changes });
      // All of it: TypeORM refuses to write what holds no changes.
      await transaction.manager.update(Partner, { id }, after);
      if (after.status !== before.status) await this.publishStatus(caller, transaction, id, after.status);
      await this.record(caller, transaction, 'partner.updated', before, after);
      return after;
    });
  }

  /** Deletes a partner, its keys and its subscriptions. */
  async delete(caller: Caller, id: string): Promise<void> {
    await this.transactions.run(async (transaction) => {
      const before = await this.lock(transaction, caller, id);
      await this.publishStatus(caller, transaction, id, 'deleted');
      await transaction.manager.delete(Partner, { id });
      await this.record(caller, transaction, 'partner.deleted', before, null);
    });
  }

  private async lock(transaction: Transaction, caller: Caller, id: string): Promise<Partner> {
    const partner = await transaction.manager.findOne(Partner, {
      where: { id, accountId: caller.accountId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!partner) throw Problem.notFound('There is no partner with this id.');
    return partner;
  }

  private async publishStatus(
    caller: Caller,
    transaction: Transaction,
    partnerId: string,
    status: PartnerStatusChanged['status'],
  ): Promise<void> {
    const { accountId } = caller;
    await this.bus.publish(
      'PartnerStatusChanged',
      { accountId, partnerId, status, by: changedBy(caller) },
      transaction,
    );
  }

  /** What a partner may receive is cached with the subscriptions, so their version moves too. */
  private async record(
    caller: Caller,
    transaction: Transaction,
    action: string,
    before: Partner | null,
    after: Partner | null,
  ): Promise<void> {
    await transaction.manager.increment(Account, { id: caller.accountId }, 'subscriptionsVersion', 1);
    const change = {
      accountId: caller.accountId,
      by: changedBy(caller),
      action,
      targetKind: 'partner',
      targetId: publicId('partner', (after ?? before)?.id ?? ''),
      before: before && shown(before),
      after: after && shown(after),
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }
}

/** `kept`: may since have been deleted, so that a partner can be sent back as it was read. */
async function requireSources(
  accountId: string,
  ids: readonly string[],
  kept: readonly string[],
  transaction: Transaction,
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await transaction.query<{ id: string }>(
    `SELECT id FROM sources WHERE account_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL`,
    [accountId, ids],
  );
  const known = new Set([...kept, ...rows.map((row) => row.id)]);
  const problems = ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [{ field: `source_ids[${index}]`, message: 'must be the id of a source of this account (src_…)' }],
  );
  if (problems.length > 0) throw Problem.invalid(problems);
}

function shown(partner: Partner) {
  const { name, status } = partner;
  return {
    name,
    status,
    event_types: partner.eventTypes,
    filter: partner.filter as JsonObject | null,
    source_ids: partner.sourceIds && partner.sourceIds.map((id) => publicId('source', id)),
  };
}
