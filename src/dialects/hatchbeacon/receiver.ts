import { receiverCode } from '../../ats/receiver-code.js';
import { SIGNATURE_HEADER } from './inbound.js';

/** As the vendor's Node sample verifies it; its Python sample serialises the body in another way than was signed. */
export const hatchbeaconReceiver = receiverCode({
  remarks: [
    `Verifies the signature of HatchBeacon: ${SIGNATURE_HEADER}: <hex>`,
    'It covers the body alone, no time: where a recorded call must not be taken again, remember each webhook-id,',
    'and verify webhook-signature, which covers id and time, as receivers of the dialect "standard" do.',
  ],
  node: `
function isAuthentic(headers, body) {
  const text = serialisedAgain(body);
  // Keyed with the whole secret, its prefix included. While the secret is rotated, the old one signs.
  return text !== null && secrets.some((secret) => {
    return isEqual(headers['${SIGNATURE_HEADER}'], createHmac('sha256', secret).update(text).digest('hex'));
  });
}

/** What JSON.stringify makes of the parsed body is signed; behind a JSON parser, that is JSON.stringify(request.body). */
function serialisedAgain(body) {
  try {
    return JSON.stringify(JSON.parse(body.toString()));
  } catch {
    return null;
  }
}`,
  python: `
def is_authentic(headers, body):
    given = headers.get("${SIGNATURE_HEADER}", "")
    # Keyed with the whole secret, its prefix included. While the secret is rotated, the old one signs.
    return any(is_equal(given, hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()) for secret in SECRETS)`,
});
