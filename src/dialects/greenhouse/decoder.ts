import { COMMON_STATUS_WORDS, narrowedType } from '../../ats/application-status.js';
import type { EntityReference } from '../../ats/canonical-event.js';
import { readFields } from '../../ats/conform.js';
import { readPath } from '../../ats/field-map.js';
import { idAt, isEventName, objectAt, unreadable, unreadableName } from '../../ats/inbound-body.js';
import { oneEvent } from '../../ats/inbound-event.js';
import type { DecodedRequest } from '../../ats/inbound.js';
import { toMilliseconds } from '../../ats/times.js';
import { customType, typesByVendorName } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { REJECTED_BY_CANDIDATE } from './envelope.js';
import { GREENHOUSE, greenhouseMappings, PING } from './events.js';
import { type Payload, payloadOf, resolvedAtPath } from './payloads.js';
import { withStates } from './words.js';

const TYPES = typesByVendorName(greenhouseMappings);

/** Greenhouse's envelope, read. It says nowhere when the event happened; its id comes in a header. */
export function decodeFromGreenhouse(body: JsonValue, eventId: string | null): DecodedRequest {
  if (!isJsonObject(body)) return unreadable('The body must be an object.');
  const { action: name, payload: given, ...unknown } = body;
  if (!isEventName(name)) return unreadableName('action');
  if (name === PING) return { kind: 'test' };
  if (!isJsonObject(given)) return unreadable('`payload` must be an object.');
  const type = TYPES.get(name) ?? customType(GREENHOUSE, name);
  const payload = payloadOf(name);
  const read = payload ? readPayload(payload, type, given) : { type, data: given, rest: {}, subject: null };
  return oneEvent({
    dialect: GREENHOUSE,
    name,
    type: read.type,
    data: read.data,
    subject: read.subject,
    received: body,
    idPath: `payload.${payload?.idPath ?? ''}`,
    eventId,
    extension: Object.keys(read.rest).length > 0 ? { ...unknown, payload: read.rest } : unknown,
  });
}

interface Reading {
  readonly type: string;
  readonly data: JsonObject;
  /** What Greenhouse alone knows. */
  readonly rest: JsonObject;
  readonly subject: EntityReference | null;
}

function readPayload(payload: Payload, mapped: string, given: JsonObject): Reading {
  const { entity, fields, idPath } = payload;
  const { data, rest } = readFields(entity, given, fields);
  const type = typeOf(mapped, data, given);
  const id = idAt(given, ...idPath.split('.'));
  return {
    type,
    data: withDecision(type, withStates(type, data), readPath(given, resolvedAtPath(payload).split('.'))),
    rest,
    subject: id === null ? null : { entity, id },
  };
}

const OFFER_UPDATED = customType(GREENHOUSE, 'offer_updated');
const OFFER_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['Accepted', 'offer.accepted'],
  ['Rejected', 'offer.declined'],
]);

/** One name of Greenhouse's may stand for several types, which only its data tell apart. */
function typeOf(mapped: string, data: JsonObject, given: JsonObject): string {
  switch (mapped) {
    case 'application.rejected': {
      const reason = objectAt(given, 'application', 'rejection_reason', 'type')?.name;
      return reason === REJECTED_BY_CANDIDATE ? 'application.withdrawn' : mapped;
    }
    case 'job.updated':
      return objectAt(data, 'job')?.status === 'closed' ? 'job.closed' : mapped;
    case OFFER_UPDATED:
      return OFFER_TYPES.get(objectAt(data, 'offer')?.status) ?? mapped;
    default:
      return narrowedType(mapped, data, COMMON_STATUS_WORDS);
  }
}

const DECIDED_AT: ReadonlyMap<unknown, string> = new Map([
  ['Accepted', 'accepted_at'],
  ['Rejected', 'declined_at'],
]);

/** The time at which something was decided is that of what it came to. */
function withDecision(type: string, data: JsonObject, resolvedAt: JsonValue | undefined): JsonObject {
  const { application, offer } = data;
  if (type === 'application.withdrawn' && isJsonObject(application)) {
    const { rejected_at: withdrawnAt, ...others } = application;
    return withdrawnAt === undefined ? data : { ...data, application: { ...others, withdrawn_at: withdrawnAt } };
  }
  if (!isJsonObject(offer) || typeof resolvedAt !== 'string') return data;
  const property = DECIDED_AT.get(offer.status);
  if (property === undefined) return data;
  return { ...data, offer: { ...offer, [property]: toMilliseconds(resolvedAt) ?? resolvedAt } };
}
