import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Dialect, Envelope, EncodeOptions } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { eventTypeOf } from '../../ats/event-types.js';
import { exampleEvent } from '../../ats/example-event.js';
import { portableData } from '../../ats/portable-data.js';
import { standardReceiverCode } from '../../ats/receiver-code.js';
import { receivedBody, vendorNames } from '../../ats/vendor-name.js';
import { describeRestHooks, RESTHOOKS, resthooksEvents, resthooksMappings } from './events.js';
import { resthooksInbound } from './inbound.js';

const CONFIRMATION_HEADER = 'x-hook-secret';

/** The HR system that follows resthooks.org: a bare array of one item, so a subscription has one event. */
export const dialect: Dialect = {
  name: RESTHOOKS,
  title: 'REST Hooks',
  summary:
    'Changes of employees as an array of one item. The body does not name the event, so a subscription asks for ' +
    'exactly one; a receiver may confirm a new subscription by echoing X-Hook-Secret.',
  events: resthooksEvents,
  mappings: resthooksMappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: false,
    singleEvent: true,
    httpsOnly: false,
    reservedHeaders: [CONFIRMATION_HEADER],
  },
  signature: { header: null, description: 'None of its own: the Standard Webhooks headers alone.' },
  receiver: standardReceiverCode({
    remarks: ['Verifies REST Hooks by the signature of Standard Webhooks: the vendor has none of its own.'],
    confirmationHeader: CONFIRMATION_HEADER,
  }),
  policy: { ...STANDARD_POLICY, goneStatuses: [409, 410] },
  confirmation: { body: '[]', header: CONFIRMATION_HEADER, timeoutMs: 10_000 },

  nameOf: vendorNames(RESTHOOKS, resthooksMappings),

  encode: encodeForRestHooks,

  sign: () => ({}),

  exampleOf(eventName) {
    const type = resthooksMappings.find(({ name }) => name === eventName)?.canonical;
    const example = type === undefined ? null : eventTypeOf(type)?.example;
    if (!example) return null;
    const { type: canonical, occurred_at: occurredAt, data } = example;
    return exampleEvent(RESTHOOKS, { type: canonical, name: eventName, occurredAt, data });
  },

  inbound: resthooksInbound,

  fieldsOf: describeRestHooks,
};

function encodeForRestHooks(event: CanonicalEvent, { includeFiles }: EncodeOptions): Envelope {
  const { employee } = portableData(event, RESTHOOKS, includeFiles);
  return toEnvelope(receivedBody(event, RESTHOOKS) ?? [employee ?? {}]);
}
