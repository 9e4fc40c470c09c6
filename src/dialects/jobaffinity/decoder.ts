import { applicationWithState, COMMON_STATUS_WORDS, narrowedType } from '../../ats/application-status.js';
import { readFields } from '../../ats/conform.js';
import { eventTypeOf } from '../../ats/event-types.js';
import { leftOver, pair } from '../../ats/field-map.js';
import { idAt, isEventName, objectAt, unreadable, unreadableName } from '../../ats/inbound-body.js';
import { oneEvent } from '../../ats/inbound-event.js';
import type { DecodedRequest, InboundEvent, SourceSettings } from '../../ats/inbound.js';
import { customType, typesByVendorName } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { JOBAFFINITY } from './envelope.js';
import { jobaffinityMappings } from './events.js';
import { fetchedFields } from './fields.js';
import { readSelf, type SelfPath } from './self-path.js';

const TYPES = typesByVendorName(jobaffinityMappings);
const APPLICATION = 'application';

/** JobAffinity's thin call, read: the event, and where the rest of it is to be fetched. */
export function decodeFromJobAffinity(body: JsonValue, { tiedTypes }: SourceSettings): DecodedRequest {
  if (!isJsonObject(body)) return unreadable('The body must be an object.');
  const { event: name, datetime } = body;
  if (!isEventName(name)) return unreadableName('event');
  const known = tiedTypes.get(name) ?? TYPES.get(name);
  const meaning = meaningOf(body, name, known);
  if (!meaning) {
    return unreadable('`application._self` must be a path that begins with /restapi/ and ends in an id.');
  }
  const { type, entity, self, warnings } = meaning;
  const unknown = leftOver(body, [pair('event', ''), pair('datetime', ''), pair(`${entity}._self`, '')]);
  return oneEvent({
    dialect: JOBAFFINITY,
    name,
    type,
    data: { [entity]: { id: self.id } },
    subject: { entity, id: self.id },
    received: body,
    idPath: `${entity}._self`,
    occurredAt: datetime,
    extension: { ...unknown, incomplete: true },
    fetchPath: self.path,
    warnings,
  });
}

/**
 * The event with the state that was fetched, which may show that a step change was a hire or a rejection; `null` when
 * that is no such resource.
 */
export function completeFromJobAffinity(event: InboundEvent, fetched: JsonValue): InboundEvent | null {
  const { subject } = event;
  if (!subject || !isJsonObject(fetched) || !isAnswerAbout(subject.id, fetched)) return null;
  const { data, rest } = readFields(subject.entity, { ...fetched, id: subject.id }, fetchedFields(subject.entity));
  const type = narrowedType(event.type, data, COMMON_STATUS_WORDS);
  return {
    ...event,
    type,
    data: applicationWithState(type, data, COMMON_STATUS_WORDS),
    extensions: extensionsWith(event, rest),
    state: fetched,
    fetchPath: null,
  };
}

interface Meaning {
  readonly type: string;
  readonly entity: string;
  readonly self: SelfPath;
  readonly warnings: readonly string[];
}

/** A tie to a type whose entity the call does not refer to cannot be kept: the event passes under its own name. */
function meaningOf(body: JsonObject, name: string, known: string | undefined): Meaning | null {
  const custom = customType(JOBAFFINITY, name);
  const entity = eventTypeOf(known ?? custom)?.subject ?? APPLICATION;
  const self = selfOf(body, entity);
  if (self) return { type: known ?? custom, entity, self, warnings: [] };
  const applicationSelf = selfOf(body, APPLICATION);
  if (!applicationSelf) return null;
  const warning = `${name} is tied to ${known ?? ''}, but the call refers to no ${entity}.`;
  return { type: custom, entity: APPLICATION, self: applicationSelf, warnings: [warning] };
}

function selfOf(body: JsonObject, entity: string): SelfPath | null {
  return readSelf(objectAt(body, entity)?._self);
}

function isAnswerAbout(id: string, fetched: JsonObject): boolean {
  const answered = idAt(fetched, 'id');
  const isOk = fetched._status === undefined || fetched._status === 'OK';
  return isOk && (answered === null || answered === id);
}

function extensionsWith(event: InboundEvent, unknown: JsonObject): InboundEvent['extensions'] {
  const { incomplete: _incomplete, ...kept } = event.extensions[JOBAFFINITY] ?? {};
  const { _self, _schema, _status, ...fetched } = unknown;
  const extension = Object.keys(fetched).length > 0 ? { ...kept, fetched } : kept;
  const { [JOBAFFINITY]: _earlier, ...others } = event.extensions;
  return Object.keys(extension).length > 0 ? { ...others, [JOBAFFINITY]: extension } : others;
}
