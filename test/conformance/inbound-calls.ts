import type { CanonicalEvent } from '../../src/ats/canonical-event.js';
import type { Dialect } from '../../src/ats/dialect.js';
import { NO_SETTINGS } from '../../src/ats/inbound-parts.js';
import type { DecodedRequest, InboundEvent, InboundRequest, SourceSettings } from '../../src/ats/inbound.js';

/** Calls as a vendor makes them, for the suites that run over every dialect. */

export const RECEIVED_AT = new Date('2025-04-10T20:32:20.500Z');

export function callTo(dialect: Dialect, eventName: string, body: Buffer | string): InboundRequest {
  const { ingestPaths } = dialect.inbound;
  const path = ingestPaths.find((candidate) => candidate.eventName === eventName);
  return { rawBody: Buffer.from(body), headers: {}, segment: path?.segment ?? null, receivedAt: RECEIVED_AT };
}

export function decodeCall(
  dialect: Dialect,
  eventName: string,
  body: Buffer | string,
  settings: Partial<SourceSettings> = {},
): DecodedRequest {
  return dialect.inbound.decode(callTo(dialect, eventName, body), { ...NO_SETTINGS, ...settings });
}

/** The one event of a call that must be readable. */
export function decodeOne(dialect: Dialect, eventName: string, body: Buffer | string): InboundEvent {
  const decoded = decodeCall(dialect, eventName, body);
  if (decoded.kind !== 'events') throw new Error(`Not decoded: ${JSON.stringify(decoded)}`);
  const [event, ...more] = decoded.events;
  if (!event || more.length > 0) throw new Error(`${decoded.events.length} events instead of one.`);
  return event;
}

/** The event as it is delivered once it is accepted. */
export function canonicalOf(dialect: Dialect, event: InboundEvent): CanonicalEvent {
  return {
    id: 'evt_01jrgtn5m8f6q9x2v4c7b0d3kc',
    type: event.type,
    occurred_at: event.occurredAt ?? RECEIVED_AT.toISOString(),
    source: { dialect: dialect.name, source_id: 'src_1', event_id: event.sourceEventId, type: event.sourceType },
    subject: event.subject,
    actor: event.actor,
    data: event.data,
    extensions: event.extensions,
    test: false,
    received: event.received,
  };
}
