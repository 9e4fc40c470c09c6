import { Injectable } from '@nestjs/common';
import { BY_THE_HUB } from '../accounts/caller.js';
import { Clock } from '../common/clock.js';
import { Problem } from '../common/problem.js';
import { activeTraceparent } from '../common/tracing.js';
import type { Transaction } from '../common/transaction.js';
import { GroupCommit } from '../database/group-commit.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { Change } from '../event-bus/internal-events.js';
import { acceptanceOf, decide, type Decided, eventIdOf, type Fresh, type Known, keyOf, toRow } from './acceptance.js';
import { ErasedSubjects } from './erased-subjects.service.js';
import type { AcceptedDraft, AcceptRequest, EventDraft } from './event-draft.js';
import {
  findKeys,
  insertEntities,
  insertEvents,
  insertKeys,
  type KnownKey,
  type KnownState,
  lockStates,
  saveStates,
} from './event-statements.js';
import { judgeInboundRequest, saveInboundRequest } from './inbound-statements.js';

/** Another transaction took one of our idempotency keys meanwhile: read again and decide anew. */
class LostRace extends Error {}

const MAX_RACES = 5;
type Decision = Decided[] | Problem;

/**
 * Accepts events: saves them, lets their deliveries be planned and the audit log be written in one transaction.
 * Concurrent requests share commits.
 */
@Injectable()
export class IngestionService {
  private readonly group: GroupCommit<AcceptRequest, AcceptedDraft[] | Problem>;

  constructor(
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly erasedSubjects: ErasedSubjects,
    private readonly clock: Clock,
  ) {
    this.group = new GroupCommit((requests) => this.commitRetryingRaces(requests), {
      maxWeight: 1_000,
      maxConcurrent: 2,
      weigh: (request) => request.drafts.length,
      ownerOf: (request) => request.accountId,
    });
  }

  /** Resolves once everything is committed; all of the request's events or none. Throws `idempotency_conflict`. */
  async accept(request: AcceptRequest): Promise<AcceptedDraft[]> {
    // What was fetched for an earlier request belongs to that one's trace.
    const traceparent = request.traceparent ?? activeTraceparent();
    const result = await this.group.submit(traceparent === undefined ? request : { ...request, traceparent });
    if (result instanceof Problem) throw result;
    return result;
  }

  /** Accepts what the hub itself has to tell each account, in the transaction in which it happened. Never takes one for a repeat. */
  async acceptWithin(draftsOf: ReadonlyMap<string, readonly EventDraft[]>, transaction: Transaction): Promise<void> {
    const receivedAt = this.clock.now();
    const fresh = [...draftsOf].flatMap(([accountId, drafts]) => {
      const decided = decide({ accountId, sourceId: null, by: BY_THE_HUB, drafts }, new Map(), receivedAt);
      if (decided instanceof Problem) throw decided;
      return decided.filter(isFresh);
    });
    if (fresh.length > 0) await this.save(fresh, receivedAt, transaction);
  }

  private async commitRetryingRaces(requests: readonly AcceptRequest[]): Promise<(AcceptedDraft[] | Problem)[]> {
    for (let race = 1; ; race++) {
      try {
        return await this.transactions.run((transaction) => this.commit(requests, transaction));
      } catch (error) {
        if (!(error instanceof LostRace) || race >= MAX_RACES) throw error;
      }
    }
  }

  private async commit(
    given: readonly AcceptRequest[],
    transaction: Transaction,
  ): Promise<(AcceptedDraft[] | Problem)[]> {
    const requests = await this.erasedSubjects.blankLate(given, transaction);
    const known = await this.read(requests, transaction);
    const receivedAt = this.clock.now();
    const decisions = requests.map((request) => decide(request, known, receivedAt));
    const fresh = decisions.flatMap((decision) => (decision instanceof Problem ? [] : decision)).filter(isFresh);
    if (fresh.length > 0) await this.save(fresh, receivedAt, transaction);
    await this.tellAround(requests, decisions, receivedAt, transaction);
    return decisions.map((decision) =>
      decision instanceof Problem
        ? decision
        : decision.map((one) => ({ acceptance: acceptanceOf(one, receivedAt), repeated: one.accepted === null })),
    );
  }

  /** What was accepted earlier, of all that the requests might repeat. */
  private async read(requests: readonly AcceptRequest[], transaction: Transaction): Promise<Known> {
    const wanted = requests.flatMap(({ accountId, drafts }) =>
      drafts.flatMap(({ identity }) => (identity ? [{ accountId, identity }] : [])),
    );
    const keys = wanted.flatMap(({ accountId, identity }) =>
      identity.kind === 'key' ? [{ accountId, ...identity }] : [],
    );
    const states = wanted.flatMap(({ identity }) => (identity.kind === 'newest_of_entity' ? [identity] : []));
    const known: Known = new Map();
    for (const row of await findKeys(keys, this.clock.sqlNow, transaction)) {
      known.set(keyOf(row.accountId, { kind: 'key', ...row }), { hash: row.bodyHash, acceptance: row.acceptance });
    }
    for (const row of await lockStates(states, this.clock.sqlNow, transaction)) {
      known.set(keyOf('', { kind: 'newest_of_entity', ...row }), { hash: row.stateHash, acceptance: row.acceptance });
    }
    return known;
  }

  private async save(fresh: readonly Fresh[], receivedAt: Date, transaction: Transaction): Promise<void> {
    const events = fresh.filter(({ draft }) => !draft.erased).map(({ accepted }) => accepted);
    if (events.length > 0) await this.bus.publish('EventsAccepted', { events }, transaction);
    const rows = fresh.map((decided) => toRow(decided, receivedAt));
    insertEvents(rows, transaction);
    insertEntities(rows, transaction);
    await this.saveIdentities(fresh, receivedAt, transaction);
  }

  private async saveIdentities(fresh: readonly Fresh[], receivedAt: Date, transaction: Transaction): Promise<void> {
    const keys: KnownKey[] = [];
    const states = new Map<string, KnownState>();
    for (const decided of fresh) {
      const { identity } = decided.draft;
      if (!identity) continue;
      const acceptance = acceptanceOf(decided, receivedAt);
      const { accountId } = decided.accepted;
      if (identity.kind === 'key') keys.push({ accountId, ...identity, acceptance });
      // The last of several in one group is the newest.
      if (identity.kind === 'newest_of_entity') states.set(keyOf('', identity), { ...identity, acceptance });
    }
    const written = await insertKeys(keys, this.clock.sqlNow, transaction);
    if (written < keys.length) throw new LostRace();
    saveStates([...states.values()], this.clock.sqlNow, transaction);
  }

  private async tellAround(
    requests: readonly AcceptRequest[],
    decisions: readonly Decision[],
    receivedAt: Date,
    transaction: Transaction,
  ): Promise<void> {
    const changes: Change[] = [];
    for (const [index, request] of requests.entries()) {
      const decision = decisions[index];
      if (!decision || decision instanceof Problem) continue;
      const accepted = decision.filter(isFresh);
      if (accepted.length > 0) changes.push(auditOf(request, accepted, receivedAt));
      const eventIds = [...new Set(decision.map(eventIdOf))];
      const verdict = accepted.length > 0 ? 'accepted' : 'duplicate';
      if (request.inbound)
        await saveInboundRequest({ ...request.inbound, verdict, reason: null, eventIds }, transaction);
      if (request.fetchedFor !== undefined)
        await judgeInboundRequest(request.fetchedFor, verdict, eventIds, transaction);
      await request.alongside?.(transaction);
    }
    await this.bus.publish('ChangesMade', { changes }, transaction);
  }
}

function isFresh(decided: Decided): decided is Fresh {
  return decided.accepted !== null;
}

/** One entry a request, however many events it brought. */
function auditOf(request: AcceptRequest, accepted: readonly Fresh[], receivedAt: Date): Change {
  return {
    accountId: request.accountId,
    by: request.by,
    action: 'events.accepted',
    targetKind: 'event',
    targetId: accepted[0]?.accepted.event.id ?? '',
    before: null,
    after: {
      events: accepted.length,
      types: [...new Set(accepted.map((one) => one.accepted.event.type))],
      deliveries: accepted.reduce((sum, one) => sum + one.accepted.deliveries, 0),
      received_at: receivedAt.toISOString(),
    },
  };
}
