import { headerOf } from '../../ats/inbound-auth.js';
import { decodeJson } from '../../ats/inbound-body.js';
import { ID_HOURS, RECEIVED, SIGNED_SOURCE } from '../../ats/inbound-parts.js';
import type { Inbound } from '../../ats/inbound.js';
import { verifyTimestampedSignature } from '../../signing/signature-verification.js';
import { decodeFromAutoTechJobs } from './decoder.js';

export const SIGNATURE_HEADER = 'x-autotechjobs-signature';

/** AutoTechJobs signs every call and gives every event an id. */
export const autotechjobsInbound: Inbound = {
  authenticity: `Its signature in ${SIGNATURE_HEADER}, at most 300 seconds old or ahead; one of several is enough.`,
  sourceRules: SIGNED_SOURCE,
  ingestPaths: [],
  sameEvent: { kind: 'id', hours: ID_HOURS },
  answer: RECEIVED,

  verify: (request, { secrets }) =>
    verifyTimestampedSignature(
      { body: request.rawBody, secrets, receivedAt: request.receivedAt },
      SIGNATURE_HEADER,
      headerOf(request, SIGNATURE_HEADER),
    ),

  decode: (request) => decodeJson(request, decodeFromAutoTechJobs),
};
