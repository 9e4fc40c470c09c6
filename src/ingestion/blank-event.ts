import type { CanonicalEvent } from '../ats/canonical-event.js';

/** What is left of an event once whom it was about is forgotten. */
export const BLANK = {
  subject: null,
  actor: null,
  data: {},
  extensions: {},
} as const satisfies Partial<CanonicalEvent>;

/** Its id, type, time, and the source that told it; not the producer's own id, which may be made of the person's. */
export function blankEvent({ received: _received, ...event }: CanonicalEvent): CanonicalEvent {
  return { ...event, source: { ...event.source, event_id: null }, ...BLANK };
}
