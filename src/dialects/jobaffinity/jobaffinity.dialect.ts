import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { Dialect } from '../../ats/dialect.js';
import { exampleEvent } from '../../ats/example-event.js';
import { standardReceiverCode } from '../../ats/receiver-code.js';
import { vendorNames } from '../../ats/vendor-name.js';
import { encodeForJobAffinity, JOBAFFINITY } from './envelope.js';
import { jobaffinityEvents, jobaffinityMappings } from './events.js';
import { describeJobAffinity } from './fields.js';
import { jobaffinityInbound } from './inbound.js';

/** JobAffinity: thin notifications that send the receiver to the REST API; patient with slow receivers. */
export const dialect: Dialect = {
  name: JOBAFFINITY,
  title: 'JobAffinity',
  summary:
    'Thin notifications: the event and the address of its application, which the receiver fetches. The vendor has ' +
    'more events than it lists: write Name=canonical.type to subscribe to one.',
  events: jobaffinityEvents,
  mappings: jobaffinityMappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: true,
    singleEvent: false,
    httpsOnly: false,
    reservedHeaders: [],
  },
  signature: {
    header: null,
    description:
      'Chosen per subscription with `auth`: none, HTTP Basic, a bearer token, a named header, or a named header ' +
      'with an HMAC-SHA256 of the body.',
  },
  receiver: standardReceiverCode({
    remarks: [
      'Verifies JobAffinity webhooks by the signature of Standard Webhooks, which every call carries beside the',
      'authentication that was chosen for the subscription.',
    ],
  }),
  policy: {
    ...STANDARD_POLICY,
    timeoutMs: 30_000,
    goneStatuses: [],
    givingUp: { kind: 'suspend', serverErrors: 20, firstMinutes: 15, maxMinutes: 24 * 60 },
  },

  nameOf: vendorNames(JOBAFFINITY, jobaffinityMappings),

  encode: (event, { eventName }) => encodeForJobAffinity(event, eventName),

  sign: () => ({}),

  exampleOf(eventName) {
    const row = jobaffinityMappings.find(({ name, direction }) => name === eventName && direction === 'both');
    if (!row) return null;
    return exampleEvent(JOBAFFINITY, {
      type: row.canonical,
      name: eventName,
      occurredAt: '2021-04-01T12:13:14.000Z',
      data: { application: { id: '42' } },
    });
  },

  inbound: jobaffinityInbound,

  fieldsOf: describeJobAffinity,
};
