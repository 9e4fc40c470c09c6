import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

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
  private readonly hashKeys: readonly Buffer[];

  /** The first key encrypts, all decrypt. */
  constructor(keys: readonly Buffer[]) {
    const [first] = keys;
    if (!first) throw new Error('A SecretBox needs at least one key.');
    this.currentKey = first;
    this.keysById = new Map(keys.map((key) => [keyId(key), key]));
    this.hashKeys = keys.map((key) => createHmac('sha256', key).update('hub:keyed-hash').digest());
  }

  get keyIds(): string[] {
    return [...this.keysById.keys()];
  }

  get currentKeyId(): string {
    return keyId(this.currentKey);
  }

  /**
   * What stands for a text without telling it to whoever lacks the keys: its HMAC-SHA256 by each of them, the one to
   * store first.
   */
  keyedHashes(text: string): [current: Buffer, ...others: Buffer[]] {
    const hashes = this.hashKeys.map((key) => createHmac('sha256', key).update(text).digest());
    return hashes as [Buffer, ...Buffer[]];
  }

  seal(plaintext: string, binding: SecretBinding): Buffer {
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
  open(sealed: Buffer, binding: SecretBinding): string {
    if (sealed.length < HEADER_BYTES || sealed[0] !== FORMAT) throw new Error('Not a ciphertext of this hub.');
    const id = sealed.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
    const key = this.keysById.get(id);
    if (!key) throw new Error(`A stored secret is encrypted with the key ${id}, which SECRETS_KEY does not hold.`);
    const nonce = sealed.subarray(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(bindingBytes(binding));
    decipher.setAuthTag(sealed.subarray(HEADER_BYTES - TAG_BYTES, HEADER_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
  }
}

/** Where a ciphertext is stored. */
export interface SecretBinding {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

function bindingBytes({ table, column, rowId }: SecretBinding): Buffer {
  return Buffer.from(`${table}.${column}:${rowId}`, 'utf8');
}
