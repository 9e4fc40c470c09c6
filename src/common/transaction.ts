import type { EntityManager } from 'typeorm';

/** One open database transaction: what is done through it commits or rolls back together. */
export interface Transaction {
  /** For TypeORM's repositories: `transaction.manager.getRepository(…)`. */
  readonly manager: EntityManager;
  /** Hand-written SQL. Answers the rows. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /**
   * SQL of which nobody wants to know the rows: nobody waits for it either, and a dozen of them cost one trip to the database.
   * What is sent is done in order, before whatever comes after it; one that fails fails the transaction.
   */
  send(sql: string, parameters?: readonly unknown[]): void;
  /**
   * Sends rows to a table. `columns` are its names, `rows` their values as `encodeRows` of the database module writes them;
   * `afterwards` is called once PostgreSQL has taken them all, and never if it has not.
   */
  copy(table: string, columns: readonly string[], rows: Buffer, afterwards: () => void): void;
  /** Runs once the commit is certain, never awaited by the committer; must not throw. */
  afterCommit(callback: () => void): void;
  /** Runs once the transaction has failed, or its commit may have; must not throw. */
  afterRollback(callback: () => void): void;
}
