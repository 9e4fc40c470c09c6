import type { EntityManager } from 'typeorm';

/** One open database transaction: what is done through it commits or rolls back together. */
export interface Transaction {
  /** For TypeORM's repositories: `transaction.manager.getRepository(…)`. */
  readonly manager: EntityManager;
  /** Hand-written SQL. Answers the rows. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs once the commit is certain, never awaited by the committer; must not throw. */
  afterCommit(callback: () => void): void;
}
