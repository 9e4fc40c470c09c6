import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { DatabaseProxy } from '../../test/support/database-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { endWhenSilent } from './silent-connections.js';
import { Transactions } from './transactions.service.js';

const LIMIT_MS = 500;

describe('connections to a database whose host is gone without a word', () => {
  let database: TestDatabase;
  let proxy: DatabaseProxy;
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await DatabaseProxy.start(database.url);
    const options = dataSourceOptions(proxy.url);
    const extra = { ...(options.extra as object), onConnect: endWhenSilent(LIMIT_MS) };
    dataSource = await new DataSource({ ...options, extra }).initialize();
    transactions = new Transactions(dataSource);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await proxy.close();
    await database.drop();
  });

  it('are given up, and new ones lead to the next host', async () => {
    const interrupted = transactions.run(async (transaction) => {
      await transaction.query('SELECT 1');
      proxy.freeze();
      await transaction.query('SELECT 1');
    });
    await expect(interrupted).rejects.toThrow('Connection terminated');
    expect(await transactions.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('are kept while statements take less than the limit', async () => {
    for (let round = 0; round < 3; round++) await transactions.query('SELECT pg_sleep(0.3)');
    expect(await transactions.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
