import { receiverCode } from '../../ats/receiver-code.js';
import { SIGNATURE_HEADER, SIGNATURE_PREFIX } from './inbound.js';

/** As the vendor's samples verify it. */
export const greenhouseReceiver = receiverCode({
  remarks: [
    `Verifies the signature of Greenhouse: ${SIGNATURE_HEADER}: ${SIGNATURE_PREFIX}<hex>`,
    'It covers the body alone, no time: where a recorded call must not be taken again, remember each webhook-id,',
    'and verify webhook-signature, which covers id and time, as receivers of the dialect "standard" do.',
  ],
  node: `
function isAuthentic(headers, body) {
  // Keyed with the whole secret, its prefix included. While the secret is rotated, the old one signs.
  return secrets.some((secret) => {
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return isEqual(headers['${SIGNATURE_HEADER}'], \`${SIGNATURE_PREFIX}\${signature}\`);
  });
}`,
  python: `
def is_authentic(headers, body):
    given = headers.get("${SIGNATURE_HEADER}", "")
    # Keyed with the whole secret, its prefix included. While the secret is rotated, the old one signs.
    signatures = (hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in SECRETS)
    return any(is_equal(given, "${SIGNATURE_PREFIX}" + signature) for signature in signatures)`,
});
