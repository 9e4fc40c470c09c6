import { Injectable } from '@nestjs/common';
import type { CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import { entitiesOf } from '../ats/subject-of.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import type { Transaction } from '../common/transaction.js';
import { GroupCommit } from '../database/group-commit.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AcceptedEvent, Change } from '../event-bus/internal-events.js';
import type { Acceptance, AcceptedDraft, AcceptRequest, EventDraft } from './event-draft.js';
import {
  type EventRow,
  findIdempotencyRows,
  type IdempotencyRow,
  insertEntities,
  insertEvents,
  insertIdempotencyRows,
} from './event-statements.js';

/** Another transaction took one of our idempotency keys meanwhile: read again and decide anew. */
class LostRace extends Error {}

const MAX_RACES = 5;

/** A draft that is about to be accepted, or the earlier one that it repeats. */
interface Decided {
  readonly draft: EventDraft;
  readonly accepted: AcceptedEvent | null;
  readonly occurredAt: Date;
  /** Of this group or stored; `null` until the deliveries are counted. */
  readonly earlier: Decided | IdempotencyRow | null;
}

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
    private readonly clock: Clock,
  ) {
    this.group = new GroupCommit((requests) => this.commitRetryingRaces(requests), {
      maxWeight: 1_000,
      maxConcurrent: 3,
      weigh: (request) => request.drafts.length,
    });
  }

  /** Resolves once everything is committed; all of the request's events or none. Throws `idempotency_conflict`. */
  async accept(request: AcceptRequest): Promise<AcceptedDraft[]> {
    const result = await this.group.submit(request);
    if (result instanceof Problem) throw result;
    return result;
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
    requests: readonly AcceptRequest[],
    transaction: Transaction,
  ): Promise<(AcceptedDraft[] | Problem)[]> {
    const stored = await this.storedKeys(requests, transaction);
    const known = new Map<string, Decided | IdempotencyRow>(stored);
    const receivedAt = this.clock.now();
    const decisions = requests.map((request) => decide(request, known, receivedAt));
    const fresh = decisions.flatMap((decided) => (decided instanceof Problem ? [] : decided)).filter(isFresh);
    if (fresh.length > 0) await this.save(fresh, receivedAt, requests, decisions, transaction);
    return decisions.map((decided) =>
      decided instanceof Problem
        ? decided
        : decided.map((one) => ({ acceptance: acceptanceOf(one, receivedAt), repeated: one.accepted === null })),
    );
  }

  private async storedKeys(requests: readonly AcceptRequest[], transaction: Transaction) {
    const wanted = requests.flatMap(({ accountId, drafts }) =>
      drafts.flatMap(({ idempotency }) => (idempotency ? [{ accountId, key: idempotency.key }] : [])),
    );
    const rows = wanted.length === 0 ? [] : await findIdempotencyRows(wanted, this.clock.sqlNow, transaction);
    return rows.map((row): [string, IdempotencyRow] => [mapKey(row.accountId, row.key), row]);
  }

  private async save(
    fresh: readonly Fresh[],
    receivedAt: Date,
    requests: readonly AcceptRequest[],
    decisions: readonly (Decided[] | Problem)[],
    transaction: Transaction,
  ): Promise<void> {
    await this.bus.publish('EventsAccepted', { events: fresh.map(({ accepted }) => accepted) }, transaction);
    const rows = fresh.map((decided) => toRow(decided, receivedAt));
    await insertEvents(rows, transaction);
    await insertEntities(rows, transaction);
    await this.saveKeys(fresh, receivedAt, transaction);
    const changes = requests.flatMap((request, index) => auditOf(request, decisions[index], receivedAt));
    await this.bus.publish('ChangesMade', { changes }, transaction);
  }

  private async saveKeys(fresh: readonly Fresh[], receivedAt: Date, transaction: Transaction): Promise<void> {
    const rows = fresh.flatMap((decided): IdempotencyRow[] => {
      const { idempotency } = decided.draft;
      if (!idempotency) return [];
      return [{ accountId: decided.accepted.accountId, ...idempotency, acceptance: acceptanceOf(decided, receivedAt) }];
    });
    if (rows.length === 0) return;
    const written = await insertIdempotencyRows(rows, this.clock.sqlNow, transaction);
    if (written < rows.length) throw new LostRace();
  }
}

type Fresh = Decided & { readonly accepted: AcceptedEvent };

function isFresh(decided: Decided): decided is Fresh {
  return decided.accepted !== null;
}

/** Which of a request's events are new; notes their keys in `known`, unless the request as a whole is refused. */
function decide(
  request: AcceptRequest,
  known: Map<string, Decided | IdempotencyRow>,
  receivedAt: Date,
): Decided[] | Problem {
  const noted = new Map<string, Decided>();
  const decisions: Decided[] = [];
  for (const [index, draft] of request.drafts.entries()) {
    const key = draft.idempotency && mapKey(request.accountId, draft.idempotency.key);
    const earlier = key === null ? undefined : (noted.get(key) ?? known.get(key));
    if (earlier && draft.idempotency && !hashOf(earlier)?.equals(draft.idempotency.bodyHash)) {
      return idempotencyConflict(request, index);
    }
    const occurredAt = draft.occurredAt ?? receivedAt;
    const accepted = earlier ? null : toAccepted(request.accountId, draft, occurredAt);
    const decided: Decided = { draft, accepted, occurredAt, earlier: earlier ?? null };
    if (key !== null && !earlier) noted.set(key, decided);
    decisions.push(decided);
  }
  for (const [key, decided] of noted) known.set(key, decided);
  return decisions;
}

function hashOf(earlier: Decided | IdempotencyRow): Buffer | undefined {
  return 'draft' in earlier ? earlier.draft.idempotency?.bodyHash : earlier.bodyHash;
}

function idempotencyConflict(request: AcceptRequest, index: number): Problem {
  const where = request.drafts.length > 1 ? `events[${index}]: ` : '';
  return new Problem('idempotency_conflict', `${where}This id or Idempotency-Key was used with another body.`);
}

function toAccepted(accountId: string, draft: EventDraft, occurredAt: Date): AcceptedEvent {
  const id = newUuid();
  const event: CanonicalEvent = {
    id: publicId('event', id),
    type: draft.type,
    occurred_at: occurredAt.toISOString(),
    source: draft.source,
    subject: draft.subject,
    actor: draft.actor,
    data: draft.data,
    extensions: draft.extensions,
    test: draft.test,
  };
  return { id, accountId, sourceId: null, event, deliveries: 0 };
}

function toRow({ draft, accepted, occurredAt }: Fresh, receivedAt: Date): EventRow {
  const { id, accountId, sourceId, event } = accepted;
  return {
    id,
    accountId,
    sourceId,
    type: event.type,
    occurredAt,
    receivedAt,
    subject: event.subject && isIndexable(event.subject) ? event.subject : null,
    test: event.test,
    content: Buffer.from(JSON.stringify(event), 'utf8'),
    received: draft.received,
    warnings: draft.warnings,
    entities: withSubject(event.subject, entitiesOf(event.type, event.data)).filter(isIndexable),
  };
}

/**
 * PostgreSQL's text holds neither NUL nor half a surrogate pair, and its indexes no long keys; such an id is kept in the
 * content all the same.
 */
function isIndexable({ id }: EntityReference): boolean {
  return id.length <= 255 && !/[\0\p{Surrogate}]/u.test(id);
}

function withSubject(subject: CanonicalEvent['subject'], entities: EventRow['entities']): EventRow['entities'] {
  if (!subject || entities.some(({ entity, id }) => entity === subject.entity && id === subject.id)) return entities;
  return [subject, ...entities];
}

function acceptanceOf(decided: Decided, receivedAt: Date): Acceptance {
  const { accepted, earlier, occurredAt } = decided;
  if (!accepted) {
    if (!earlier) throw new Error('An event is either new or a repeat.');
    return 'draft' in earlier ? acceptanceOf(earlier, receivedAt) : earlier.acceptance;
  }
  return {
    id: accepted.event.id,
    type: accepted.event.type,
    occurred_at: occurredAt.toISOString(),
    received_at: receivedAt.toISOString(),
    deliveries: accepted.deliveries,
  };
}

/** One entry a request, however many events it brought. */
function auditOf(request: AcceptRequest, decided: Decided[] | Problem | undefined, receivedAt: Date): Change[] {
  if (!decided || decided instanceof Problem) return [];
  const accepted = decided.filter(isFresh);
  const [first] = accepted;
  if (!first) return [];
  return [
    {
      accountId: request.accountId,
      by: request.by,
      action: 'events.accepted',
      targetKind: 'event',
      targetId: first.accepted.event.id,
      before: null,
      after: {
        events: accepted.length,
        types: [...new Set(accepted.map((one) => one.accepted.event.type))],
        deliveries: accepted.reduce((sum, one) => sum + one.accepted.deliveries, 0),
        received_at: receivedAt.toISOString(),
      },
    },
  ];
}

function mapKey(accountId: string, key: string): string {
  return `${accountId} ${key}`;
}
