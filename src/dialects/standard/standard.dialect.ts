import type { Dialect } from '../../ats/dialect.js';
import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import { toEnvelope } from '../../ats/envelope.js';
import { EVENT_TYPES, eventTypeOf } from '../../ats/event-types.js';
import { exampleEvent } from '../../ats/example-event.js';
import { bodyField } from '../../ats/field-descriptions.js';
import { portableData } from '../../ats/portable-data.js';
import { standardReceiverCode } from '../../ats/receiver-code.js';
import { mappingRows, receivedBody, vendorNames } from '../../ats/vendor-name.js';
import { STANDARD, standardInbound } from './inbound.js';

const mappings = mappingRows(Object.fromEntries(EVENT_TYPES.map(({ type }) => [type, type])));
const nameOf = vendorNames(STANDARD, mappings);

/** The hub's own dialect: canonical events in the envelope of Standard Webhooks. The native API speaks it too. */
export const dialect: Dialect = {
  name: STANDARD,
  title: 'Standard Webhooks',
  summary:
    "The hub's own words in the envelope and with the signature of the Standard Webhooks specification. " +
    'It can say every event, producer-defined custom.<name> events included.',
  events: EVENT_TYPES.map(({ type, description }) => ({ name: type, description })),
  mappings,
  subscriptionRules: {
    canonicalNames: true,
    entityWildcards: true,
    customEvents: false,
    singleEvent: false,
    httpsOnly: false,
    reservedHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  },
  signature: {
    header: 'webhook-signature',
    description:
      'v1,<base64> of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, keyed with the decoded secret; ' +
      'several, separated by spaces, while a rotation lasts.',
  },
  receiver: standardReceiverCode(),
  policy: STANDARD_POLICY,

  nameOf: (event) => nameOf(event) ?? event.type,

  encode(event, { eventName, includeFiles }) {
    const data = portableData(event, STANDARD, includeFiles);
    return toEnvelope(receivedBody(event, STANDARD) ?? { type: eventName, timestamp: event.occurred_at, data });
  },

  /** The hub adds the Standard Webhooks headers to every delivery in every dialect. */
  sign: () => ({}),

  exampleOf(eventName) {
    const example = eventTypeOf(eventName)?.example;
    if (!example) return null;
    const { type, occurred_at: occurredAt, actor, data } = example;
    return exampleEvent(STANDARD, { type, name: type, occurredAt, data, ...(actor && { actor }) });
  },

  inbound: standardInbound,

  /** `data` is the canonical data itself: its fields are in the schema of the type. */
  fieldsOf: () => [
    { part: 'header', vendorPath: 'webhook-id', canonicalPath: 'source.event_id' },
    bodyField('type', 'type'),
    bodyField('timestamp', 'occurred_at'),
    bodyField('data', 'data'),
  ],
};
