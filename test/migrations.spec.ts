import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../ormconfig.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

/** Migrations make the schema that the entities describe, and can be taken back. */

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** Columns, constraints, indexes and sequences as PostgreSQL writes them. */
async function schema(): Promise<string[]> {
  const rows: { line: string }[] = await dataSource.query(`
    SELECT format('column %s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default) AS line
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('sequence %s', sequencename) FROM pg_sequences WHERE schemaname = 'public'
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

describe('migrations', () => {
  // TypeORM's schema builder, which the hub itself never runs, asks several things of one connection at a time: pg warns of it.
  it('leave nothing to do for the entities', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('are all listed, in the order of their names', async () => {
    const names = dataSource.migrations.map(({ name }) => name ?? '');
    const times = names.map((name) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(await dataSource.showMigrations()).toBe(false);
  });

  it('can be taken back to nothing, and done again', async () => {
    const before = await schema();
    for (let undone = dataSource.migrations.length; undone > 0; undone--) await dataSource.undoLastMigration();
    expect((await schema()).filter((line) => !line.includes('migrations'))).toEqual([]);
    await dataSource.runMigrations();
    expect(await schema()).toEqual(before);
  });
});
