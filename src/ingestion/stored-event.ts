import type { CanonicalEvent } from '../ats/canonical-event.js';
import type { JsonValue } from '../common/json.js';
import type { SecretBinding, SecretBox } from '../signing/secret-box.js';

/** The event as its encoders get it: what was stored, with the vendor's body beside it. */
export function toCanonicalEvent(content: Buffer, received: Buffer | null): CanonicalEvent {
  const event = JSON.parse(content.toString('utf8')) as CanonicalEvent;
  return received === null ? event : { ...event, received: JSON.parse(received.toString('utf8')) as JsonValue };
}

/** An event that only its receivers may read. */
export function sealEvent(box: SecretBox, id: string, event: CanonicalEvent): Buffer {
  return box.seal(JSON.stringify(event), bindingOf(id));
}

export function openEvent(box: SecretBox, id: string, sealed: Buffer): CanonicalEvent {
  return JSON.parse(box.open(sealed, bindingOf(id))) as CanonicalEvent;
}

function bindingOf(id: string): SecretBinding {
  return { table: 'events', column: 'sealed', rowId: id };
}
