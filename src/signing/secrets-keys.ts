import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { ConfigError, type HubConfig } from '../config/config.js';
import { EncryptionKey } from './encryption-key.entity.js';
import { SecretBox } from './secret-box.js';
import { storedSecrets } from './stored-secrets.js';

const CHECK_TEXT = 'ats-integration-hub';
const FILE = 'secrets.key';

/** Whoever changes which keys are noted holds it. */
export const KEYS_LOCK = `SELECT pg_advisory_xact_lock(hashtext('hub:encryption-keys'))`;

/** The keys from the configuration, else the one in `DATA_DIR`, made at the first start with mode 0600. */
export function loadSecretsKeys(config: HubConfig): readonly Buffer[] {
  if (config.secretsKeys) return config.secretsKeys;
  const path = join(config.dataDir, FILE);
  if (existsSync(path)) {
    const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
    if (key.length !== 32)
      throw new ConfigError([`${path} must hold 32 bytes in base64. Put the key back from a backup.`]);
    return [key];
  }
  const key = randomBytes(32);
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(path, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return [key];
}

/**
 * Refuses keys that don't fit the database: every key that its secrets may be encrypted with must be given. The first
 * start on a database notes the key; a new first key is noted when it comes with the old ones.
 */
export async function openSecretBox(keys: readonly Buffer[], dataSource: DataSource): Promise<SecretBox> {
  const box = new SecretBox(keys);
  await dataSource.transaction(async (manager) => {
    await manager.query(KEYS_LOCK);
    const noted = await manager.find(EncryptionKey);
    // A process that went on with an old key first, after `secrets:rekey` was through, has used one that is not noted any more.
    const stored = await storedSecrets((sql) => manager.query(sql));
    const used = new Set([...noted.map(({ id }) => id), ...stored.map((one) => one.keyId)]);
    const missing = [...used].filter((id) => !box.keyIds.includes(id));
    if (missing.length > 0) {
      const ids = missing.join(', ');
      throw new ConfigError([
        `SECRETS_KEY does not fit this database: its secrets are encrypted with the key ${ids}. Give that key, after a comma if there is a newer one.`,
      ]);
    }
    if (noted.some((row) => row.id === box.currentKeyId)) return;
    const check = box.seal(CHECK_TEXT, { table: 'encryption_keys', column: 'check', rowId: box.currentKeyId });
    await manager.insert(EncryptionKey, { id: box.currentKeyId, check });
  });
  return box;
}
