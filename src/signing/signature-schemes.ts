import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The signature schemes that webhook vendors use, as pure functions. Secrets always come oldest first: a scheme
 * that can carry several signatures carries one per secret in that order, since careless receivers read only the
 * first one and must go on verifying with the old secret while a rotation's overlap lasts.
 */

export interface Signable {
  /** `webhook-id`: the same on every retry of a delivery. */
  readonly messageId: string;
  readonly timestampSeconds: number;
  readonly body: string | Buffer;
  /** Secrets as shown to their owner, prefix included, oldest first; never empty. */
  readonly secrets: readonly string[];
}

const STANDARD_PREFIX = 'whsec_';

/** Standard Webhooks: the decoded bytes of a `whsec_` secret, else the UTF-8 bytes of the text. */
export function standardWebhooksKey(secret: string): Buffer {
  return secret.startsWith(STANDARD_PREFIX)
    ? Buffer.from(secret.slice(STANDARD_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

/** The three headers of https://www.standardwebhooks.com, over `id.timestamp.body`. */
export function standardWebhooksHeaders(message: Signable): Record<string, string> {
  const signatures = message.secrets.map((secret) => {
    const hmac = createHmac('sha256', standardWebhooksKey(secret));
    hmac.update(`${message.messageId}.${message.timestampSeconds}.`).update(message.body);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': message.messageId,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}

/** `t=<unix seconds>,v1=<hex>[,v1=<hex>]` over `t.body`. */
export function timestampedSignature(message: Signable): string {
  const signatures = message.secrets.map((secret) => {
    const hmac = createHmac('sha256', secret).update(`${message.timestampSeconds}.`).update(message.body);
    return `v1=${hmac.digest('hex')}`;
  });
  return [`t=${message.timestampSeconds}`, ...signatures].join(',');
}

/** HMAC-SHA256 of the body alone, keyed with the UTF-8 bytes of the whole secret. */
export function bodySignature(body: string | Buffer, secret: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', secret).update(body).digest(encoding);
}

/** Compares two strings in a time that depends on their lengths only. */
export function equalsInConstantTime(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left, 'utf8');
  const rightBytes = Buffer.from(right, 'utf8');
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
