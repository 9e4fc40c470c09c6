import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SEALED_TABLES, sealedColumnsOf } from '../src/signing/sealed-columns.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

/**
 * Bytes that are no ciphertext, each for its reason. A new column of bytes stands here or in `SEALED_COLUMNS`: what is sealed and
 * not listed there could not be read any more once a SECRETS_KEY is taken away.
 */
const PLAIN: Readonly<Record<string, string>> = {
  'api_keys.key_hash': 'a hash, which is all that is kept of a key',
  'attempts.request_body': 'what was sent, its credentials masked',
  'attempts.response_body': 'what was answered',
  'encryption_keys.check': 'sealed with the very key that it is about, and deleted with it',
  'erased_subjects.id_hash': 'a keyed hash',
  'erasures.id_hash': 'a keyed hash',
  'events.content': 'the event',
  'events.received': 'the event as it came',
  'idempotency_keys.body_hash': 'a hash',
  'inbound_requests.body': 'the call as it came',
  'sources.token_hash': 'a hash, by which the address is found',
};

describe('every column of bytes', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('is either re-encrypted by secrets:rekey or known to hold no ciphertext', async () => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
       JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
       WHERE c.table_schema = 'public' AND c.udt_name = 'bytea' AND NOT t.relispartition`,
    );
    const sealed = SEALED_TABLES.flatMap((table) => sealedColumnsOf(table).map((column) => `${table}.${column}`));
    expect(rows.map(({ name }) => name).sort()).toEqual([...sealed, ...Object.keys(PLAIN)].sort());
  });
});
