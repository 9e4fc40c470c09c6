import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import type { Dialect, Envelope, EncodeOptions } from '../../ats/dialect.js';
import { toEnvelope } from '../../ats/envelope.js';
import { eventTypeOf } from '../../ats/event-types.js';
import { exampleEvent } from '../../ats/example-event.js';
import { portableData } from '../../ats/portable-data.js';
import { mappingRows, receivedBody, vendorNames } from '../../ats/vendor-name.js';

export const RESTHOOKS = 'resthooks';

const mappings = mappingRows({
  'employee.created': 'Employee Created',
  'employee.updated': 'Employee Updated',
  'employee.deleted': 'Employee Deleted',
});

/** The HR system that follows resthooks.org: a bare array of one item, so a subscription has one event. */
export const resthooksDialect: Dialect = {
  name: RESTHOOKS,
  title: 'REST Hooks',
  summary:
    'Changes of employees as an array of one item. The body does not name the event, so a subscription asks for ' +
    'exactly one; a receiver may confirm a new subscription by echoing X-Hook-Secret.',
  events: [
    { name: 'Employee Created', description: 'An employee record was created.' },
    { name: 'Employee Updated', description: 'An employee record was changed.' },
    { name: 'Employee Deleted', description: 'An employee record was deleted.' },
  ],
  mappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: false,
    singleEvent: true,
    httpsOnly: false,
    reservedHeaders: ['x-hook-secret'],
  },
  signature: { header: null, description: 'None of its own: the Standard Webhooks headers alone.' },
  policy: { ...STANDARD_POLICY, goneStatuses: [409, 410] },
  confirmation: { body: '[]', header: 'x-hook-secret' },

  nameOf: vendorNames(RESTHOOKS, mappings),

  encode: encodeForRestHooks,

  sign: () => ({}),

  exampleOf(eventName) {
    const type = mappings.find(({ name }) => name === eventName)?.canonical;
    const example = type === undefined ? null : eventTypeOf(type)?.example;
    if (!example) return null;
    const { type: canonical, occurred_at: occurredAt, data } = example;
    return exampleEvent(RESTHOOKS, { type: canonical, name: eventName, occurredAt, data });
  },
};

function encodeForRestHooks(event: CanonicalEvent, { includeFiles }: EncodeOptions): Envelope {
  const { employee } = portableData(event, RESTHOOKS, includeFiles);
  return toEnvelope(receivedBody(event, RESTHOOKS) ?? [employee ?? {}]);
}
