import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Transaction } from '../common/transaction.js';
import { plainArray } from '../database/sql-arrays.js';
import { Transactions } from '../database/transactions.service.js';
import { type SecretBinding, SecretBox } from '../signing/secret-box.js';
import { referencesOf } from './acceptance.js';
import { BLANK } from './blank-event.js';
import { ErasureHasher, type ErasureSubject } from './erasure-hasher.js';
import { blankStoredRequests } from './erasure-statements.js';
import type { AcceptRequest, EventDraft } from './event-draft.js';

interface KeyRow {
  account_id: string;
  key: Buffer;
}

const KEY_BYTES = 32;

/** Remembers, as keyed hashes, who was forgotten, and blanks what still arrives about them. */
@Injectable()
export class ErasedSubjects {
  constructor(
    private readonly transactions: Transactions,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** What was accepted about these before is committed once this resolves; what is accepted afterwards is blanked. */
  async register(accountId: string, subjects: readonly ErasureSubject[]): Promise<ErasureHasher> {
    return this.transactions.run(async (transaction) => {
      // Waits for every transaction that is accepting events now; see `lock_erasure_keys`.
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('hub:erasure'))`);
      const key = this.box.seal(randomBytes(KEY_BYTES).toString('base64'), bindingOf(accountId));
      await transaction.query(
        `INSERT INTO erasure_keys (account_id, key, created_at) VALUES ($1, $2, ${this.clock.sqlNow}) ON CONFLICT DO NOTHING`,
        [accountId, key],
      );
      const rows = await transaction.query<KeyRow>(`SELECT account_id, key FROM erasure_keys WHERE account_id = $1`, [
        accountId,
      ]);
      const hasher = this.hashers(rows).get(accountId);
      if (!hasher) throw new Error('The key was just made.');
      await transaction.query(
        `INSERT INTO erased_subjects (account_id, id_hash, entity, erased_at)
         SELECT $1, s.id_hash, s.entity, ${this.clock.sqlNow} FROM unnest($2::bytea[], $3::text[]) AS s(id_hash, entity)
         ON CONFLICT DO NOTHING`,
        [accountId, subjects.map((subject) => hasher.subject(subject)), subjects.map(({ entity }) => entity)],
      );
      return hasher;
    });
  }

  /**
   * The requests as they may be accepted: drafts about somebody who was forgotten are blank, as is the call that brought
   * them. In the accepting transaction, before anything else.
   */
  async blankLate(requests: readonly AcceptRequest[], transaction: Transaction): Promise<readonly AcceptRequest[]> {
    const accountIds = [...new Set(requests.map(({ accountId }) => accountId))];
    const rows = await transaction.query<KeyRow>(`SELECT account_id, key FROM lock_erasure_keys($1)`, [
      plainArray(accountIds),
    ]);
    if (rows.length === 0) return requests;
    const hashers = this.hashers(rows);
    const named = requests.map((request) => hashesOf(request, hashers.get(request.accountId)));
    const erased = await this.findErased(requests, named, transaction);
    return requests.map((request, index) => {
      const hasher = hashers.get(request.accountId);
      const late = (named[index] ?? []).map((hashes) => hashes.some((hash) => erased.has(request.accountId + hash)));
      return hasher && late.includes(true) ? blankRequest(request, late, hasher) : request;
    });
  }

  /** Answers account and hash in one text. */
  private async findErased(
    requests: readonly AcceptRequest[],
    named: readonly (readonly string[][])[],
    transaction: Transaction,
  ): Promise<Set<string>> {
    const wanted = requests.flatMap(({ accountId }, index) =>
      (named[index] ?? []).flat().map((hash) => ({ accountId, hash })),
    );
    const rows = await transaction.query<{ found: string }>(
      `SELECT e.account_id || encode(e.id_hash, 'hex') AS found
       FROM unnest($1::uuid[], $2::text[]) AS w(account_id, hash)
       JOIN erased_subjects e ON e.account_id = w.account_id AND e.id_hash = decode(w.hash, 'hex')`,
      [plainArray(wanted.map(({ accountId }) => accountId)), plainArray(wanted.map(({ hash }) => hash))],
    );
    return new Set(rows.map((row) => row.found));
  }

  private hashers(rows: readonly KeyRow[]): Map<string, ErasureHasher> {
    return new Map(
      rows.map(({ account_id: accountId, key }) => {
        const opened = this.box.open(key, bindingOf(accountId));
        return [accountId, new ErasureHasher(Buffer.from(opened, 'base64'))];
      }),
    );
  }
}

function bindingOf(accountId: string): SecretBinding {
  return { table: 'erasure_keys', column: 'key', rowId: accountId };
}

/** Of each draft, what it names: by any of these, in hex, it may be known to be about somebody who was forgotten. */
function hashesOf({ drafts, sourceId }: AcceptRequest, hasher: ErasureHasher | undefined): string[][] {
  if (!hasher) return [];
  return drafts.map((draft) => {
    const references = referencesOf(draft);
    const subjects: ErasureSubject[] = [...references];
    // An application stands for its candidate only where none is named: ids are the source's own, and may be used again.
    if (!references.some(({ entity }) => entity === 'candidate')) {
      const applications = references.filter(({ entity }) => entity === 'application');
      subjects.push(...applications.map((application) => ({ ...application, sourceId })));
    }
    return subjects.map((subject) => hasher.subject(subject).toString('hex'));
  });
}

function blankRequest(request: AcceptRequest, late: readonly boolean[], hasher: ErasureHasher): AcceptRequest {
  const { drafts, inbound, fetchedFor, alongside } = request;
  return {
    ...request,
    drafts: drafts.map((draft, index) => (late[index] ? blankDraft(draft, hasher) : draft)),
    ...(inbound && { inbound: { ...inbound, headers: {}, body: Buffer.alloc(0) } }),
    ...(fetchedFor !== undefined && {
      alongside: async (transaction) => {
        await blankStoredRequests([fetchedFor], transaction);
        await alongside?.(transaction);
      },
    }),
  };
}

function blankDraft(draft: EventDraft, hasher: ErasureHasher): EventDraft {
  return {
    ...draft,
    ...BLANK,
    source: { ...draft.source, event_id: null },
    received: null,
    warnings: [],
    identity: hasher.identity(draft.identity),
    erased: true,
  };
}
