import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Envelope, EncodeOptions, TestedSubscription, TestEnvelope } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { objectAt } from '../../ats/inbound-body.js';
import { portableData } from '../../ats/portable-data.js';
import { wholeSeconds } from '../../ats/times.js';
import { receivedBody } from '../../ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json.js';
import { GREENHOUSE, PING } from './events.js';
import { payloadOf } from './payloads.js';
import { inGreenhouseWords } from './words.js';

const SEVERAL_MERGED = 'Greenhouse tells of one merged candidate a call: the others are left out.';

/** Greenhouse's envelope: `{action, payload}`, in ASCII. */
export function encodeForGreenhouse(event: CanonicalEvent, options: EncodeOptions): Envelope {
  const received = receivedBody(event, GREENHOUSE);
  if (received !== undefined) return escaped(toEnvelope(received));
  const envelope = escaped(toEnvelope({ action: options.eventName, payload: contentOf(event, options) }));
  const merged = event.type === 'candidate.merged' ? objectAt(event.data, 'candidate')?.merged_ids : null;
  if (!Array.isArray(merged) || merged.length < 2) return envelope;
  return { ...envelope, warnings: [...(envelope.warnings ?? []), SEVERAL_MERGED] };
}

/** The vendor documents that it pings with some of a webhook's settings, not which. */
export function greenhouseTestEnvelope({ id, name, eventName }: TestedSubscription): TestEnvelope {
  const { body } = escaped(toEnvelope({ action: PING, payload: { webhook: { id, name, event: eventName } } }));
  return { eventName: PING, body };
}

/**
 * The signed text is what the body holds after escaping: `<p>` is `\u003cp\u003e`. What the document calls Unicode
 * characters is taken for all that are beyond ASCII.
 */
function escaped(envelope: Envelope): Envelope {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return { ...envelope, body: envelope.body.replace(/[<>&\u007f-\uffff]/g, escape) };
}

function contentOf(event: CanonicalEvent, { eventName, includeFiles }: EncodeOptions): JsonObject {
  const data = inGreenhouseWords(event.type, portableData(event, GREENHOUSE, includeFiles));
  const content = payloadOf(eventName)?.fields.toVendor(data) ?? data;
  if (eventName === 'new_prospect_application') return withApplication(content, { prospect: true });
  if (event.type === 'application.withdrawn') return asWithdrawn(content, data);
  return RESOLVED_AT.has(event.type) ? asResolved(event.type, content, data) : content;
}

export const REJECTED_BY_CANDIDATE = 'They rejected us';

/** Candidates who withdraw are rejected too: for a reason of a type of its own. */
function asWithdrawn(content: JsonObject, data: JsonObject): JsonObject {
  const rejectedAt = timeOf(objectAt(data, 'application')?.withdrawn_at);
  return withApplication(content, {
    ...(rejectedAt !== undefined && { rejected_at: rejectedAt }),
    ...objectAt(content, 'application'),
    rejection_reason: {
      ...objectAt(content, 'application', 'rejection_reason'),
      type: { name: REJECTED_BY_CANDIDATE },
    },
  });
}

/** What each of these types has its time in. */
const RESOLVED_AT: ReadonlyMap<string, string> = new Map([
  ['offer.accepted', 'accepted_at'],
  ['offer.declined', 'declined_at'],
  ['offer.withdrawn', 'withdrawn_at'],
]);

function asResolved(type: string, content: JsonObject, data: JsonObject): JsonObject {
  const resolvedAt = timeOf(objectAt(data, 'offer')?.[RESOLVED_AT.get(type) ?? '']);
  return resolvedAt === undefined ? content : { ...content, resolved_at: resolvedAt };
}

function withApplication(content: JsonObject, changes: JsonObject): JsonObject {
  const { application } = content;
  return { ...content, application: { ...(isJsonObject(application) && application), ...changes } };
}

function timeOf(value: JsonValue | undefined): JsonValue | undefined {
  return value == null ? undefined : wholeSeconds.toVendor?.(value);
}
