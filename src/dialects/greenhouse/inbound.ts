import { headerOf } from '../../ats/inbound-auth.js';
import { decodeJson } from '../../ats/inbound-body.js';
import { ID_HOURS, RECEIVED, SIGNED_SOURCE } from '../../ats/inbound-parts.js';
import type { Inbound } from '../../ats/inbound.js';
import { verifyBodySignature } from '../../signing/signature-verification.js';
import { decodeFromGreenhouse } from './decoder.js';
import { EVENT_ID_HEADER } from './events.js';

export const SIGNATURE_HEADER = 'signature';
export const SIGNATURE_PREFIX = 'sha256 ';

/** Greenhouse signs the body as it is sent and gives every event an id, in a header that is not signed. */
export const greenhouseInbound: Inbound = {
  authenticity: `The HMAC in its header ${SIGNATURE_HEADER}, over the raw body.`,
  sourceRules: SIGNED_SOURCE,
  ingestPaths: [],
  sameEvent: { kind: 'id', hours: ID_HOURS },
  answer: RECEIVED,

  verify: (request, { secrets }) =>
    verifyBodySignature(
      { header: SIGNATURE_HEADER, encoding: 'hex', prefix: SIGNATURE_PREFIX },
      headerOf(request, SIGNATURE_HEADER),
      [request.rawBody],
      secrets,
    ),

  decode: (request) => decodeJson(request, (body) => decodeFromGreenhouse(body, headerOf(request, EVENT_ID_HEADER))),
};
