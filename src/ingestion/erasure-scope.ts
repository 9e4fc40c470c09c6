import type { CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import type { Transaction } from '../common/transaction.js';
import { referencesOf } from './acceptance.js';
import { blankEvent } from './blank-event.js';
import type { ErasureSubject } from './erasure-hasher.js';
import { findNaming, loadContents, type NamingEvent, type StoredContent } from './erasure-statements.js';
import { toCanonicalEvent } from './stored-event.js';

/**
 * Finds the events that are about somebody: those that name them and, for a candidate, those that name nobody but one of
 * their applications. An application is the candidate's when an event names both and no other candidate; it is followed
 * within its source alone, whose ids others may use for somebody else.
 */

type Runner = Pick<Transaction, 'query'>;

/** An event to be blanked, with what has to be forgotten beside it. */
export interface EventToErase {
  readonly id: string;
  /** As shown outside. */
  readonly publicId: string;
  readonly sourceId: string | null;
  readonly subject: EntityReference | null;
  readonly references: readonly EntityReference[];
  readonly blank: Buffer;
}

export interface ErasureScope {
  readonly events: readonly EventToErase[];
  readonly applications: readonly ErasureSubject[];
}

const EVENTS_AT_ONCE = 1_000;

export async function findScope(accountId: string, subject: EntityReference, runner: Runner): Promise<ErasureScope> {
  const naming = await findNaming(accountId, subject.entity, [subject.id], runner);
  const events = await load(naming, runner);
  if (subject.entity !== 'candidate') return { events, applications: [] };
  const applications = applicationsOf(subject, events);
  const seen = new Set(naming.map(({ id }) => id));
  const ids = [...new Set(applications.map(({ id }) => id))];
  const alsoNaming = await findNaming(accountId, 'application', ids, runner);
  const followed = alsoNaming.filter(
    (found) =>
      !seen.has(found.id) &&
      applications.some(({ id, sourceId }) => id === found.entityId && sourceId === found.sourceId),
  );
  const more = (await load(followed, runner)).filter(({ references }) => !references.some(isCandidate));
  return { events: [...events, ...more], applications };
}

/** Whether something that is no event yet is about them. */
export function isInScope(
  subject: EntityReference,
  { applications }: ErasureScope,
  references: readonly EntityReference[],
  sourceId: string | null,
): boolean {
  if (references.some((reference) => isSame(reference, subject))) return true;
  if (references.some(isCandidate)) return false;
  return references.some((reference) =>
    applications.some((application) => isSame(reference, application) && application.sourceId === sourceId),
  );
}

async function load(found: readonly NamingEvent[], runner: Runner): Promise<EventToErase[]> {
  const ids = [...new Set(found.map(({ id }) => id))].sort();
  const events: EventToErase[] = [];
  for (let start = 0; start < ids.length; start += EVENTS_AT_ONCE) {
    const contents = await loadContents(ids.slice(start, start + EVENTS_AT_ONCE), runner);
    events.push(...contents.map(toEventToErase));
  }
  return events;
}

function toEventToErase({ id, sourceId, content }: StoredContent): EventToErase {
  const event: CanonicalEvent = toCanonicalEvent(content, null);
  const blank = Buffer.from(JSON.stringify(blankEvent(event)), 'utf8');
  return { id, publicId: event.id, sourceId, subject: event.subject, references: referencesOf(event), blank };
}

function applicationsOf(subject: EntityReference, events: readonly EventToErase[]): ErasureSubject[] {
  const found = new Map<string, ErasureSubject>();
  for (const { sourceId, references } of events) {
    if (references.some((reference) => isCandidate(reference) && reference.id !== subject.id)) continue;
    for (const { entity, id } of references) {
      if (entity === 'application') found.set(`${sourceId ?? ''} ${id}`, { entity, id, sourceId });
    }
  }
  return [...found.values()];
}

function isCandidate({ entity }: EntityReference): boolean {
  return entity === 'candidate';
}

function isSame(left: EntityReference, right: EntityReference): boolean {
  return left.entity === right.entity && left.id === right.id;
}
