import { verifyAuth } from '../../ats/inbound-auth.js';
import { completeJson, decodeJson } from '../../ats/inbound-body.js';
import { RECEIVED } from '../../ats/inbound-parts.js';
import type { Inbound, InboundRequest, SourceSettings } from '../../ats/inbound.js';
import { refused, type Verdict } from '../../signing/signature-verification.js';
import { completeFromJobAffinity, decodeFromJobAffinity } from './decoder.js';

/** JobAffinity agrees with each customer how its calls prove themselves, and tells only where to look. */
export const jobaffinityInbound: Inbound = {
  authenticity: 'HTTP Basic, a bearer token, a named header or a named HMAC-SHA256 header, as set on the source.',
  sourceRules: {
    secret: 'with_hmac',
    authTypes: ['basic', 'bearer', 'header', 'hmac'],
    authRequired: true,
    fetches: true,
    tiedEvents: true,
  },
  ingestPaths: [],
  sameEvent: { kind: 'entity_state' },
  answer: RECEIVED,
  verify,
  decode: (request, settings) => decodeJson(request, (body) => decodeFromJobAffinity(body, settings)),
  complete: (event, fetchedBody) => completeJson(event, fetchedBody, completeFromJobAffinity),
};

function verify(request: InboundRequest, settings: SourceSettings): Verdict {
  return settings.auth ? verifyAuth(request, settings) : refused('The source has no auth to recognise the vendor by.');
}
