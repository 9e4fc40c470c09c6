import { createHmac, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { Transactions } from '../database/transactions.service.js';
import { type KeyedHashes, openKeyedHashes } from './keyed-hashes.js';
import { Rekeying } from './rekeying.js';
import { keyId } from './secret-box.js';
import { openSecretBox } from './secrets-keys.js';

describe('keyed hashes', () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function open(...keys: Buffer[]): Promise<KeyedHashes> {
    return openKeyedHashes(keys, await openSecretBox(keys, dataSource), dataSource);
  }

  async function rekey(...keys: Buffer[]): Promise<void> {
    const box = await openSecretBox(keys, dataSource);
    const { left } = await new Rekeying(box, new Transactions(dataSource), () => undefined).run();
    expect(left).toEqual([]);
  }

  /** The database of a hub that keyed its hashes with what is derived from SECRETS_KEY. */
  async function makeOld(key: Buffer, hasErased: boolean): Promise<void> {
    while ((await dataSource.query(`SELECT to_regclass('hash_keys') AS found`))[0].found !== null)
      await dataSource.undoLastMigration();
    await dataSource.query(`INSERT INTO encryption_keys (id, "check") VALUES ($1, '')`, [keyId(key)]);
    if (hasErased) {
      const id = '01900000-0000-7000-8000-000000000001';
      await dataSource.query(`INSERT INTO accounts (id, name, created_at) VALUES ($1, 'Acme', now())`, [id]);
      await dataSource.query(`INSERT INTO erased_subjects VALUES ($1, 'x', '*', now())`, [id]);
    }
    await dataSource.runMigrations();
  }

  const olderHash = (key: Buffer, text: string) => {
    const derived = createHmac('sha256', key).update('hub:keyed-hash').digest();
    return createHmac('sha256', derived).update(text).digest();
  };

  it('are the same in every process of a database, and differ between databases', async () => {
    const [first, second] = await Promise.all([open(oldKey), open(oldKey)]);
    expect(first.of('jane')).toEqual(second.of('jane'));
    expect(first.of('jane')).toHaveLength(1);
    expect(first.of('jane')).not.toEqual(first.of('omar'));
    expect(first.of('jane')).not.toContainEqual(olderHash(oldKey, 'jane'));
  });

  it('stay the same when SECRETS_KEY changes', async () => {
    const before = (await open(oldKey)).of('jane');
    await open(newKey, oldKey);
    await rekey(newKey, oldKey);
    expect((await open(newKey)).of('jane')).toEqual(before);
  });

  it('of a database that keyed them with SECRETS_KEY are known when that key is long gone', async () => {
    await makeOld(oldKey, true);
    const [current, ...others] = (await open(oldKey)).of('jane');
    expect(others).toEqual([olderHash(oldKey, 'jane')]);
    expect(current).not.toEqual(others[0]);
    await open(newKey, oldKey);
    await rekey(newKey, oldKey);
    expect((await open(newKey)).of('jane')).toEqual([current, ...others]);
  });

  it('need no older key where nobody was erased', async () => {
    await makeOld(oldKey, false);
    expect((await open(oldKey)).of('jane')).toHaveLength(1);
  });
});
