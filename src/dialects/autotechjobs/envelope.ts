import { applicationWithStatus } from '../../ats/application-status.js';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Envelope, EncodeOptions } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { portableData } from '../../ats/portable-data.js';
import { toWholeSeconds } from '../../ats/times.js';
import { receivedBody } from '../../ats/vendor-name.js';
import type { JsonObject } from '../../common/json.js';
import { fieldsOfType } from './fields.js';

export const AUTOTECHJOBS = 'autotechjobs';

/** AutoTechJobs' envelope: `{id, type, created_at, data}`, times in whole seconds. */
export function encodeForAutoTechJobs(event: CanonicalEvent, options: EncodeOptions): Envelope {
  return toEnvelope(
    receivedBody(event, AUTOTECHJOBS) ?? {
      id: event.id,
      type: options.eventName,
      created_at: toWholeSeconds(event.occurred_at) ?? event.occurred_at,
      data: dataOf(event, options.includeFiles),
    },
  );
}

function dataOf(event: CanonicalEvent, includeFiles: boolean): JsonObject {
  const data = applicationWithStatus(event.type, portableData(event, AUTOTECHJOBS, includeFiles));
  return fieldsOfType(event.type)?.toVendor(data) ?? data;
}
