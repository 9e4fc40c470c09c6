import type { Dialect } from '../../ats/dialect.js';
import { vendorNames } from '../../ats/vendor-name.js';
import { bodySignature } from '../../signing/signature-schemes.js';
import { encodeForHatchBeacon, HATCHBEACON, hatchbeaconTestEnvelope } from './envelope.js';
import { hatchbeaconEvents, hatchbeaconMappings } from './events.js';
import { hatchbeaconExample } from './examples.js';
import { describeHatchBeacon } from './fields.js';
import { hatchbeaconInbound, SIGNATURE_HEADER } from './inbound.js';
import { hatchbeaconPolicy } from './policy.js';
import { hatchbeaconReceiver } from './receiver.js';

/** HatchBeacon: activity-log entries, a signature over the body alone, six quick attempts. */
export const dialect: Dialect = {
  name: HATCHBEACON,
  title: 'HatchBeacon',
  summary:
    'Snake-case event names around an entry of the activity log. The signature covers the body only; ' +
    'a failing endpoint gets six attempts within half a minute.',
  events: hatchbeaconEvents.map(({ name, description }) => ({ name, description })),
  mappings: hatchbeaconMappings,
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
      'Hex HMAC-SHA256 over the body, keyed with the secret as shown, `whsec_` included. Hash the raw body, or in ' +
      'JavaScript `JSON.stringify` of the parsed one; other serialisers write other bytes. While a rotation lasts ' +
      'the old secret signs.',
  },
  receiver: hatchbeaconReceiver,
  policy: hatchbeaconPolicy,

  nameOf: vendorNames(HATCHBEACON, hatchbeaconMappings),

  encode: (event, { eventName }) => encodeForHatchBeacon(event, eventName),

  /** The header has room for one signature: the oldest secret's, or every call would fail until the receiver switched. */
  sign({ body, secrets: [oldest] }): Record<string, string> {
    return oldest === undefined ? {} : { [SIGNATURE_HEADER]: bodySignature(body, oldest, 'hex') };
  },

  exampleOf: hatchbeaconExample,

  testEnvelope: hatchbeaconTestEnvelope,

  inbound: hatchbeaconInbound,

  fieldsOf: describeHatchBeacon,
};
