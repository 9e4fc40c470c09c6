import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { type Caller, changedBy } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import { cursorUuid, type PageQuery } from '../common/paging.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { plainArray } from '../database/sql-arrays.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SecretBox } from '../signing/secret-box.js';
import { ErasedSubjects } from './erased-subjects.service.js';
import { ErasureRunner } from './erasure-runner.service.js';
import { type ErasureTarget, sealTargets } from './erasure-target.js';
import { Erasure } from './erasure.entities.js';

/** What is not done by then goes on in the background. */
const ANSWER_AFTER_MS = 5_000;

/** Takes people's wish to be erased, and shows what came of it. The runner carries it out. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly transactions: Transactions,
    private readonly subjects: ErasedSubjects,
    private readonly runner: ErasureRunner,
    private readonly bus: EventBus,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** Once it is committed nothing about the person is accepted any more, and no kill keeps the rest from being done. */
  async erase(caller: Caller, target: ErasureTarget): Promise<Erasure> {
    const id = await this.transactions.run((transaction) => this.begin(caller, target, transaction));
    await this.runner.carryOut(id, ANSWER_AFTER_MS);
    return this.get(caller, id);
  }

  /** A page of the account's, newest first, and one more. */
  async list(caller: Caller, query: PageQuery): Promise<Erasure[]> {
    const below = cursorUuid('erasure', query);
    return this.transactions.run((transaction) =>
      transaction.manager.find(Erasure, {
        where: { accountId: caller.accountId, ...(below !== undefined && { id: LessThan(below) }) },
        order: { id: 'DESC' },
        take: query.limit + 1,
      }),
    );
  }

  async get(caller: Caller, id: string): Promise<Erasure> {
    const erasure = await this.transactions.run((transaction) =>
      transaction.manager.findOneBy(Erasure, { id, accountId: caller.accountId }),
    );
    if (!erasure) throw Problem.notFound('There is no erasure with this id.');
    return erasure;
  }

  /** Answers its UUID: that of the one that is under way, if there is one. */
  private async begin(caller: Caller, target: ErasureTarget, transaction: Transaction): Promise<string> {
    const { accountId } = caller;
    const sourceId = target.sourceId ?? null;
    if (sourceId !== null) await this.requireSource(accountId, sourceId, transaction);
    await this.subjects.register(accountId, [target], transaction);
    const hashes = this.subjects.hashes(accountId, target);
    const [running] = await transaction.query<{ id: string }>(
      `SELECT id FROM erasures WHERE account_id = $1 AND encode(id_hash, 'hex') = ANY($2::text[])
         AND source_id IS NOT DISTINCT FROM $3 AND status = 'running'`,
      [accountId, plainArray(hashes.map((hash) => hash.toString('hex'))), sourceId],
    );
    if (running) return running.id;
    const id = newUuid();
    const now = await this.clock.databaseNow(transaction);
    await transaction.manager.insert(Erasure, {
      id,
      accountId,
      entity: target.entity,
      idHash: hashes[0],
      sourceId,
      status: 'running',
      stage: 'events',
      targets: sealTargets(this.box, id, [target]),
      subscriptionIds: [],
      nextStepAt: now,
      settlesAt: now,
      createdAt: now,
    });
    await this.audit(caller, id, target.entity, hashes[0], sourceId, transaction);
    return id;
  }

  /** Also one that is deleted: what it told is still there. */
  private async requireSource(accountId: string, id: string, transaction: Transaction): Promise<void> {
    const rows = await transaction.query(`SELECT 1 FROM sources WHERE id = $1 AND account_id = $2`, [id, accountId]);
    if (rows.length === 0) throw Problem.invalidField('source_id', 'must be the id of a source (src_…)');
  }

  /** Shows that somebody was erased, and whom only to those who know the id and the key. */
  private async audit(
    caller: Caller,
    id: string,
    entity: string,
    idHash: Buffer,
    sourceId: string | null,
    transaction: Transaction,
  ): Promise<void> {
    const change = {
      accountId: caller.accountId,
      by: changedBy(caller),
      action: 'subject.erased',
      targetKind: 'erasure',
      targetId: publicId('erasure', id),
      before: null,
      after: { entity, id_hash: idHash.toString('hex'), source_id: sourceId && publicId('source', sourceId) },
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }
}
