import { DOCUMENTED_BODIES } from '../../conformance/documented-bodies.js';
import { type RawAnswer, rawRequest } from '../raw-request.js';
import { senderOf } from './senders.js';

export interface VendorWebhook {
  readonly dialect: string;
  /** What the vendor was given to paste. */
  readonly address: string;
  readonly secret: string;
  readonly eventName: string;
}

/** Calls a source as its vendor does, with a body of the vendor's document. */
export function sendVendorWebhook({ dialect, address, secret, eventName }: VendorWebhook): Promise<RawAnswer> {
  const documented = DOCUMENTED_BODIES[dialect]?.[eventName];
  if (documented === undefined) throw new Error(`The document of ${dialect} shows no ${eventName}.`);
  const body = Buffer.from(JSON.stringify(documented));
  const proof = senderOf(dialect).prove({ body, secret, at: new Date(), callId: 'call_1' });
  return rawRequest(address, { headers: { 'content-type': 'application/json', ...proof }, body });
}
