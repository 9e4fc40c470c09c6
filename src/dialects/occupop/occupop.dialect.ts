import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Dialect } from '../../ats/dialect.js';
import { standardReceiverCode } from '../../ats/receiver-code.js';
import { vendorNames } from '../../ats/vendor-name.js';
import { isJsonObject } from '../../common/json.js';
import { encodeForOccupop, OCCUPOP } from './envelope.js';
import { occupopEvents, occupopMappings } from './events.js';
import { occupopExample } from './examples.js';
import { occupopFields } from './fields.js';
import { occupopInbound } from './inbound.js';

const nameOf = vendorNames(OCCUPOP, occupopMappings);

/** Occupop: whole resources, a job or a candidate in a job; unsigned. */
export const dialect: Dialect = {
  name: OCCUPOP,
  title: 'Occupop',
  summary:
    'The whole resource on every event: a job, or a candidate in a job. Created means posted live, so drafts are ' +
    'not told.',
  events: occupopEvents,
  mappings: occupopMappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: false,
    singleEvent: false,
    httpsOnly: false,
    reservedHeaders: [],
  },
  signature: { header: null, description: 'None of its own: the Standard Webhooks headers alone.' },
  receiver: standardReceiverCode({
    remarks: ['Verifies Occupop webhooks by the signature of Standard Webhooks: the vendor has none of its own.'],
  }),
  policy: STANDARD_POLICY,

  nameOf: (event) => (isDraft(event) ? null : nameOf(event)),

  encode: encodeForOccupop,

  sign: () => ({}),

  exampleOf: occupopExample,

  inbound: occupopInbound,

  fieldsOf: occupopFields,
};

/** To Occupop a job is created when it is posted live; what came from Occupop itself is never doubted. */
function isDraft(event: CanonicalEvent): boolean {
  if (event.type !== 'job.created' || event.source.dialect === OCCUPOP) return false;
  return isJsonObject(event.data.job) && event.data.job.state === 'draft';
}
