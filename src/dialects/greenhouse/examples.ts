import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import { decodeFromGreenhouse } from './decoder.js';
import { GREENHOUSE } from './events.js';
import { EXAMPLE_PAYLOADS } from './example-payloads.js';

/** Events as they came in from Greenhouse, so that they go out with all that the vendor's document shows. */
export function greenhouseExample(eventName: string): CanonicalEvent | null {
  const payload = Object.hasOwn(EXAMPLE_PAYLOADS, eventName) ? EXAMPLE_PAYLOADS[eventName] : undefined;
  if (payload === undefined) return null;
  const received = { action: eventName, payload };
  const decoded = decodeFromGreenhouse(received, null);
  const event = decoded.kind === 'events' ? decoded.events[0] : undefined;
  if (!event) return null;
  const { type, data, subject, extensions } = event;
  const content = { type, name: eventName, occurredAt: '2025-04-10T20:32:13.000Z', data };
  return { ...exampleEvent(GREENHOUSE, content), subject, extensions, received };
}
