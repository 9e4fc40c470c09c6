import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { boolean, bytes, type Column, copyRows, int, text, texts, time, uuid } from './copy-rows.js';
import { Transactions } from './transactions.service.js';

interface Row {
  readonly id: string | null;
  readonly words: string | null;
  readonly list: readonly string[] | null;
  readonly number: number | null;
  readonly flag: boolean;
  readonly at: Date;
  readonly raw: Buffer | null;
  readonly document: string | null;
}

const COLUMNS: readonly Column<Row>[] = [
  uuid('id', (row) => row.id),
  text('words', (row) => row.words),
  texts('list', (row) => row.list),
  int('number', (row) => row.number),
  boolean('flag', (row) => row.flag),
  time('at', (row) => row.at),
  bytes('raw', (row) => row.raw),
  text('document', (row) => row.document),
];

const PLAIN: Row = {
  id: '0193b3a4-9d5e-7abc-8def-0123456789ab',
  words: 'Zoë "quoted" \\ back\tslash\n𝒵',
  list: ['', 'a,b', '{"x"}', 'Ünï'],
  number: -2_147_483_648,
  flag: true,
  at: new Date('2026-11-21T04:05:06.789Z'),
  raw: Buffer.from([0, 255, 10, 92, 46]),
  document: '{"z": 1.0, "a": [12345678901234567890]}',
};
const EMPTY: Row = { ...PLAIN, id: null, words: '', list: [], number: 0, flag: false, raw: Buffer.alloc(0) };
const NOTHING: Row = { ...EMPTY, words: null, list: null, number: null, raw: null, document: null };

describe('copied rows', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    transactions = new Transactions(dataSource);
    await dataSource.query(
      'CREATE TABLE copied (position serial, id uuid, words text, list text[], number int, flag boolean, at timestamptz(3), raw bytea, document json)',
    );
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const stored = () =>
    transactions.query<Row>(
      'SELECT id, words, list, number, flag, at, raw, document::text AS document FROM copied ORDER BY position',
    );
  const copy = (rows: readonly Row[]) =>
    transactions.run((transaction) => Promise.resolve(copyRows('copied', COLUMNS, rows, transaction)));

  it('are read back as they were given, empty and absent values told apart', async () => {
    await copy([PLAIN, EMPTY, NOTHING]);
    expect(await stored()).toEqual([PLAIN, EMPTY, NOTHING]);
    await dataSource.query('TRUNCATE copied');
  });

  it('keep times before 1970 and after 2100', async () => {
    const times = ['0001-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];
    await copy(times.map((at) => ({ ...NOTHING, at: new Date(at) })));
    expect((await stored()).map(({ at }) => at.toISOString())).toEqual(times);
    await dataSource.query('TRUNCATE copied');
  });

  it('may be larger than was thought at first', async () => {
    const large = { ...PLAIN, words: '€'.repeat(300_000), raw: Buffer.alloc(2_000_000, 7) };
    await copy([large, PLAIN]);
    expect(await stored()).toEqual([large, PLAIN]);
    await dataSource.query('TRUNCATE copied');
  });

  it('are none at all when one of them is refused, and the connection serves on', async () => {
    await expect(copy([PLAIN, { ...PLAIN, words: 'half\0' }])).rejects.toMatchObject({ code: '22021' });
    expect(await stored()).toEqual([]);
    await copy([PLAIN]);
    expect(await stored()).toEqual([PLAIN]);
  });
});
