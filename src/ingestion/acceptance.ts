import type { CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import { entitiesOf } from '../ats/subject-of.js';
import { newUuid, parsePublicId, publicId } from '../common/ids.js';
import type { JsonValue } from '../common/json.js';
import { Problem } from '../common/problem.js';
import type { AcceptedEvent } from '../event-bus/internal-events.js';
import type { Acceptance, AcceptRequest, DraftIdentity, EventDraft } from './event-draft.js';
import type { EventRow } from './event-statements.js';

/** Decides which events of a request are new, purely: what was accepted earlier is handed in. */

/** A draft that is about to be accepted, or the earlier one that it repeats. */
export interface Decided {
  readonly draft: EventDraft;
  readonly accepted: AcceptedEvent | null;
  readonly occurredAt: Date;
  /** The call to a source that brought it. */
  readonly requestId: string | null;
  /** What it repeats; `null` for a new one. */
  readonly earlier: Earlier | null;
}

export type Fresh = Decided & { readonly accepted: AcceptedEvent };

/** Accepted before this group, or in it: then the answer is known only once its deliveries are counted. */
type Earlier = { readonly hash: string | null } & ({ readonly acceptance: Acceptance } | { readonly decided: Decided });

export type Known = Map<string, Earlier>;

type KeyReference =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'newest_of_entity'; readonly sourceId: string; readonly entityKey: string };

export function keyOf(accountId: string, reference: KeyReference): string {
  if (reference.kind === 'key') return `key ${accountId} ${reference.key}`;
  return `state ${reference.sourceId} ${reference.entityKey}`;
}

/** Notes the new ones in `known`, unless the request as a whole is refused. */
export function decide(request: AcceptRequest, known: Known, receivedAt: Date): Decided[] | Problem {
  const noted: Known = new Map();
  const decisions: Decided[] = [];
  const requestId = request.inbound?.id ?? request.fetchedFor ?? null;
  for (const [index, draft] of request.drafts.entries()) {
    const key = draft.identity && keyOf(request.accountId, draft.identity);
    const earlier = key === null ? undefined : (noted.get(key) ?? known.get(key));
    const likeness = earlier && draft.identity ? compare(draft.identity, earlier) : 'different';
    if (likeness === 'conflict') return idempotencyConflict(request, index);
    const repeats = likeness === 'same' && earlier ? earlier : null;
    const occurredAt = draft.occurredAt ?? receivedAt;
    const accepted = repeats ? null : toAccepted(request, draft, occurredAt);
    const decided: Decided = { draft, accepted, occurredAt, requestId, earlier: repeats };
    if (key !== null && draft.identity && !repeats) noted.set(key, { hash: hashOf(draft.identity), decided });
    decisions.push(decided);
  }
  for (const [key, earlier] of noted) known.set(key, earlier);
  return decisions;
}

function compare(identity: DraftIdentity, earlier: Earlier): 'same' | 'different' | 'conflict' {
  if (identity.kind === 'newest_of_entity') return identity.stateHash === earlier.hash ? 'same' : 'different';
  return identity.bodyHash === null || identity.bodyHash === earlier.hash ? 'same' : 'conflict';
}

function hashOf(identity: DraftIdentity): string | null {
  return identity.kind === 'key' ? identity.bodyHash : identity.stateHash;
}

function idempotencyConflict(request: AcceptRequest, index: number): Problem {
  const where = request.drafts.length > 1 ? `events[${index}]: ` : '';
  return new Problem('idempotency_conflict', `${where}This id or Idempotency-Key was used with another body.`);
}

function toAccepted(
  { accountId, sourceId, traceparent }: AcceptRequest,
  draft: EventDraft,
  occurredAt: Date,
): AcceptedEvent {
  const id = newUuid();
  const stored: CanonicalEvent = {
    id: publicId('event', id),
    type: draft.type,
    occurred_at: occurredAt.toISOString(),
    source: draft.source,
    subject: draft.subject,
    actor: draft.actor,
    data: draft.data,
    extensions: draft.extensions,
    test: draft.test,
    ...(draft.hops > 0 && { hops: draft.hops }),
    ...(traceparent !== undefined && { traceparent }),
  };
  const content = Buffer.from(JSON.stringify(stored), 'utf8');
  const event = draft.received === null ? stored : { ...stored, received: JSON.parse(draft.received) as JsonValue };
  return { id, accountId, sourceId, event, content, deliveries: 0, handedOver: 0 };
}

export function acceptanceOf(decided: Decided, receivedAt: Date): Acceptance {
  const { accepted, earlier, occurredAt } = decided;
  if (accepted) {
    return {
      id: accepted.event.id,
      type: accepted.event.type,
      occurred_at: occurredAt.toISOString(),
      received_at: receivedAt.toISOString(),
      deliveries: accepted.deliveries,
      erased: decided.draft.erased === true,
    };
  }
  if (!earlier) throw new Error('An event is either new or a repeat.');
  if ('decided' in earlier) return acceptanceOf(earlier.decided, receivedAt);
  // Answers that an earlier version kept say nothing of it.
  return { ...earlier.acceptance, erased: earlier.acceptance.erased ?? false };
}

/** Of a new event, or of the earlier one that is repeated. */
export function eventIdOf({ accepted, earlier }: Decided): string {
  if (accepted) return accepted.id;
  if (!earlier) throw new Error('An event is either new or a repeat.');
  if ('decided' in earlier) return eventIdOf(earlier.decided);
  const id = parsePublicId('event', earlier.acceptance.id);
  if (id === null) throw new Error(`An accepted event has the id "${earlier.acceptance.id}".`);
  return id;
}

export function toRow({ draft, accepted, occurredAt, requestId }: Fresh, receivedAt: Date): EventRow {
  const { id, accountId, sourceId, event, content } = accepted;
  return {
    id,
    accountId,
    sourceId,
    type: event.type,
    occurredAt,
    receivedAt,
    subject: event.subject && isIndexable(event.subject) ? event.subject : null,
    test: event.test,
    content,
    received: draft.received === null ? null : Buffer.from(draft.received, 'utf8'),
    warnings: draft.warnings,
    entities: referencesOf(event),
    requestId,
    erasedAt: draft.erased ? receivedAt : null,
    sealed: null,
  };
}

/**
 * PostgreSQL's text holds neither NUL nor half a surrogate pair, and its indexes no long keys; such an id is kept in the
 * content all the same.
 */
function isIndexable({ id }: EntityReference): boolean {
  return id.length <= 255 && !/[\0\p{Surrogate}]/u.test(id);
}

/** Everything that an event names by an id which can be looked up, once each. */
export function referencesOf({
  type,
  subject,
  actor,
  data,
}: Pick<CanonicalEvent, 'type' | 'subject' | 'actor' | 'data'>): EntityReference[] {
  const entities = entitiesOf(type, data);
  const others = [subject, actor?.id === undefined ? null : { entity: 'user', id: actor.id }];
  for (const other of others) {
    if (other && !entities.some(({ entity, id }) => entity === other.entity && id === other.id)) entities.push(other);
  }
  return entities.filter(isIndexable);
}
