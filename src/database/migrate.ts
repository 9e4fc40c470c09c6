import { DataSource, type DataSourceOptions } from 'typeorm';

/** Brings the schema up to date. Processes that start together wait for each other. */
export async function migrate(options: DataSourceOptions): Promise<void> {
  // A migration of a large table takes longer than a statement of the hub may.
  const extra = { ...(options.extra as object | undefined), statement_timeout: 0 };
  const dataSource = new DataSource({ ...options, extra, poolSize: 2 } as DataSourceOptions);
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtext('hub:migrations'))`);
    await dataSource.runMigrations();
    await lock.query(`SELECT pg_advisory_unlock(hashtext('hub:migrations'))`);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
