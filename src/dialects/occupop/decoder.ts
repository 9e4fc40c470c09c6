import { applicationWithState, COMMON_STATUS_WORDS, narrowedType } from '../../ats/application-status.js';
import type { EntityReference } from '../../ats/canonical-event.js';
import { readFields } from '../../ats/conform.js';
import type { FieldMap } from '../../ats/field-map.js';
import { idAt, isEventName, objectAt, unreadable, unreadableName } from '../../ats/inbound-body.js';
import { oneEvent } from '../../ats/inbound-event.js';
import type { DecodedRequest } from '../../ats/inbound.js';
import { customType, typesByVendorName } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { OCCUPOP } from './envelope.js';
import { occupopMappings } from './events.js';
import { candidateResource, jobResource } from './fields.js';

interface Resource {
  readonly entity: string;
  readonly fields: FieldMap;
}

const RESOURCES: ReadonlyMap<string, Resource> = new Map([
  ['JobResource', { entity: 'job', fields: jobResource }],
  ['CandidateResource', { entity: 'application', fields: candidateResource }],
]);

const TYPES = typesByVendorName(occupopMappings);

/** Occupop's envelope, read. Its state is the whole resource; it says nowhere when the event happened. */
export function decodeFromOccupop(body: JsonValue): DecodedRequest {
  if (!isJsonObject(body)) return unreadable('The body must be an object.');
  const name = objectAt(body, 'meta')?.event_name;
  if (!isEventName(name)) return unreadableName('meta.event_name');
  const resourceData = objectAt(body, 'data');
  if (!resourceData) return unreadable('`data` must be an object.');
  const resource = RESOURCES.get(name.split('_')[0] ?? '');
  const common = { dialect: OCCUPOP, name, received: body, idPath: 'data.uuid', state: resourceData };
  if (!resource) return oneEvent({ ...common, type: customType(OCCUPOP, name), data: resourceData });

  const { data, rest } = readFields(resource.entity, resourceData, resource.fields);
  const known = TYPES.get(name);
  const type = known === undefined ? customType(OCCUPOP, name) : narrowedType(known, data, COMMON_STATUS_WORDS);
  return oneEvent({
    ...common,
    type,
    data: applicationWithState(type, data, COMMON_STATUS_WORDS),
    subject: subjectOf(resource, resourceData),
    extension: extensionOf(body, rest),
  });
}

function subjectOf({ entity }: Resource, data: JsonObject): EntityReference | null {
  const id = idAt(data, 'uuid');
  return id === null ? null : { entity, id };
}

function extensionOf(body: JsonObject, unknownData: JsonObject): JsonObject {
  const { meta: _meta, data: _data, ...unknown } = body;
  return Object.keys(unknownData).length > 0 ? { ...unknown, data: unknownData } : unknown;
}
