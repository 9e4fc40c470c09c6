import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import { cursorUuid, type PageQuery } from '../common/paging.js';
import type { Transaction } from '../common/transaction.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { Account, ApiKey } from './account.entities.js';
import { hashApiKey, newApiKey } from './api-key.js';
import { ApiKeysService } from './api-keys.service.js';
import { type Caller, changedBy } from './caller.js';

/** Opens accounts, the first of them at the very first start. */
@Injectable()
export class AccountsService {
  constructor(
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
    private readonly apiKeys: ApiKeysService,
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  /**
   * Makes sure that there is an operator key. Answers the key when one was generated: the only chance to show it.
   * Processes that start together are let in one by one.
   */
  async ensureBootstrapKey(): Promise<string | null> {
    return this.transactions.run(async (transaction) => {
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('hub:bootstrap'))`);
      const existing = await transaction.manager.findOneBy(ApiKey, { operator: true });
      const given = this.config.bootstrapApiKey;
      if (!existing) {
        const key = given ?? newApiKey();
        await this.insertAccount(transaction, 'Default account', key, true);
        return given ? null : key;
      }
      if (given && !hashApiKey(given).equals(existing.keyHash)) {
        await transaction.manager.update(ApiKey, { id: existing.id }, { keyHash: hashApiKey(given) });
      }
      return null;
    });
  }

  async create(caller: Caller, name: string): Promise<{ account: Account; key: { row: ApiKey; key: string } }> {
    return this.transactions.run(async (transaction) => {
      const made = await this.insertAccount(transaction, name, newApiKey(), false);
      const change = {
        accountId: caller.accountId,
        by: changedBy(caller),
        action: 'account.created',
        targetKind: 'account',
        targetId: publicId('account', made.account.id),
        before: null,
        after: { name },
      };
      await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
      return made;
    });
  }

  async list(query: PageQuery): Promise<Account[]> {
    const below = cursorUuid('account', query);
    return this.accounts.find({
      where: below ? { id: LessThan(below) } : {},
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
  }

  async get(id: string): Promise<Account> {
    return this.accounts.findOneByOrFail({ id });
  }

  private async insertAccount(transaction: Transaction, name: string, key: string, operator: boolean) {
    const account = transaction.manager.create(Account, {
      id: newUuid(),
      name,
      subscriptionsVersion: 0,
      createdAt: this.clock.now(),
    });
    await transaction.manager.insert(Account, account);
    const request = {
      name: operator ? 'Bootstrap' : 'First admin key',
      role: 'admin' as const,
      partnerId: null,
      expiresAt: null,
    };
    return { account, key: await this.apiKeys.insert(transaction, account.id, request, key, operator) };
  }
}
