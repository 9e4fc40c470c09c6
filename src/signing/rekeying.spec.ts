import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { newUuid } from '../common/ids.js';
import { Transactions } from '../database/transactions.service.js';
import { type Rekeyed, Rekeying } from './rekeying.js';
import { keyId, SecretBox, type SecretBinding } from './secret-box.js';
import { openSecretBox } from './secrets-keys.js';

describe('encrypting anew with a new key', () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const [oldBox, newBox] = [new SecretBox([oldKey]), new SecretBox([newKey])];
  let database: TestDatabase;
  let dataSource: DataSource;
  let accountId: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    accountId = newUuid();
    await dataSource.query(`INSERT INTO accounts (id, name, created_at) VALUES ($1, 'Acme', now())`, [accountId]);
    await openSecretBox([oldKey], dataSource);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const bindingOf = (column: 'secret' | 'previous_secret' | 'headers', rowId: string): SecretBinding => {
    return { table: 'subscriptions', column, rowId };
  };

  /** Deleted ones have an empty secret. */
  async function subscribe(count: number, secretOf: (id: string) => Buffer): Promise<string[]> {
    const ids = Array.from({ length: count }, newUuid);
    await dataSource.query(
      `INSERT INTO subscriptions (id, account_id, dialect, url, events, status, status_changed_at, secret, headers, created_at, updated_at)
       SELECT s.id, $2, 'standard', 'https://example.com', '{*}', 'active', now(), s.secret, s.headers, now(), now()
       FROM unnest($1::uuid[], $3::bytea[], $4::bytea[]) AS s(id, secret, headers)`,
      [ids, accountId, ids.map(secretOf), ids.map((id) => oldBox.seal('{}', bindingOf('headers', id)))],
    );
    return ids;
  }

  async function rekey(tell: (line: string) => void = () => undefined): Promise<Rekeyed> {
    const box = await openSecretBox([newKey, oldKey], dataSource);
    return new Rekeying(box, new Transactions(dataSource), tell).run();
  }

  async function stored(column: 'secret' | 'previous_secret' | 'headers', id: string): Promise<Buffer> {
    const rows: { sealed: Buffer }[] = await dataSource.query(
      `SELECT ${column} AS sealed FROM subscriptions WHERE id = $1`,
      [id],
    );
    return rows[0]?.sealed ?? Buffer.alloc(0);
  }

  const sealed = (id: string) => oldBox.seal(`secret of ${id}`, bindingOf('secret', id));

  it('reaches every row of a large table, and finds nothing to do the next time', async () => {
    const ids = await subscribe(450, sealed);
    await subscribe(1, () => Buffer.alloc(0));
    const told: string[] = [];
    const first = await rekey((line) => told.push(line));
    expect(first).toMatchObject({ unreadable: [], left: [] });
    expect(first.rows.get('subscriptions')).toBe(451);
    expect(told).toContain('subscriptions: 200 rows encrypted anew');
    for (const id of ids) {
      expect(newBox.open(await stored('secret', id), bindingOf('secret', id))).toBe(`secret of ${id}`);
      expect(newBox.open(await stored('headers', id), bindingOf('headers', id))).toBe('{}');
    }
    expect((await rekey()).rows.get('subscriptions')).toBe(0);
    expect((await openSecretBox([newKey], dataSource)).keyIds).toEqual([keyId(newKey)]);
  });

  it('leaves a secret alone that is written meanwhile', async () => {
    const [id = ''] = await subscribe(1, sealed);
    const writer = dataSource.createQueryRunner();
    await writer.startTransaction();
    await writer.query(`SELECT 1 FROM subscriptions WHERE id = $1 FOR UPDATE`, [id]);
    const done = rekey();
    await untilWaiting();
    const newer = new SecretBox([newKey, oldKey]).seal('newer', bindingOf('secret', id));
    const previous = oldBox.seal(`secret of ${id}`, bindingOf('previous_secret', id));
    await writer.query(`UPDATE subscriptions SET secret = $2, previous_secret = $3 WHERE id = $1`, [
      id,
      newer,
      previous,
    ]);
    await writer.commitTransaction();
    await writer.release();
    expect((await done).left).toEqual([]);
    expect(await stored('secret', id)).toEqual(newer);
    expect(newBox.open(await stored('previous_secret', id), bindingOf('previous_secret', id))).toBe(`secret of ${id}`);
  });

  it('goes on behind what it cannot open, tells where that is, and keeps asking for its key', async () => {
    const [first = ''] = await subscribe(1, () => sealed(newUuid()));
    const [second = ''] = await subscribe(1, sealed);
    const { unreadable, left } = await rekey();
    expect(unreadable).toEqual([`subscriptions.secret of ${first}`]);
    expect(left).toEqual([{ table: 'subscriptions', column: 'secret', keyId: keyId(oldKey), count: 1 }]);
    expect(newBox.open(await stored('secret', second), bindingOf('secret', second))).toBe(`secret of ${second}`);
    await expect(openSecretBox([newKey], dataSource)).rejects.toThrow(`encrypted with the key ${keyId(oldKey)}`);
  });

  it('does not let a key be taken away that a process went on using afterwards', async () => {
    expect((await rekey()).left).toEqual([]);
    await subscribe(1, sealed);
    await expect(openSecretBox([newKey], dataSource)).rejects.toThrow(`encrypted with the key ${keyId(oldKey)}`);
    expect((await rekey()).left).toEqual([]);
    expect((await openSecretBox([newKey], dataSource)).currentKeyId).toBe(keyId(newKey));
  });

  /** Until the other transaction is waited for. */
  async function untilWaiting(): Promise<void> {
    for (;;) {
      const waiting: unknown[] = await dataSource.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (waiting.length > 0) return;
    }
  }
});
