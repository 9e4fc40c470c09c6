import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every delivery is updated once, and what is owed once for each claim: more than half of a page is left free, so that the new version
 * fits beside the old one, which is a little shorter, and no index is written for it (PostgreSQL's "heap-only tuples"). With 30 % free
 * half of the updates went to another page, and into four indexes.
 */
export class RoomForUpdates1765100000000 implements MigrationInterface {
  name = 'RoomForUpdates1765100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await setFillfactor(queryRunner, 45);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await setFillfactor(queryRunner, 70);
  }
}

async function setFillfactor(queryRunner: QueryRunner, percent: number): Promise<void> {
  const tables = (await queryRunner.query(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'deliveries'::regclass
     UNION ALL SELECT 'pending_deliveries'`,
  )) as { name: string }[];
  for (const { name } of tables) await queryRunner.query(`ALTER TABLE ${name} SET (fillfactor = ${percent})`);
}
