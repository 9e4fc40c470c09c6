import { verifyAuth } from '../../ats/inbound-auth.js';
import { decodeJson } from '../../ats/inbound-body.js';
import { RECEIVED } from '../../ats/inbound-parts.js';
import type { Inbound } from '../../ats/inbound.js';
import { decodeFromOccupop } from './decoder.js';

/** Occupop signs nothing: the address is the secret, and a header that a proxy may be told to add. */
export const occupopInbound: Inbound = {
  authenticity: 'The unguessable address, and a named header when the source has one.',
  sourceRules: { secret: 'never', authTypes: ['header'], authRequired: false, fetches: false, tiedEvents: false },
  ingestPaths: [],
  sameEvent: { kind: 'entity_state' },
  answer: RECEIVED,
  verify: verifyAuth,
  decode: (request) => decodeJson(request, decodeFromOccupop),
};
