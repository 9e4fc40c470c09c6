import { Injectable } from '@nestjs/common';
import { finished } from 'node:stream/promises';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { from } from 'pg-copy-streams';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { Transaction } from '../common/transaction.js';

/** SQLSTATE deadlock_detected. */
const DEADLOCK = '40P01';
const MAX_TRIES = 4;

/**
 * Opens transactions. Statements go straight to the `pg` client, and COMMIT's own answer is checked: PostgreSQL turns
 * the commit of a transaction in which a statement failed into a rollback, and TypeORM reports that as success.
 */
@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction. Rejects, with everything rolled back, when `work` or the commit fails; when
   * PostgreSQL broke a deadlock by it, runs it again.
   */
  async run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.runOnce(work);
      } catch (error) {
        if (tries >= MAX_TRIES || (error as { code?: unknown }).code !== DEADLOCK) throw error;
      }
    }
  }

  private async runOnce<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let transaction: OpenTransaction | null = null;
    try {
      const client = (await runner.connect()) as PoolClient;
      transaction = new OpenTransaction(runner, client);
      // Through TypeORM, so that its own `save` joins this transaction and doesn't open a second one.
      await runner.startTransaction();
      const result = await work(transaction).catch(async (error: unknown) => {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      });
      const committed = await client.query('COMMIT');
      if (committed.command !== 'COMMIT')
        throw new Error('The transaction was rolled back: a statement in it had failed.');
      transaction.ended('committed');
      return result;
    } catch (error) {
      transaction?.ended('failed');
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** One statement in its own transaction. */
  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      const result: QueryResult<Row> = await client.query<Row>(prepared(sql, parameters));
      return result.rows;
    } finally {
      await runner.release();
    }
  }
}

const MAX_PREPARED = 200;
const preparedNames = new Map<string, string>();

/**
 * Statements are prepared once a connection, which spares the parsing of the long ones on the hot path. Plans are made anew
 * every time (`plan_cache_mode` in `ormconfig.ts`): one that was made for an empty table must not outlive it.
 */
function prepared(sql: string, parameters: readonly unknown[]): QueryConfig {
  let name = preparedNames.get(sql);
  if (name === undefined && preparedNames.size < MAX_PREPARED) {
    name = `hub_${preparedNames.size}`;
    preparedNames.set(sql, name);
  }
  return { ...(name !== undefined && { name }), text: sql, values: parameters as unknown[] };
}

class OpenTransaction implements Transaction {
  private readonly callbacks = { committed: [] as (() => void)[], failed: [] as (() => void)[] };

  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const result: QueryResult<Row> = await this.client.query<Row>(prepared(sql, parameters));
    return result.rows;
  }

  async copy(table: string, columns: readonly string[], rows: Buffer): Promise<void> {
    const stream = this.client.query(from(`COPY ${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`));
    stream.end(rows);
    await finished(stream);
  }

  afterCommit(callback: () => void): void {
    this.callbacks.committed.push(callback);
  }

  afterRollback(callback: () => void): void {
    this.callbacks.failed.push(callback);
  }

  ended(how: 'committed' | 'failed'): void {
    for (const callback of this.callbacks[how]) callback();
  }
}
