import { headerOf } from '../../ats/inbound-auth.js';
import { decodeJson, readJson } from '../../ats/inbound-body.js';
import { SIGNED_SOURCE } from '../../ats/inbound-parts.js';
import type { Inbound, InboundRequest, SourceSettings } from '../../ats/inbound.js';
import { verifyBodySignature, type Verdict } from '../../signing/signature-verification.js';
import { decodeFromHatchBeacon } from './decoder.js';

export const SIGNATURE_HEADER = 'x-webhook-signature';

/** HatchBeacon signs the body alone, without a time: the same body is the same event, for a day. */
export const hatchbeaconInbound: Inbound = {
  authenticity: `Its signature in ${SIGNATURE_HEADER}, over the raw body or over the body parsed and serialised again.`,
  sourceRules: SIGNED_SOURCE,
  ingestPaths: [],
  sameEvent: { kind: 'body', hours: 24 },
  answer: { status: 200, contentType: 'text/plain', body: 'OK' },
  verify: verifyEitherBody,
  decode: (request) => decodeJson(request, decodeFromHatchBeacon),
};

function verifyEitherBody(request: InboundRequest, { secrets }: SourceSettings): Verdict {
  const scheme = { header: SIGNATURE_HEADER, encoding: 'hex' } as const;
  const signature = headerOf(request, SIGNATURE_HEADER);
  const verdict = verifyBodySignature(scheme, signature, [request.rawBody], secrets);
  // Nothing is parsed for a caller without a signature or a source without a secret.
  if (verdict.ok || !/^[0-9a-f]{64}$/.test(signature ?? '')) return verdict;
  const body = readJson(request.rawBody);
  if (typeof body === 'string') return verdict;
  return verifyBodySignature(scheme, signature, [JSON.stringify(body.value)], secrets);
}
