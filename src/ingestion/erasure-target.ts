import type { CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import type { JsonObject } from '../common/json.js';
import type { SecretBinding, SecretBox } from '../signing/secret-box.js';
import { referencesOf } from './acceptance.js';
import type { Erasure } from './erasure.entities.js';

/** Whom an erasure is about: which entities stand for a person, and what is left of an event about them. */

/** Entities that stand for a person: an application and a referral for the candidate in them. */
export const ERASABLE_ENTITIES = ['candidate', 'application', 'referral', 'user', 'employee'] as const;
const STANDING_FOR_CANDIDATES: readonly string[] = ['candidate', 'application', 'referral'];

/** A name by which a person is known. */
export interface ErasureTarget extends EntityReference {
  /** Absent: whoever tells of it; `null`: as the native API tells; else: as that source does, whose ids are its own. */
  readonly sourceId?: string | null;
}

export type NamingEvent = Pick<CanonicalEvent, 'type' | 'subject' | 'actor' | 'data'>;

export function isOfCandidate({ entity }: EntityReference): boolean {
  return STANDING_FOR_CANDIDATES.includes(entity);
}

/** Everybody whom an event names. */
export function personsIn(event: NamingEvent): EntityReference[] {
  return referencesOf(event).filter(({ entity }) => ERASABLE_ENTITIES.some((erasable) => erasable === entity));
}

/** The names that one candidate has in an event of a source; none where it is about several candidates. */
export function namesOfCandidate(event: NamingEvent, sourceId: string | null): ErasureTarget[] {
  const names = personsIn(event).filter(isOfCandidate);
  if (names.filter(({ entity }) => entity === 'candidate').length > 1) return [];
  return names.map(({ entity, id }) => ({ entity, id, sourceId }));
}

export function isCovered(targets: readonly ErasureTarget[], name: EntityReference, sourceId: string | null): boolean {
  return targets.some(
    (target) =>
      target.entity === name.entity &&
      target.id === name.id &&
      (target.sourceId === undefined || target.sourceId === sourceId),
  );
}

interface Blank {
  readonly subject: null;
  readonly actor: null;
  readonly data: JsonObject;
  readonly extensions: Readonly<Record<string, JsonObject>>;
}

/** What is left of an event: not the producer's own id of it either, which may be made of the person's. */
export const BLANK: Blank = { subject: null, actor: null, data: {}, extensions: {} };

export function blankEvent({ received: _received, confidential: _, ...event }: CanonicalEvent): CanonicalEvent {
  return { ...event, source: { ...event.source, event_id: null }, ...BLANK };
}

export function withOthers(targets: readonly ErasureTarget[], found: readonly ErasureTarget[]): ErasureTarget[] {
  const known = [...targets];
  for (const name of found) if (!isCovered(known, name, name.sourceId ?? null)) known.push(name);
  return known;
}

/** Names are kept only as long as they are looked for, and encrypted. */
export function sealTargets(box: SecretBox, erasureId: string, targets: readonly ErasureTarget[]): Buffer {
  return box.seal(JSON.stringify(targets), bindingOf(erasureId));
}

export function openTargets(box: SecretBox, { id, targets }: Pick<Erasure, 'id' | 'targets'>): ErasureTarget[] {
  return targets === null ? [] : (JSON.parse(box.open(targets, bindingOf(id))) as ErasureTarget[]);
}

function bindingOf(rowId: string): SecretBinding {
  return { table: 'erasures', column: 'targets', rowId };
}
