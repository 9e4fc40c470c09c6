import type { CanonicalEvent } from '../ats/canonical-event.js';
import type { JsonValue } from '../common/json.js';

/** The event as its encoders get it: what was stored, with the vendor's body beside it. */
export function toCanonicalEvent(content: Buffer, received: Buffer | null): CanonicalEvent {
  const event = JSON.parse(content.toString('utf8')) as CanonicalEvent;
  return received === null ? event : { ...event, received: JSON.parse(received.toString('utf8')) as JsonValue };
}
