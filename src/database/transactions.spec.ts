import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Account } from '../accounts/account.entities.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { Transactions } from './transactions.service.js';

const ACCOUNT = { id: '0193b3a4-9d5e-7abc-8def-0123456789ab', name: 'saved', createdAt: new Date() };
const INSERT = 'INSERT INTO noted (id, words) VALUES ($1, $2)';

describe('transactions', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    transactions = new Transactions(dataSource);
    await dataSource.query('CREATE TABLE noted (id int PRIMARY KEY, words text)');
  });

  beforeEach(() => dataSource.query('TRUNCATE noted'));

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const noted = async () =>
    (await transactions.query<{ id: number }>('SELECT id FROM noted ORDER BY id')).map(({ id }) => id);

  it('do what is sent in order, before what is asked for afterwards', async () => {
    const words = await transactions.run(async (transaction) => {
      transaction.send(INSERT, [1, 'first']);
      transaction.send(`UPDATE noted SET words = words || ', then second' WHERE id = $1`, [1]);
      return transaction.query('SELECT words FROM noted');
    });
    expect(words).toEqual([{ words: 'first, then second' }]);
    expect(await noted()).toEqual([1]);
  });

  it('commit what is sent last, with nobody waiting for it', async () => {
    await transactions.run((transaction) => Promise.resolve(transaction.send(INSERT, [1, 'last'])));
    expect(await noted()).toEqual([1]);
  });

  it('fail with the reason of what was sent and failed, whatever came after it, and keep nothing', async () => {
    const failed = transactions.run(async (transaction) => {
      transaction.send(INSERT, [1, 'kept by nobody']);
      transaction.send(INSERT, [1, 'a second one']);
      transaction.send(INSERT, [2, 'refused, since the one before failed']);
      await transaction.query('SELECT 1');
    });
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    expect(await noted()).toEqual([]);
  });

  it('fail when the last that was sent fails', async () => {
    const failed = transactions.run((transaction) => {
      transaction.send(INSERT, [1, 'once']);
      return Promise.resolve(transaction.send(INSERT, [1, 'twice']));
    });
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    expect(await noted()).toEqual([]);
  });

  it('fail when something cannot be written down for PostgreSQL at all', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const failed = transactions.run((transaction) => {
      transaction.send(INSERT, [1, 'alone']);
      return Promise.resolve(transaction.send('INSERT INTO noted (words, id) VALUES ($1, 2)', [circular]));
    });
    await expect(failed).rejects.toThrow('circular');
    expect(await noted()).toEqual([]);
  });

  it('take back what was sent when the work fails', async () => {
    const failed = transactions.run((transaction) => {
      transaction.send(INSERT, [1, 'in vain']);
      return Promise.reject(new Error('the work failed'));
    });
    await expect(failed).rejects.toThrow('the work failed');
    expect(await noted()).toEqual([]);
  });

  it('take back what was sent when the work fails at once, and leave nothing open', async () => {
    const failing = (): Promise<void> => {
      throw new Error('failed at once');
    };
    await expect(transactions.run(failing)).rejects.toThrow('failed at once');
    const [row] = await transactions.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`,
    );
    expect(row).toEqual({ open: 0 });
  });

  it('take nothing more when they are over', async () => {
    const given = await transactions.run((transaction) => Promise.resolve(transaction));
    expect(() => given.send(INSERT, [1, 'too late'])).toThrow('The transaction is over');
    await expect(given.query('SELECT 1')).rejects.toThrow('The transaction is over');
    expect(await noted()).toEqual([]);
  });

  it('let what TypeORM does in a transaction of its own be part of them', async () => {
    const failed = transactions.run(async (transaction) => {
      await transaction.manager.transaction((nested) => nested.query(INSERT, [1, 'nested']));
      throw new Error('after the nested one');
    });
    await expect(failed).rejects.toThrow('after the nested one');
    expect(await noted()).toEqual([]);
  });

  it('tell whoever asked to know how they ended, once', async () => {
    const told: string[] = [];
    const tell = (failing: boolean) =>
      transactions.run((transaction) => {
        transaction.afterCommit(() => told.push('committed'));
        transaction.afterRollback(() => told.push('failed'));
        transaction.send(failing ? 'SELECT 1/0' : 'SELECT 1');
        return Promise.resolve();
      });
    await tell(false);
    await expect(tell(true)).rejects.toMatchObject({ code: '22012' });
    expect(told).toEqual(['committed', 'failed']);
  });

  it('take in what TypeORM saves', async () => {
    const failed = transactions.run(async (transaction) => {
      await transaction.manager.save(Account, { ...ACCOUNT, subscriptionsVersion: 0 });
      throw new Error('after the save');
    });
    await expect(failed).rejects.toThrow('after the save');
    expect(await dataSource.getRepository(Account).countBy({ id: ACCOUNT.id })).toBe(0);
  });

  it('are run again when PostgreSQL broke a deadlock by one of them', async () => {
    await dataSource.query(`INSERT INTO noted VALUES (1, ''), (2, '')`);
    let runs = 0;
    let bothHold: () => void = () => undefined;
    const met = new Promise<void>((resolve) => (bothHold = resolve));
    let holding = 0;
    const lockBoth = (first: number, second: number) =>
      transactions.run(async (transaction) => {
        runs++;
        await transaction.query('SELECT 1 FROM noted WHERE id = $1 FOR UPDATE', [first]);
        if (++holding === 2) bothHold();
        await met;
        transaction.send('UPDATE noted SET words = words || $2 WHERE id = $1', [second, 'x']);
      });
    await Promise.all([lockBoth(1, 2), lockBoth(2, 1)]);
    expect(runs).toBe(3);
    expect(await transactions.query('SELECT words FROM noted')).toEqual([{ words: 'x' }, { words: 'x' }]);
  });
});
