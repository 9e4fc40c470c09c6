import { parseInstant } from '../common/instant.js';
import type { JsonObject, JsonValue } from '../common/json.js';
import type { Actor, EntityReference } from './canonical-event.js';
import { eventTypeOf } from './event-types.js';
import { unreadable } from './inbound-body.js';
import type { DecodedRequest, InboundEvent } from './inbound.js';
import { subjectOf } from './subject-of.js';
import { toMilliseconds } from './times.js';

/** Puts together the events that decoders read. */

export interface InboundContent {
  readonly dialect: string;
  readonly name: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly received: JsonValue;
  /** Where the vendor says what the event is about: for the reason when it does not. */
  readonly idPath: string;
  /** As the vendor writes it; what is no time is left out. */
  readonly occurredAt?: JsonValue | undefined;
  readonly eventId?: string | null;
  /** For types without a subject of their own. */
  readonly subject?: EntityReference | null;
  readonly actor?: Actor | null;
  readonly extension?: JsonObject;
  readonly state?: JsonValue;
  readonly fetchPath?: string | null;
  readonly warnings?: readonly string[];
}

/** One event, or unreadable when it must be about something and is about nothing. */
export function oneEvent(content: InboundContent): DecodedRequest {
  const { type, data, idPath, extension = {} } = content;
  const entity = eventTypeOf(type)?.subject ?? null;
  const subject = entity === null ? (content.subject ?? null) : subjectOf(type, data);
  if (entity !== null && subject === null) {
    return unreadable(`\`${idPath}\` must be the id of the ${entity}, a text that is not empty.`);
  }
  const event: InboundEvent = {
    type,
    occurredAt: readOccurredAt(content.occurredAt),
    sourceEventId: content.eventId ?? null,
    sourceType: content.name,
    subject,
    actor: content.actor ?? null,
    data,
    extensions: Object.keys(extension).length > 0 ? { [content.dialect]: extension } : {},
    received: content.received,
    state: content.state ?? null,
    fetchPath: content.fetchPath ?? null,
    warnings: content.warnings ?? [],
  };
  return { kind: 'events', events: [event] };
}

function readOccurredAt(value: JsonValue | undefined): string | null {
  const time = value === undefined ? undefined : toMilliseconds(value);
  // An offset can lead beyond the years that are written with four digits.
  return time !== undefined && parseInstant(time) ? time : null;
}

/** Who did it, of what a vendor says that is text; `null` when that is nothing. */
export function actorOf(fields: JsonObject): Actor | null {
  const texts = ['id', 'name', 'email'].flatMap((name): [string, string][] => {
    const value = fields[name];
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    return typeof text === 'string' && text.trim() !== '' ? [[name, text]] : [];
  });
  return texts.length > 0 ? Object.fromEntries(texts) : null;
}
