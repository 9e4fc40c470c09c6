import { Injectable } from '@nestjs/common';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import type { Transaction } from '../common/transaction.js';
import { CopyIn } from './copy-in.js';

/** SQLSTATE deadlock_detected. */
const DEADLOCK = '40P01';
/**
 * SQLSTATE in_failed_sql_transaction, of whatever comes after a statement that failed, and invalid_sql_statement_name, of what was to be
 * prepared by one of these.
 */
const ALREADY_FAILED: ReadonlySet<unknown> = new Set(['25P02', '26000']);
const MAX_TRIES = 4;

/**
 * Opens transactions. Statements go straight to the `pg` client, which sends each of them at once, whatever is still under way
 * (`pipeline` in `ormconfig.ts`). COMMIT's own answer is checked: PostgreSQL turns the commit of a transaction in which a
 * statement failed into a rollback.
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
        if (tries >= MAX_TRIES || codeOf(error) !== DEADLOCK) throw error;
      }
    }
  }

  private async runOnce<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let transaction: OpenTransaction | null = null;
    try {
      const client = (await runner.connect()) as PoolClient;
      transaction = new OpenTransaction(runner, client);
      const result = await transaction.do(work).catch(async (error: unknown) => {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      });
      const committed = await client.query('COMMIT');
      if (transaction.failure) throw transaction.failure;
      if (committed.command !== 'COMMIT')
        throw new Error('The transaction was rolled back: a statement in it had failed.');
      transaction.ended('committed');
      return result;
    } catch (error) {
      transaction?.ended('failed');
      throw (ALREADY_FAILED.has(codeOf(error)) && transaction?.failure) || error;
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

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

class OpenTransaction implements Transaction {
  private readonly callbacks = { committed: [] as (() => void)[], failed: [] as (() => void)[] };
  /** Of what was sent: why it failed. */
  failure: Error | null = null;
  private isOpen = true;

  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
  ) {}

  /** From the start of the transaction to where nothing is left but to end it. */
  async do<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.client.query('START TRANSACTION', this.noteFailure);
    // For TypeORM, whose own `save` joins this transaction and doesn't open a second one. Its `startTransaction` would be waited for.
    Object.assign(this.runner, { isTransactionActive: true, transactionDepth: 1 });
    try {
      const result = await work(this);
      // What could not even be sent leaves nothing in PostgreSQL that would refuse the commit.
      if (this.failure) throw this.failure;
      return result;
    } finally {
      this.isOpen = false;
    }
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    this.assertOpen();
    const result: QueryResult<Row> = await this.client.query<Row>(prepared(sql, parameters));
    return result.rows;
  }

  send(sql: string, parameters: readonly unknown[] = []): void {
    this.assertOpen();
    this.client.query(prepared(sql, parameters), this.noteFailure);
  }

  copy(table: string, columns: readonly string[], rows: Buffer, afterwards: () => void): void {
    this.assertOpen();
    const statement = `COPY ${table} (${columns.join(', ')}) FROM STDIN (FORMAT binary)`;
    const done = (error: Error | null | undefined) => (error ? this.noteFailure(error) : afterwards());
    this.client.query(new CopyIn(statement, rows, done));
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

  /** The connection may be somebody else's by now. */
  private assertOpen(): void {
    if (!this.isOpen) throw new Error('The transaction is over: whatever belongs to it must be awaited by its work.');
  }

  private readonly noteFailure = (error: Error | null | undefined): void => {
    if (error) this.failure ??= error;
  };
}
