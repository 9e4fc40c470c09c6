import { receiverCode } from '../../ats/receiver-code.js';
import { SIGNATURE_HEADER } from './inbound.js';

/** As the vendor's sample verifies it, but for every signature that the header holds. */
export const autotechjobsReceiver = receiverCode({
  remarks: [`Verifies the signature of AutoTechJobs: ${SIGNATURE_HEADER}: t=<unix seconds>,v1=<hex>`],
  node: `
function isAuthentic(headers, body) {
  const parts = (headers['${SIGNATURE_HEADER}'] ?? '').split(',').map((part) => part.split('='));
  const timestamp = parts.find(([name]) => name === 't')?.[1];
  if (!isRecent(timestamp)) return false;
  return secrets.some((secret) => {
    // Keyed with the whole secret, its prefix included.
    const signature = createHmac('sha256', secret).update(\`\${timestamp}.\`).update(body).digest('hex');
    // Two stand there while the secret is rotated.
    return parts.some(([name, given]) => name === 'v1' && isEqual(given, signature));
  });
}`,
  python: `
def is_authentic(headers, body):
    parts = [part.partition("=")[::2] for part in headers.get("${SIGNATURE_HEADER}", "").split(",")]
    timestamp = dict(parts).get("t", "")
    if not is_recent(timestamp):
        return False
    for secret in SECRETS:
        # Keyed with the whole secret, its prefix included.
        signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        # Two stand there while the secret is rotated.
        if any(name == "v1" and is_equal(given, signature) for name, given in parts):
            return True
    return False`,
});
