import type { Dialect } from '../../ats/dialect.js';
import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import { toEnvelope } from '../../ats/envelope.js';
import { EVENT_TYPES, eventTypeOf } from '../../ats/event-types.js';
import { exampleEvent } from '../../ats/example-event.js';
import { portableData } from '../../ats/portable-data.js';
import { mappingRows, receivedBody, vendorNames } from '../../ats/vendor-name.js';

/** The hub's own dialect: canonical events in the envelope of Standard Webhooks. The native API speaks it too. */
const NAME = 'standard';

const mappings = mappingRows(Object.fromEntries(EVENT_TYPES.map(({ type }) => [type, type])));
const nameOf = vendorNames(NAME, mappings);

export const standardDialect: Dialect = {
  name: NAME,
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
  policy: STANDARD_POLICY,

  nameOf: (event) => nameOf(event) ?? event.type,

  encode(event, { eventName, includeFiles }) {
    const data = portableData(event, NAME, includeFiles);
    return toEnvelope(receivedBody(event, NAME) ?? { type: eventName, timestamp: event.occurred_at, data });
  },

  /** The hub adds the Standard Webhooks headers to every delivery in every dialect. */
  sign: () => ({}),

  exampleOf(eventName) {
    const example = eventTypeOf(eventName)?.example;
    if (!example) return null;
    const { type, occurred_at: occurredAt, actor, data } = example;
    return exampleEvent(NAME, { type, name: type, occurredAt, data, ...(actor && { actor }) });
  },
};
