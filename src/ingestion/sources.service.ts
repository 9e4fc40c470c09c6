import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, type Repository } from 'typeorm';
import { type Caller, changedBy } from '../accounts/caller.js';
import type { SourceSettings } from '../ats/inbound.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import type { JsonObject } from '../common/json.js';
import { cursorUuid, type PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { PublicUrl } from '../config/public-url.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { generateSecret } from '../signing/secrets.js';
import { SourceChecks, type SourceInput } from './source-input.js';
import { type FetchSettings, SourceVault } from './source-vault.service.js';
import { Source } from './source.entities.js';

const HOUR_MS = 3_600_000;

export interface CreatedSource {
  readonly source: Source;
  /** Shown this once; `null` where the dialect's vendor signs nothing. */
  readonly secret: string | null;
}

/** Keeps the places where vendors send their webhooks: their addresses, secrets and logins. */
@Injectable()
export class SourcesService {
  constructor(
    @InjectRepository(Source) private readonly sources: Repository<Source>,
    private readonly checks: SourceChecks,
    private readonly vault: SourceVault,
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    private readonly publicUrl: PublicUrl,
  ) {}

  async create(caller: Caller, dialectName: string, input: SourceInput): Promise<CreatedSource> {
    const dialect = this.checks.dialect(dialectName);
    await this.checks.check(dialect, input, null, input.auth ?? null);
    const id = newUuid();
    const token = randomBytes(24).toString('base64url');
    const secret = this.checks.takesSecret(dialect, input.auth ?? null) ? (input.secret ?? generateSecret()) : null;
    const now = this.clock.now();
    const source = this.sources.create({
      id,
      accountId: caller.accountId,
      dialect: dialect.name,
      name: input.name,
      status: 'active',
      tokenHash: hashToken(token),
      token: this.vault.seal(id, 'token', token),
      secret: secret === null ? null : this.vault.seal(id, 'secret', secret),
      previousSecret: null,
      previousSecretExpiresAt: null,
      auth: this.vault.sealJson(id, 'auth', input.auth ?? null),
      fetch: this.vault.sealJson(id, 'fetch', input.fetch ?? null),
      confirmedSecret: null,
      events: [...(input.events ?? [])],
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    });
    await this.transactions.run(async (transaction) => {
      await transaction.manager.insert(Source, source);
      await this.record(caller, transaction, 'source.created', null, source);
    });
    return { source, secret };
  }

  async list(caller: Caller, query: PageQuery): Promise<Source[]> {
    const below = cursorUuid('source', query);
    return this.sources.find({
      where: { accountId: caller.accountId, deletedAt: IsNull(), ...(below && { id: LessThan(below) }) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
  }

  async get(caller: Caller, id: string): Promise<Source> {
    const source = await this.sources.findOneBy({ id, accountId: caller.accountId, deletedAt: IsNull() });
    if (!source) throw notFound();
    return source;
  }

  /** For a call to an address; `null`: there is none such. */
  async findByToken(token: string): Promise<Source | null> {
    return this.sources.findOneBy({ tokenHash: hashToken(token), deletedAt: IsNull() });
  }

  async find(id: string): Promise<Source | null> {
    return this.sources.findOneBy({ id, deletedAt: IsNull() });
  }

  async update(caller: Caller, id: string, input: Partial<SourceInput>): Promise<Source> {
    const current = await this.get(caller, id);
    const auth = input.auth === undefined ? this.vault.settings(current).auth : input.auth;
    await this.checks.check(this.checks.dialect(current.dialect), input, current, auth);
    return this.change(caller, id, 'source.updated', (source) => ({
      ...source,
      ...(input.name !== undefined && { name: input.name }),
      ...(input.status !== undefined && { status: input.status }),
      ...(input.events !== undefined && { events: [...input.events] }),
      ...(input.auth !== undefined && { auth: this.vault.sealJson(id, 'auth', input.auth) }),
      ...(input.fetch !== undefined && { fetch: this.vault.sealJson(id, 'fetch', input.fetch) }),
      ...(input.secret !== undefined && { secret: this.vault.seal(id, 'secret', input.secret) }),
    }));
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.change(caller, id, 'source.deleted', (source) => ({
      ...source,
      deletedAt: this.clock.now(),
      secret: null,
      previousSecret: null,
      auth: null,
      fetch: null,
      confirmedSecret: null,
    }));
  }

  /** Both secrets are good until the overlap ends. */
  async rotateSecret(caller: Caller, id: string, overlapHours: number, given?: string): Promise<CreatedSource> {
    const current = await this.get(caller, id);
    if (!current.secret) throw Problem.conflict(`A source of ${current.dialect} like this one has no secret.`);
    if (given !== undefined) this.checks.checkSecret(given);
    const secret = given ?? generateSecret();
    const source = await this.change(caller, id, 'source.secret_rotated', (row) => ({
      ...row,
      secret: this.vault.seal(id, 'secret', secret),
      previousSecret: overlapHours === 0 ? null : this.vault.reseal(row, 'secret', 'previous_secret'),
      previousSecretExpiresAt:
        overlapHours === 0 ? null : new Date(this.clock.now().getTime() + overlapHours * HOUR_MS),
    }));
    return { source, secret };
  }

  /** The first confirming call decides; later ones must bring the same. */
  async confirm(source: Source, secret: string): Promise<void> {
    const confirmedSecret = this.vault.seal(source.id, 'confirmed_secret', secret);
    await this.sources.update({ id: source.id, confirmedSecret: IsNull() }, { confirmedSecret });
  }

  /** What a dialect needs to recognise the vendor. */
  settings(source: Source): SourceSettings {
    return this.vault.settings(source);
  }

  /** Where and with which login its thin events are completed. */
  fetchSettings(source: Source): FetchSettings | null {
    return this.vault.fetchSettings(source);
  }

  ingestUrl(source: Source): string {
    return this.addressOf(this.vault.open(source, 'token'));
  }

  /** What is shown to those who are not to send anything there. */
  maskedIngestUrl(): string {
    return this.addressOf('***');
  }

  private addressOf(token: string | null): string {
    return `${this.publicUrl.get()}/in/${token}`;
  }

  private async change(caller: Caller, id: string, action: string, apply: (source: Source) => Source): Promise<Source> {
    return this.transactions.run(async (transaction) => {
      const before = await transaction.manager.findOne(Source, {
        where: { id, accountId: caller.accountId, deletedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!before) throw notFound();
      const after = { ...apply(before), updatedAt: this.clock.now() };
      await transaction.manager.update(Source, { id }, after);
      await this.record(caller, transaction, action, before, after.deletedAt ? null : after);
      return after;
    });
  }

  private async record(
    caller: Caller,
    transaction: Transaction,
    action: string,
    before: Source | null,
    after: Source | null,
  ): Promise<void> {
    const change = {
      accountId: caller.accountId,
      by: changedBy(caller),
      action,
      targetKind: 'source',
      targetId: publicId('source', (after ?? before)?.id ?? ''),
      before: before && audited(before),
      after: after && audited(after),
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

function notFound(): Problem {
  return Problem.notFound('There is no source with this id.');
}

/** Secrets and logins only as set or not. */
function audited(source: Source): JsonObject {
  const { dialect, name, status, events } = source;
  const isSet = (sealed: Buffer | null) => (sealed ? '***' : null);
  return {
    dialect,
    name,
    status,
    events,
    secret: isSet(source.secret),
    auth: isSet(source.auth),
    fetch: isSet(source.fetch),
  };
}
