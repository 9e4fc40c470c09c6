import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { type HubConfig, loadConfig } from '../config/config.js';
import { keyId } from './secret-box.js';
import { loadSecretsKeys, openSecretBox } from './secrets-keys.js';

describe('the keys that secrets are encrypted with', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hub-test-'));
  });

  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  const configOf = (environment: Readonly<Record<string, string>>): HubConfig => loadConfig(environment);

  it('are those that are configured', () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const text = `${first.toString('base64')}, ${second.toString('base64')}`;
    expect(loadSecretsKeys(configOf({ SECRETS_KEY: text }))).toEqual([first, second]);
  });

  it('are made once in the data directory, for the owner alone', async () => {
    const config = configOf({ DATA_DIR: join(dataDir, 'new') });
    const keys = loadSecretsKeys(config);
    expect(keys.map((key) => key.length)).toEqual([32]);
    expect((await stat(join(dataDir, 'new', 'secrets.key'))).mode & 0o777).toBe(0o600);
    expect(loadSecretsKeys(config)).toEqual(keys);
  });

  it('are not made anew over a file that cannot be read', async () => {
    await writeFile(join(dataDir, 'secrets.key'), 'half a key');
    expect(() => loadSecretsKeys(configOf({ DATA_DIR: dataDir }))).toThrow('must hold 32 bytes in base64');
  });
});

describe('a database of secrets', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const [first, second] = [randomBytes(32), randomBytes(32)];

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('opens with the key of its first start, and with no other', async () => {
    await openSecretBox([first], dataSource);
    expect((await openSecretBox([first], dataSource)).currentKeyId).toBe(keyId(first));
    await expect(openSecretBox([second], dataSource)).rejects.toThrow(
      `SECRETS_KEY does not fit this database: its secrets are encrypted with the key ${keyId(first)}`,
    );
  });

  it('takes a new key beside the old one, and from then on needs both', async () => {
    expect((await openSecretBox([second, first], dataSource)).currentKeyId).toBe(keyId(second));
    await expect(openSecretBox([second], dataSource)).rejects.toThrow(keyId(first));
    await expect(openSecretBox([first], dataSource)).rejects.toThrow(keyId(second));
  });
});
