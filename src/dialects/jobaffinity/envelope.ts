import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Envelope } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { findEntity } from '../../ats/subject-of.js';
import { toSpacedSeconds } from '../../ats/times.js';
import { receivedBody } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject } from '../../common/json.js';
import { pathSegment } from '../../common/path-segment.js';

export const JOBAFFINITY = 'jobaffinity';

/**
 * JobAffinity's thin envelope: what happened and where to fetch the application. `datetime` is the event's time, so
 * it is the same on every retry.
 */
export function encodeForJobAffinity(event: CanonicalEvent, eventName: string): Envelope {
  const datetime = toSpacedSeconds(event.occurred_at) ?? event.occurred_at;
  const received = receivedBody(event, JOBAFFINITY);
  if (isJsonObject(received)) return toEnvelope({ datetime, ...received, event: eventName });
  return toEnvelope({ event: eventName, ...applicationReference(event), datetime });
}

/** The resource's address at the vendor's base address, which the hub serves as well. */
export function applicationSelf(applicationId: string): string {
  return `/restapi/v1/application/${pathSegment(applicationId)}`;
}

/** Nothing when no application is concerned: events that a subscription ties to a type of its own may be about more. */
function applicationReference(event: CanonicalEvent): JsonObject {
  const id = event.subject?.entity === 'application' ? event.subject.id : findEntity(event.data, 'application')?.id;
  return typeof id === 'string' && id !== '' ? { application: { _self: applicationSelf(id) } } : {};
}
