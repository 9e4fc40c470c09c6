import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSourceOptions, MigrationInterface, QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/databases.js';
import { migrate } from './migrate.js';

/** Longer than a statement of the hub may take, in this test. */
class SlowMigration1999999999999 implements MigrationInterface {
  name = 'SlowMigration1999999999999';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('SELECT pg_sleep(0.5)');
  }

  async down(): Promise<void> {
    // Nothing to undo.
  }
}

describe('migrating', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('takes as long as it takes, and so does waiting for another process that migrates', async () => {
    const options = dataSourceOptions(database.url);
    const hasty = {
      ...options,
      migrations: [SlowMigration1999999999999],
      extra: { ...(options.extra as object), statement_timeout: 100 },
    } as DataSourceOptions;
    await expect(Promise.all([migrate(hasty), migrate(hasty)])).resolves.toHaveLength(2);
  });
});
