import { Injectable } from '@nestjs/common';
import type { EntityReference } from '../ats/canonical-event.js';
import { Clock } from '../common/clock.js';
import type { Transaction } from '../common/transaction.js';
import { plainArray, textArray } from '../database/sql-arrays.js';
import { KeyedHashes } from '../signing/keyed-hashes.js';
import { blankRequests } from './erasure-statements.js';
import { BLANK, type ErasureTarget, isOfCandidate, namesOfCandidate, personsIn } from './erasure-target.js';
import type { AcceptRequest, DraftIdentity, EventDraft } from './event-draft.js';

const EVERYWHERE = '*';
const NATIVE = 'native';

/** Somebody whom a draft names, as `erased_subjects` would know them. */
interface Named {
  readonly accountId: string;
  readonly reference: EntityReference;
  readonly scope: string;
  /** In hex, by every key. */
  readonly hashes: readonly string[];
}

/** Remembers, as keyed hashes, who was erased, and blanks what still arrives about them. */
@Injectable()
export class ErasedSubjects {
  constructor(
    private readonly keyed: KeyedHashes,
    private readonly clock: Clock,
  ) {}

  /**
   * Once this is committed, what was accepted about the targets before is committed too, and what comes later is
   * blanked. Nothing is accepted from here to the end of the transaction.
   */
  async register(accountId: string, targets: readonly ErasureTarget[], transaction: Transaction): Promise<void> {
    // Waits for every transaction that is accepting events now; see `accounts_with_erasures`.
    await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('hub:erasure'))`);
    await this.note(accountId, targets, transaction);
  }

  /** Of an entity and id, by every key. */
  hashes(accountId: string, { entity, id }: EntityReference): [current: Buffer, ...others: Buffer[]] {
    return this.keyed.of(JSON.stringify(['subject', accountId, entity, id]));
  }

  /** What stands for a text that events are known again by, in hex. */
  standIn(text: string): string {
    return this.keyed.of(JSON.stringify(['text', text]))[0].toString('hex');
  }

  /**
   * The requests as they may be accepted: drafts about somebody who was erased are blank, as is the call that brought
   * them. In the accepting transaction, before anything else.
   */
  async blankLate(requests: readonly AcceptRequest[], transaction: Transaction): Promise<readonly AcceptRequest[]> {
    const accountIds = [...new Set(requests.map(({ accountId }) => accountId))];
    const rows = await transaction.query<{ account_id: string }>(
      `SELECT account_id FROM accounts_with_erasures($1) AS account_id`,
      [plainArray(accountIds)],
    );
    if (rows.length === 0) return requests;
    const concerned = new Set(rows.map((row) => row.account_id));
    const named = requests.map((request) =>
      concerned.has(request.accountId) ? request.drafts.map((draft) => this.namedIn(draft, request)) : [],
    );
    const erased = await this.findErased(named.flat(2), transaction);
    if (erased.size === 0) return requests;
    const late = named.map((drafts) => drafts.map((names) => names.filter((name) => isErased(name, erased))));
    for (const [index, request] of requests.entries()) await this.noteOthers(request, late[index] ?? [], transaction);
    return requests.map((request, index) => this.blankRequest(request, late[index] ?? []));
  }

  private namedIn(draft: EventDraft, { accountId, sourceId }: AcceptRequest): Named[] {
    const scope = sourceId ?? NATIVE;
    return personsIn(draft).map((reference) => {
      const hashes = this.hashes(accountId, reference).map((hash) => hash.toString('hex'));
      return { accountId, reference, scope, hashes };
    });
  }

  /** Answers account, hash and scope in one text each. */
  private async findErased(named: readonly Named[], transaction: Transaction): Promise<Set<string>> {
    const wanted = named.flatMap(({ accountId, hashes }) => hashes.map((hash) => ({ accountId, hash })));
    const rows = await transaction.query<{ found: string }>(
      `SELECT e.account_id || encode(e.id_hash, 'hex') || e.scope AS found
       FROM unnest($1::uuid[], $2::text[]) AS w(account_id, hash)
       JOIN erased_subjects e ON e.account_id = w.account_id AND e.id_hash = decode(w.hash, 'hex')`,
      [plainArray(wanted.map(({ accountId }) => accountId)), plainArray(wanted.map(({ hash }) => hash))],
    );
    return new Set(rows.map((row) => row.found));
  }

  /** An application that is first heard of in a late event is its erased candidate's too. */
  private async noteOthers(
    { accountId, sourceId, drafts }: AcceptRequest,
    late: readonly (readonly Named[])[],
    transaction: Transaction,
  ): Promise<void> {
    const others = drafts.flatMap((draft, index) =>
      late[index]?.some(({ reference }) => isOfCandidate(reference)) ? namesOfCandidate(draft, sourceId) : [],
    );
    if (others.length > 0) await this.note(accountId, others, transaction);
  }

  private async note(accountId: string, targets: readonly ErasureTarget[], transaction: Transaction): Promise<void> {
    const rows = targets
      .map((target) => ({
        hash: this.hashes(accountId, target)[0].toString('hex'),
        scope: target.sourceId === undefined ? EVERYWHERE : (target.sourceId ?? NATIVE),
      }))
      .sort((left, right) => (left.hash < right.hash ? -1 : 1));
    await transaction.query(
      `INSERT INTO erased_subjects (account_id, id_hash, scope, erased_at)
       SELECT $1, decode(s.hash, 'hex'), s.scope, ${this.clock.sqlNow} FROM unnest($2::text[], $3::text[]) AS s(hash, scope)
       ON CONFLICT DO NOTHING`,
      [accountId, textArray(rows.map(({ hash }) => hash)), textArray(rows.map(({ scope }) => scope))],
    );
  }

  private blankRequest(request: AcceptRequest, late: readonly (readonly Named[])[]): AcceptRequest {
    const isLate = (index: number) => (late[index]?.length ?? 0) > 0;
    const { drafts, inbound, fetchedFor, alongside } = request;
    if (!drafts.some((_, index) => isLate(index))) return request;
    return {
      ...request,
      drafts: drafts.map((draft, index) => (isLate(index) ? this.blankDraft(draft) : draft)),
      ...(inbound && { inbound: { ...inbound, headers: {}, body: Buffer.alloc(0) } }),
      ...(fetchedFor !== undefined && {
        alongside: async (transaction) => {
          await blankRequests([fetchedFor], transaction);
          await alongside?.(transaction);
        },
      }),
    };
  }

  private blankDraft(draft: EventDraft): EventDraft {
    const identity = draft.identity && this.standInIdentity(draft.identity);
    const source = { ...draft.source, event_id: null };
    return { ...draft, ...BLANK, source, received: null, warnings: [], identity, erased: true };
  }

  /** By which an event is known again, without what that is made of. */
  private standInIdentity(identity: DraftIdentity): DraftIdentity {
    if (identity.kind === 'key') {
      const bodyHash = identity.bodyHash === null ? null : this.standIn(identity.bodyHash);
      return { ...identity, key: this.standIn(identity.key), bodyHash };
    }
    const { entityKey, stateHash } = identity;
    return { ...identity, entityKey: this.standIn(entityKey), stateHash: this.standIn(stateHash) };
  }
}

function isErased({ accountId, hashes, scope }: Named, erased: ReadonlySet<string>): boolean {
  return hashes.some((hash) => [scope, EVERYWHERE].some((where) => erased.has(accountId + hash + where)));
}
