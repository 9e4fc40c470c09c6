import { createHash } from 'node:crypto';
import type { EntityReference } from '../ats/canonical-event.js';
import type { InboundEvent } from '../ats/inbound.js';
import type { Sameness } from '../ats/sameness.js';
import { publicId } from '../common/ids.js';
import type { DraftIdentity, EventDraft } from './event-draft.js';
import type { Source } from './source.entities.js';

/** What a vendor's webhook told, as a draft that is accepted like any other event. */
export function toDraft(source: Source, event: InboundEvent, sameness: Sameness | null, hops: number): EventDraft {
  return {
    type: event.type,
    occurredAt: event.occurredAt === null ? null : new Date(event.occurredAt),
    source: {
      dialect: source.dialect,
      source_id: publicId('source', source.id),
      event_id: event.sourceEventId,
      type: event.sourceType,
    },
    subject: event.subject,
    actor: event.actor,
    data: event.data,
    extensions: event.extensions,
    test: false,
    hops,
    received: JSON.stringify(event.received),
    warnings: event.warnings,
    identity: sameness && toIdentity(source, sameness),
  };
}

function toIdentity(source: Source, sameness: Sameness): DraftIdentity {
  if (sameness.kind === 'key') {
    return { kind: 'key', key: `in:${source.id}:${sameness.key}`, hours: sameness.hours, bodyHash: null };
  }
  const { entity, stateHash } = sameness;
  return { kind: 'newest_of_entity', sourceId: source.id, entityKey: entityKeyOf(entity), stateHash };
}

export function entityKeyOf({ entity, id }: EntityReference): string {
  return createHash('sha256').update(`${entity} ${id}`).digest('hex');
}
