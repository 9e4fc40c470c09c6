import type { EntityManager } from 'typeorm';

/** One open database transaction: what is done through it commits or rolls back together. */
export interface Transaction {
  /** For TypeORM's repositories: `transaction.manager.getRepository(…)`. */
  readonly manager: EntityManager;
  /** Hand-written SQL. Answers the rows. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Adds rows to a table. `columns` are its names, `rows` their values as `encodeRows` of the database module writes them. */
  copy(table: string, columns: readonly string[], rows: Buffer): Promise<void>;
  /** Runs once the commit is certain, never awaited by the committer; must not throw. */
  afterCommit(callback: () => void): void;
  /** Runs once the transaction has failed, or its commit may have; must not throw. */
  afterRollback(callback: () => void): void;
}
