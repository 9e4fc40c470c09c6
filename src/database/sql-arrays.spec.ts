import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { plainArray, textArray, timeArray, uuidArray } from './sql-arrays.js';

describe('array parameters', () => {
  let client: pg.Client;

  beforeAll(async () => {
    client = new pg.Client({ connectionString: process.env.HUB_TEST_DATABASE_URL });
    await client.connect();
  });

  afterAll(() => client.end());

  it('arrive as they were given, whatever the text holds', async () => {
    const texts = [
      'plain',
      '',
      'NULL',
      'null',
      null,
      'a "quoted" one',
      'back\\slash',
      '{braces, and commas}',
      ' spaces ',
      "'",
      'ünï ✓',
      'two\nlines',
    ];
    const { rows } = await client.query<{ texts: (string | null)[] }>('SELECT $1::text[] AS texts', [textArray(texts)]);
    expect(rows[0]?.texts).toEqual(texts);
  });

  it('keep numbers, booleans, ids and times', async () => {
    const id = '01a1fb83-0d8e-7144-b4e6-6a6dd7b1f8d5';
    const time = new Date('2026-01-31T12:00:00.123Z');
    const { rows } = await client.query<Record<string, unknown[]>>(
      'SELECT $1::int[] AS numbers, $2::boolean[] AS flags, $3::uuid[] AS ids, $4::timestamptz[] AS times',
      [plainArray([1, -2, null]), plainArray([true, false]), uuidArray([id, null]), timeArray([time, null])],
    );
    expect(rows[0]).toEqual({ numbers: [1, -2, null], flags: [true, false], ids: [id, null], times: [time, null] });
  });

  it('may be empty', async () => {
    const { rows } = await client.query<{ none: string[] }>('SELECT $1::text[] AS none', [textArray([])]);
    expect(rows[0]?.none).toEqual([]);
  });
});
