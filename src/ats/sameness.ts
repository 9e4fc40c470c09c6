import { createHash, randomUUID } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import type { JsonValue } from '../common/json.js';
import type { EntityReference } from './canonical-event.js';
import type { InboundEvent, SamenessRule } from './inbound.js';

/** Tells when a source's events are the same one, as hashes to compare among the events of that source. */
export type Sameness =
  /** The same as any event with this key that was accepted within so many hours. */
  | { readonly kind: 'key'; readonly key: string; readonly hours: number }
  /** The same as the newest accepted event of this entity, if that one has the same hash. */
  | { readonly kind: 'newest_of_entity'; readonly entity: EntityReference; readonly stateHash: string };

const stableStringify = configure({ deterministic: true, maximumDepth: 2_000, maximumBreadth: 10_000_000 });

/** `null`: it is never the same as another. */
export function samenessOf(rule: SamenessRule, event: InboundEvent): Sameness | null {
  switch (rule.kind) {
    case 'id':
      return event.sourceEventId === null
        ? null
        : { kind: 'key', key: hash(['id', event.sourceEventId]), hours: rule.hours };
    case 'body':
      return event.state === null ? null : { kind: 'key', key: hash(['body', event.state]), hours: rule.hours };
    case 'entity_state':
      return event.subject === null
        ? null
        : { kind: 'newest_of_entity', entity: event.subject, stateHash: stateHashOf(event) };
  }
}

/**
 * Nobody knows what an event without a state changed: it is like no other one, and once it is the newest, what follows
 * is like nothing before it.
 */
function stateHashOf({ sourceType, state }: InboundEvent): string {
  return hash(state === null ? ['unknown state', randomUUID()] : [sourceType, state]);
}

/** Whatever the order of its keys, the same value has the same hash. */
function hash(value: JsonValue): string {
  return createHash('sha256')
    .update(stableStringify(value) ?? '')
    .digest('hex');
}
