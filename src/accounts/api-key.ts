import { createHash, randomBytes } from 'node:crypto';

/** `hub_` and 256 random bits: unguessable, so a plain SHA-256 of it is enough to store. */
export function newApiKey(): string {
  return `hub_${randomBytes(32).toString('base64url')}`;
}

export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
