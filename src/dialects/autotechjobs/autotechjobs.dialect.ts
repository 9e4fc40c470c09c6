import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { Dialect } from '../../ats/dialect.js';
import { vendorNames } from '../../ats/vendor-name.js';
import { timestampedSignature } from '../../signing/signature-schemes.js';
import { AUTOTECHJOBS, encodeForAutoTechJobs } from './envelope.js';
import { autotechjobsEvents, autotechjobsMappings } from './events.js';
import { autotechjobsExample } from './examples.js';
import { describeAutoTechJobs } from './fields.js';
import { autotechjobsInbound, SIGNATURE_HEADER } from './inbound.js';
import { autotechjobsReceiver } from './receiver.js';

/** AutoTechJobs: dotted event names, times in whole seconds, a timestamped signature. */
export const dialect: Dialect = {
  name: AUTOTECHJOBS,
  title: 'AutoTechJobs',
  summary:
    'Dotted event names in an envelope with its own event id. The signature covers a timestamp, which receivers ' +
    'refuse once it is five minutes old.',
  events: autotechjobsEvents,
  mappings: autotechjobsMappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: false,
    singleEvent: false,
    httpsOnly: true,
    reservedHeaders: [SIGNATURE_HEADER],
  },
  signature: {
    header: SIGNATURE_HEADER,
    description:
      't=<unix seconds>,v1=<hex> of HMAC-SHA256 over `<t>.<body>`, keyed with the secret as shown, `whsec_` ' +
      'included; a second v1 while a rotation lasts, the old one first. Made anew for every attempt.',
  },
  receiver: autotechjobsReceiver,
  policy: STANDARD_POLICY,

  nameOf: vendorNames(AUTOTECHJOBS, autotechjobsMappings),

  encode: encodeForAutoTechJobs,

  sign: (message) => ({ [SIGNATURE_HEADER]: timestampedSignature(message) }),

  exampleOf: autotechjobsExample,

  inbound: autotechjobsInbound,

  fieldsOf: describeAutoTechJobs,
};
