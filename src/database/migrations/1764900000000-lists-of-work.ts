import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recoveries and erasures are listed by account, newest first. */
export class ListsOfWork1764900000000 implements MigrationInterface {
  name = 'ListsOfWork1764900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['recoveries', 'erasures']) {
      await queryRunner.query(`CREATE INDEX "${table}_account_idx" ON "${table}" ("account_id", "id")`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "recoveries_account_idx", "erasures_account_idx"`);
  }
}
