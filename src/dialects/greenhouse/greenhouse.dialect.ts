import type { Dialect } from '../../ats/dialect.js';
import { vendorNames } from '../../ats/vendor-name.js';
import { bodySignature } from '../../signing/signature-schemes.js';
import { encodeForGreenhouse, greenhouseTestEnvelope } from './envelope.js';
import { EVENT_ID_HEADER, GREENHOUSE, greenhouseEvents, greenhouseMappings } from './events.js';
import { greenhouseExample } from './examples.js';
import { greenhouseInbound, SIGNATURE_HEADER, SIGNATURE_PREFIX } from './inbound.js';
import { describeGreenhouse } from './payloads.js';
import { greenhousePolicy } from './policy.js';
import { greenhouseReceiver } from './receiver.js';

/** Greenhouse Recruiting: an action and its payload, signed as they are sent; six retries over fifteen hours. */
export const dialect: Dialect = {
  name: GREENHOUSE,
  title: 'Greenhouse',
  summary:
    'An action and its payload: a whole application with its candidate and job, a job, an offer, or what is left of ' +
    'something deleted. The body is ASCII, with \\u escapes, and signed as it is.',
  events: greenhouseEvents,
  mappings: greenhouseMappings,
  subscriptionRules: {
    canonicalNames: false,
    entityWildcards: false,
    customEvents: false,
    singleEvent: false,
    httpsOnly: true,
    reservedHeaders: [SIGNATURE_HEADER, EVENT_ID_HEADER],
  },
  signature: {
    header: SIGNATURE_HEADER,
    description:
      '`sha256 <hex>`, HMAC-SHA256 over the raw body, keyed with the secret as shown, `whsec_` included. While a ' +
      `rotation lasts the old secret signs. \`${EVENT_ID_HEADER}\` is the same on every retry.`,
  },
  receiver: greenhouseReceiver,
  policy: greenhousePolicy,

  nameOf: vendorNames(GREENHOUSE, greenhouseMappings),

  encode: encodeForGreenhouse,

  /** The header has room for one signature: the oldest secret's, or every call would fail until the receiver switched. */
  sign({ body, messageId, secrets: [oldest] }): Record<string, string> {
    const headers = { [EVENT_ID_HEADER]: messageId };
    if (oldest === undefined) return headers;
    return { ...headers, [SIGNATURE_HEADER]: SIGNATURE_PREFIX + bodySignature(body, oldest, 'hex') };
  },

  exampleOf: greenhouseExample,

  testEnvelope: greenhouseTestEnvelope,

  inbound: greenhouseInbound,

  fieldsOf: describeGreenhouse,
};
