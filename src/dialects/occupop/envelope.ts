import { applicationWithStatus } from '../../ats/application-status.js';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Envelope, EncodeOptions } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { portableData } from '../../ats/portable-data.js';
import { receivedBody } from '../../ats/vendor-name.js';
import type { JsonObject } from '../../common/json.js';
import { candidateResource, jobResource } from './fields.js';

export const OCCUPOP = 'occupop';

/** Occupop's envelope: `{meta: {resource_type, event_name}, data}`, where `data` is the whole resource. */
export function encodeForOccupop(event: CanonicalEvent, options: EncodeOptions): Envelope {
  return toEnvelope(receivedBody(event, OCCUPOP) ?? contentOf(event, options));
}

function contentOf(event: CanonicalEvent, { eventName, includeFiles }: EncodeOptions): JsonObject {
  const resourceType = eventName.split('_')[0] ?? '';
  const fields = resourceType === 'JobResource' ? jobResource : candidateResource;
  const data = applicationWithStatus(event.type, portableData(event, OCCUPOP, includeFiles));
  return { meta: { resource_type: resourceType, event_name: eventName }, data: fields.toVendor(data) };
}
