import { createHmac, randomBytes } from 'node:crypto';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { HashKey } from './hash-key.entity.js';
import { keyId, type SecretBox } from './secret-box.js';

const KEY_BYTES = 32;

/** Stands for texts without telling them to whoever lacks the keys: their HMAC-SHA256. */
export class KeyedHashes {
  constructor(private readonly keys: readonly [Buffer, ...Buffer[]]) {}

  /** By each key; the first is the one to store. */
  of(text: string): [current: Buffer, ...others: Buffer[]] {
    const [current, ...others] = this.keys;
    const hash = (key: Buffer) => createHmac('sha256', key).update(text).digest();
    return [hash(current), ...others.map(hash)];
  }
}

/** The hash keys of a database: made at its first start, and kept in it, sealed. */
export async function openKeyedHashes(
  secretsKeys: readonly Buffer[],
  box: SecretBox,
  dataSource: DataSource,
): Promise<KeyedHashes> {
  return dataSource.transaction(async (manager) => {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtext('hub:hash-keys'))`);
    await writeDown(secretsKeys, box, manager);
    if (!(await manager.existsBy(HashKey, { retiredAt: IsNull() }))) await makeKey(box, manager);
    const rows = await manager.find(HashKey, { order: { retiredAt: { direction: 'ASC', nulls: 'FIRST' } } });
    const [current, ...others] = rows.map((row) => openKey(row, box));
    if (!current) throw new Error('This database has no hash key.');
    return new KeyedHashes([current, ...others]);
  });
}

/** What earlier versions derived from each SECRETS_KEY, so that it is there when the SECRETS_KEY no longer is. */
async function writeDown(secretsKeys: readonly Buffer[], box: SecretBox, manager: EntityManager): Promise<void> {
  for (const { id } of await manager.findBy(HashKey, { key: IsNull() })) {
    const secretsKey = secretsKeys.find((key) => keyId(key) === id);
    if (!secretsKey) throw new Error(`SECRETS_KEY must hold the key ${id}: hashes were made with it.`);
    const derived = createHmac('sha256', secretsKey).update('hub:keyed-hash').digest();
    await manager.update(HashKey, { id }, { key: sealKey(id, derived, box) });
  }
}

async function makeKey(box: SecretBox, manager: EntityManager): Promise<void> {
  const key = randomBytes(KEY_BYTES);
  const id = keyId(key);
  await manager.insert(HashKey, { id, key: sealKey(id, key, box), retiredAt: null });
}

function sealKey(rowId: string, key: Buffer, box: SecretBox): Buffer {
  return box.seal(key.toString('base64'), { table: 'hash_keys', column: 'key', rowId });
}

function openKey({ id, key }: HashKey, box: SecretBox): Buffer {
  if (!key) throw new Error(`The hash key ${id} is not written down.`);
  return Buffer.from(box.open(key, { table: 'hash_keys', column: 'key', rowId: id }), 'base64');
}
