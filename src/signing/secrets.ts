import { randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** `whsec_` + base64 of 24 random bytes, which needs no padding. */
export function generateSecret(): string {
  return PREFIX + randomBytes(24).toString('base64');
}

/** What is wrong with a secret that somebody chose, or `null`. */
export function secretMistake(secret: string): string | null {
  if (!/^[\x21-\x7e]{16,256}$/.test(secret)) return 'must be 16 to 256 printable ASCII characters without spaces';
  if (!secret.startsWith(PREFIX)) return null;
  const encoded = secret.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  if (isBase64 && bytes.length >= 24 && bytes.length <= 64) return null;
  return 'starts with whsec_, so it must go on with base64 of 24 to 64 bytes';
}
