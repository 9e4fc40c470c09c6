import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SecretBinding } from './sealed-columns.js';

export type { SecretBinding };

const FORMAT = 1;
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;

/** Names an encryption key without telling it: the first 8 bytes of its SHA-256, in hex. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES).toString('hex');
}

/**
 * Encrypts secrets at rest with AES-256-GCM. A ciphertext is `format | key id | nonce | tag | bytes`, and is bound to
 * the row and column it was made for: copied elsewhere it doesn't open.
 */
export class SecretBox {
  private readonly keysById: ReadonlyMap<string, Buffer>;
  private readonly currentKey: Buffer;

  /** The first key encrypts, all decrypt. */
  constructor(keys: readonly Buffer[]) {
    const [first] = keys;
    if (!first) throw new Error('A SecretBox needs at least one key.');
    this.currentKey = first;
    this.keysById = new Map(keys.map((key) => [keyId(key), key]));
  }

  get keyIds(): string[] {
    return [...this.keysById.keys()];
  }

  get currentKeyId(): string {
    return keyId(this.currentKey);
  }

  /** Whether a ciphertext is of the key that encrypts. */
  isCurrent(sealed: Buffer): boolean {
    return keyIdOf(sealed) === this.currentKeyId;
  }

  seal(plaintext: string, binding: SecretBinding | KeyCheck): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.currentKey, nonce);
    cipher.setAAD(bindingBytes(binding));
    const bytes = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return Buffer.concat([
      Buffer.from([FORMAT]),
      Buffer.from(this.currentKeyId, 'hex'),
      nonce,
      cipher.getAuthTag(),
      bytes,
    ]);
  }

  /** Throws when the key is not known, or the ciphertext was made for another place or was changed. */
  open(sealed: Buffer, binding: SecretBinding | KeyCheck): string {
    if (sealed.length < HEADER_BYTES || sealed[0] !== FORMAT) throw new Error('Not a ciphertext of this hub.');
    const id = keyIdOf(sealed);
    const key = this.keysById.get(id);
    if (!key) throw new Error(`A stored secret is encrypted with the key ${id}, which SECRETS_KEY does not hold.`);
    const nonce = sealed.subarray(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(bindingBytes(binding));
    decipher.setAuthTag(sealed.subarray(HEADER_BYTES - TAG_BYTES, HEADER_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
  }
}

/** By which a key proves to be the one that is noted: encrypted with that key, and with no other ever. */
interface KeyCheck {
  readonly table: 'encryption_keys';
  readonly column: 'check';
  readonly rowId: string;
}

function keyIdOf(sealed: Buffer): string {
  return sealed.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
}

function bindingBytes({ table, column, rowId }: SecretBinding | KeyCheck): Buffer {
  return Buffer.from(`${table}.${column}:${rowId}`, 'utf8');
}
