import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds the few that were not delivered among the many that were. The indexes hold only those: a delivery that goes well pays for none
 * of them. That of deliveries goes by `reason`, which delivering leaves as it is: one that names the status would have every
 * update of a delivery write all of its indexes anew (PostgreSQL's "heap-only tuples").
 */
export class RareOutcomes1764800000000 implements MigrationInterface {
  name = 'RareOutcomes1764800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // A long history takes minutes.
    await queryRunner.query(`SET LOCAL statement_timeout = 0`);
    for (const owner of ['account', 'subscription']) {
      await queryRunner.query(
        `CREATE INDEX "attempts_${owner}_failures_idx" ON "attempts" ("${owner}_id", "id") WHERE outcome <> 'delivered'`,
      );
      await queryRunner.query(
        `CREATE INDEX "deliveries_${owner}_reasons_idx" ON "deliveries" ("${owner}_id", "id") WHERE reason IS NOT NULL`,
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const owner of ['account', 'subscription']) {
      await queryRunner.query(`DROP INDEX "attempts_${owner}_failures_idx", "deliveries_${owner}_reasons_idx"`);
    }
  }
}
