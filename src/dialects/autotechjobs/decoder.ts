import { applicationWithState, COMMON_STATUS_WORDS, narrowedType } from '../../ats/application-status.js';
import { readFields } from '../../ats/conform.js';
import { eventTypeOf } from '../../ats/event-types.js';
import { idAt, isEventName, objectAt, unreadable, unreadableName } from '../../ats/inbound-body.js';
import { oneEvent } from '../../ats/inbound-event.js';
import type { DecodedRequest } from '../../ats/inbound.js';
import { customType, typesByVendorName } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { AUTOTECHJOBS } from './envelope.js';
import { autotechjobsMappings } from './events.js';
import { fieldsOfType } from './fields.js';

const TYPES = typesByVendorName(autotechjobsMappings);

/** AutoTechJobs' envelope, read: `{id, type, created_at, data}`. */
export function decodeFromAutoTechJobs(body: JsonValue): DecodedRequest {
  if (!isJsonObject(body)) return unreadable('The body must be an object.');
  const eventId = idAt(body, 'id');
  if (eventId === null) return unreadable('`id` must be the id of the event, a text that is not empty.');
  const { id: _id, type: name, created_at: occurredAt, data: _data, ...unknown } = body;
  if (!isEventName(name)) return unreadableName('type');
  const given = objectAt(body, 'data');
  if (!given) return unreadable('`data` must be an object.');
  const known = TYPES.get(name);
  const { type, data, rest } = known === undefined ? asItCame(name, given) : translated(known, given);
  const entity = eventTypeOf(type)?.subject ?? '';
  return oneEvent({
    dialect: AUTOTECHJOBS,
    name,
    type,
    data,
    received: body,
    idPath: `data.${entity}.id`,
    occurredAt,
    eventId,
    extension: Object.keys(rest).length > 0 ? { ...unknown, data: rest } : unknown,
  });
}

interface Translation {
  readonly type: string;
  readonly data: JsonObject;
  readonly rest: JsonObject;
}

function translated(known: string, given: JsonObject): Translation {
  const fields = fieldsOfType(known);
  const entity = eventTypeOf(known)?.subject;
  if (!fields || !entity) return { type: known, data: given, rest: {} };
  const { data, rest } = readFields(entity, given, fields);
  const type = narrowedType(known, data, COMMON_STATUS_WORDS);
  return { type, data: applicationWithState(type, data, COMMON_STATUS_WORDS), rest };
}

function asItCame(name: string, given: JsonObject): Translation {
  return { type: customType(AUTOTECHJOBS, name), data: given, rest: {} };
}
