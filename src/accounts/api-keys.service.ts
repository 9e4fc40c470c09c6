import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, type Repository } from 'typeorm';
import { Clock } from '../common/clock.js';
import { idFilter } from '../common/history-query.js';
import { newUuid, publicId } from '../common/ids.js';
import { cursorUuid } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { ApiKey, Partner, type Role } from './account.entities.js';
import type { ApiKeysQuery } from './api-keys-query.js';
import { hashApiKey, newApiKey } from './api-key.js';
import { type Caller, changedBy, partnerDisabled } from './caller.js';

/** How long another process may go on accepting a key that was deleted here. */
const CACHE_MS = 2_000;
const CACHE_SIZE = 10_000;

export type KeyOwner = Omit<Caller, 'address' | 'requestId'>;

interface KnownKey {
  readonly owner: KeyOwner | null;
  readonly isPartnerDisabled: boolean;
  readonly expiresAt: Date | null;
  readonly readAt: number;
}

export interface NewApiKey {
  readonly name: string;
  readonly role: Role;
  readonly partnerId: string | null;
  readonly expiresAt: Date | null;
}

/** Makes, finds and deletes API keys, and tells whose a key is. */
@Injectable()
export class ApiKeysService implements OnModuleInit {
  private readonly cache = new Map<string, KnownKey>();
  /** How often the cache was emptied: what was read before that must not come into it after. */
  private timesForgotten = 0;

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('PartnerStatusChanged', (_change, transaction) => this.forgetAfterCommit(transaction));
  }

  /** Whose key it is, or `null` when it is unknown or expired. Throws while its partner is disabled. */
  async findOwner(key: string): Promise<KeyOwner | null> {
    const hash = hashApiKey(key);
    const cacheKey = hash.toString('base64');
    let known = this.cache.get(cacheKey);
    if (!known || Date.now() - known.readAt > CACHE_MS) {
      const { timesForgotten } = this;
      known = await this.read(hash);
      if (this.cache.size >= CACHE_SIZE) this.cache.clear();
      if (timesForgotten === this.timesForgotten) this.cache.set(cacheKey, known);
    }
    if (known.expiresAt && known.expiresAt <= this.clock.now()) return null;
    if (known.isPartnerDisabled) throw partnerDisabled();
    return known.owner;
  }

  private async read(keyHash: Buffer): Promise<KnownKey> {
    const readAt = Date.now();
    const row = await this.keys.findOneBy({ keyHash });
    const partner = row?.partnerId ? await this.keys.manager.findOneBy(Partner, { id: row.partnerId }) : null;
    return {
      owner: row && toOwner(row),
      isPartnerDisabled: partner?.status === 'disabled',
      expiresAt: row?.expiresAt ?? null,
      readAt,
    };
  }

  /** The only moment at which the key itself is known. */
  async create(caller: Caller, request: NewApiKey): Promise<{ row: ApiKey; key: string }> {
    if (request.expiresAt && request.expiresAt <= this.clock.now()) {
      throw Problem.invalidField('expires_at', 'must be in the future');
    }
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

  async list(caller: Caller, query: ApiKeysQuery): Promise<ApiKey[]> {
    const below = cursorUuid('apiKey', query);
    const partnerId = idFilter('partner', 'partner_id', query.partner_id);
    return this.keys.find({
      where: {
        accountId: caller.accountId,
        ...(partnerId !== null && { partnerId }),
        ...(below && { id: LessThan(below) }),
      },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
  }

  async get(caller: Caller, id: string): Promise<ApiKey> {
    const row = await this.keys.findOneBy({ id, accountId: caller.accountId });
    if (!row) throw notFound();
    return row;
  }

  /** Why each of these would not be deleted, by its id; those that would be are absent. */
  async whyKept(caller: Caller, rows: readonly ApiKey[]): Promise<ReadonlyMap<string, string>> {
    const lasting = rows.some(isLastingAdmin)
      ? await this.keys.count({ where: { accountId: caller.accountId, role: 'admin', expiresAt: IsNull() } })
      : 0;
    const reasons = rows.map((row) => [
      row.id,
      keptBy(caller, row) ?? (isLastingAdmin(row) && lasting === 1 ? LAST : null),
    ]);
    return new Map(reasons.filter((entry): entry is [string, string] => entry[1] !== null));
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const row = await this.get(caller, id);
    const kept = keptBy(caller, row);
    if (kept !== null) throw Problem.conflict(kept);
    await this.transactions.run(async (transaction) => {
      if (isLastingAdmin(row)) await this.requireAnother(row, transaction);
      const { affected } = await transaction.manager.delete(ApiKey, { id });
      if (affected === 0) throw notFound();
      await this.bus.publish(
        'ChangesMade',
        { changes: [this.change(caller, 'api_key.deleted', row, null)] },
        transaction,
      );
      this.forgetAfterCommit(transaction);
    });
  }

  /** Those that are left stay until the commit, so that two keys cannot delete each other. */
  private async requireAnother({ id, accountId }: ApiKey, transaction: Transaction): Promise<void> {
    const lasting = await transaction.manager.find(ApiKey, {
      where: { accountId, role: 'admin', expiresAt: IsNull() },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    if (lasting.some((row) => row.id !== id)) return;
    throw Problem.conflict(LAST);
  }

  private forgetAfterCommit(transaction: Transaction): void {
    transaction.afterCommit(() => {
      this.timesForgotten++;
      this.cache.clear();
    });
  }

  private async requirePartner(transaction: Transaction, accountId: string, partnerId: string): Promise<void> {
    const partner = await transaction.manager.findOne(Partner, {
      where: { id: partnerId, accountId },
      lock: { mode: 'pessimistic_read' },
    });
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

const BOOTSTRAP =
  'The key that the hub was first started with is replaced, not deleted: restart the hub with another BOOTSTRAP_API_KEY.';
const ITSELF = 'A key cannot delete itself: use another admin key.';
const LAST = 'This is the last admin key of the account that does not expire: make another such key first.';

function keptBy(caller: Caller, row: ApiKey): string | null {
  if (row.operator) return BOOTSTRAP;
  return row.id === caller.keyId ? ITSELF : null;
}

function isLastingAdmin({ role, expiresAt }: ApiKey): boolean {
  return role === 'admin' && expiresAt === null;
}

function notFound(): Problem {
  return Problem.notFound('There is no API key with this id.');
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
