import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import { cursorUuid, type PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { ApiKey, Partner, type Role } from './account.entities.js';
import { hashApiKey, newApiKey } from './api-key.js';
import { type Caller, changedBy } from './caller.js';

/** How long another process may go on accepting a key that was deleted here. */
const CACHE_MS = 2_000;
const CACHE_SIZE = 10_000;

export type KeyOwner = Omit<Caller, 'address' | 'requestId'>;

export interface NewApiKey {
  readonly name: string;
  readonly role: Role;
  readonly partnerId: string | null;
  readonly expiresAt: Date | null;
}

/** Makes, finds and deletes API keys, and tells whose a key is. */
@Injectable()
export class ApiKeysService implements OnModuleInit {
  private readonly cache = new Map<string, { owner: KeyOwner | null; expiresAt: Date | null; readAt: number }>();

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('PartnerStatusChanged', (_change, transaction) => this.forgetAfterCommit(transaction));
  }

  /** Whose key it is, or `null` when it is unknown, expired, or its partner's no more. */
  async findOwner(key: string): Promise<KeyOwner | null> {
    const hash = hashApiKey(key);
    const cacheKey = hash.toString('base64');
    let entry = this.cache.get(cacheKey);
    if (!entry || Date.now() - entry.readAt > CACHE_MS) {
      const row = await this.keys.findOneBy({ keyHash: hash });
      entry = { owner: row && toOwner(row), expiresAt: row?.expiresAt ?? null, readAt: Date.now() };
      if (this.cache.size >= CACHE_SIZE) this.cache.clear();
      this.cache.set(cacheKey, entry);
    }
    if (entry.expiresAt && entry.expiresAt <= this.clock.now()) return null;
    return entry.owner;
  }

  /** The only moment at which the key itself is known. */
  async create(caller: Caller, request: NewApiKey): Promise<{ row: ApiKey; key: string }> {
    return this.transactions.run(async (transaction) => {
      if (request.partnerId) await this.requirePartner(transaction, caller.accountId, request.partnerId);
      const made = await this.insert(transaction, caller.accountId, request, newApiKey());
      await this.bus.publish(
        'ChangesMade',
        { changes: [this.change(caller, 'api_key.created', null, made.row)] },
        transaction,
      );
      return made;
    });
  }

  async insert(
    transaction: Transaction,
    accountId: string,
    request: NewApiKey,
    key: string,
    operator = false,
  ): Promise<{ row: ApiKey; key: string }> {
    const row = transaction.manager.create(ApiKey, {
      id: newUuid(),
      accountId,
      partnerId: request.partnerId,
      name: request.name,
      role: request.role,
      keyHash: hashApiKey(key),
      operator,
      expiresAt: request.expiresAt,
      createdAt: this.clock.now(),
    });
    await transaction.manager.insert(ApiKey, row);
    this.forgetAfterCommit(transaction);
    return { row, key };
  }

  async list(caller: Caller, query: PageQuery): Promise<ApiKey[]> {
    const below = cursorUuid('apiKey', query);
    return this.keys.find({
      where: { accountId: caller.accountId, ...(below && { id: LessThan(below) }) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
  }

  async get(caller: Caller, id: string): Promise<ApiKey> {
    const row = await this.keys.findOneBy({ id, accountId: caller.accountId });
    if (!row) throw Problem.notFound('There is no API key with this id.');
    return row;
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const row = await this.get(caller, id);
    if (row.operator)
      throw Problem.conflict('The bootstrap key is set by BOOTSTRAP_API_KEY and cannot be deleted here.');
    if (row.id === caller.keyId) throw Problem.conflict('A key cannot delete itself: use another admin key.');
    await this.transactions.run(async (transaction) => {
      await transaction.manager.delete(ApiKey, { id });
      await this.bus.publish(
        'ChangesMade',
        { changes: [this.change(caller, 'api_key.deleted', row, null)] },
        transaction,
      );
      this.forgetAfterCommit(transaction);
    });
  }

  private forgetAfterCommit(transaction: Transaction): void {
    transaction.afterCommit(() => this.cache.clear());
  }

  private async requirePartner(transaction: Transaction, accountId: string, partnerId: string): Promise<void> {
    const partner = await transaction.manager.findOneBy(Partner, { id: partnerId, accountId });
    if (!partner) throw Problem.invalidField('partner_id', 'must be the id of one of your partners');
  }

  private change(caller: Caller, action: string, before: ApiKey | null, after: ApiKey | null) {
    const row = (before ?? after) as ApiKey;
    const shown = (key: ApiKey | null) => key && { name: key.name, role: key.role };
    return {
      accountId: caller.accountId,
      by: changedBy(caller),
      action,
      targetKind: 'api_key',
      targetId: publicId('apiKey', row.id),
      before: shown(before),
      after: shown(after),
    };
  }
}

function toOwner(row: ApiKey): KeyOwner {
  return {
    accountId: row.accountId,
    keyId: row.id,
    keyName: row.name,
    role: row.role,
    partnerId: row.partnerId,
    operator: row.operator,
  };
}
