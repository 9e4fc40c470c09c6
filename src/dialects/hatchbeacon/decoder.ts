import { applicationWithState, COMMON_STATUS_WORDS } from '../../ats/application-status.js';
import type { EntityReference } from '../../ats/canonical-event.js';
import { readFields } from '../../ats/conform.js';
import { eventTypeOf } from '../../ats/event-types.js';
import { leftOver, pair } from '../../ats/field-map.js';
import { idAt, isEventName, objectAt, unreadable, unreadableName } from '../../ats/inbound-body.js';
import { actorOf, oneEvent } from '../../ats/inbound-event.js';
import type { DecodedRequest } from '../../ats/inbound.js';
import { customType, typesByVendorName } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { HATCHBEACON, TEST_EVENT } from './envelope.js';
import { hatchbeaconMappings } from './events.js';
import { actorFields, detailFields, entityOfResourceType, extensionFields } from './fields.js';

const TYPES = typesByVendorName(hatchbeaconMappings);
/** What is read elsewhere than by the map of details. */
const READ_ELSEWHERE = [...actorFields.pairs, ...extensionFields.pairs, pair('log.timestamp', 'occurred_at')];

/** HatchBeacon's envelope, read: who did what, of which thing, with a few details of it. */
export function decodeFromHatchBeacon(body: JsonValue): DecodedRequest {
  if (!isJsonObject(body)) return unreadable('The body must be an object.');
  const { event: name, timestamp, data: _data, ...unknown } = body;
  if (!isEventName(name)) return unreadableName('event');
  if (name === TEST_EVENT) return { kind: 'test' };
  const entry = objectAt(body, 'data');
  if (!entry) return unreadable('`data` must be an object.');
  const log = objectAt(entry, 'log');
  const { type, data, rest, subject, warnings } = readEntry(name, entry);
  return oneEvent({
    dialect: HATCHBEACON,
    name,
    type,
    data,
    subject,
    received: body,
    idPath: 'data.log.resourceId',
    occurredAt: timestamp ?? log?.timestamp,
    actor: actorOf(actorFields.toCanonical(entry)),
    extension: { ...unknown, ...rest, ...extensionFields.toCanonical(entry) },
    state: body,
    warnings,
  });
}

interface Entry {
  readonly type: string;
  readonly data: JsonObject;
  /** What the vendor says beyond its document. */
  readonly rest: JsonObject;
  readonly subject: EntityReference | null;
  readonly warnings: readonly string[];
}

function readEntry(name: string, entry: JsonObject): Entry {
  const loggedAbout = entityOfResourceType(idAt(entry, 'log', 'resourceType'));
  const known = TYPES.get(name);
  const type = known ?? customType(HATCHBEACON, name);
  const entity = known === undefined ? loggedAbout : (eventTypeOf(known)?.subject ?? null);
  if (entity === null) return { type, data: entry, rest: {}, subject: null, warnings: [] };
  const { data, rest } = readFields(entity, entry, detailFields(entity, loggedAbout));
  const id = idAt(entry, 'log', 'resourceId');
  return {
    type,
    data: applicationWithState(type, data, COMMON_STATUS_WORDS),
    rest: leftOver(rest, READ_ELSEWHERE),
    subject: id === null ? null : { entity, id },
    warnings:
      loggedAbout === null || loggedAbout === entity
        ? []
        : [`The vendor logged this about the ${loggedAbout}: its id stands for that of the ${entity} too.`],
  };
}
