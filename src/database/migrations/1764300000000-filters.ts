import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Filters on subscriptions and partners. */
export class Filters1764300000000 implements MigrationInterface {
  name = 'Filters1764300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "subscriptions" ADD "filter" json`);
    await queryRunner.query(`ALTER TABLE "partners" ADD "filter" json`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "partners" DROP COLUMN "filter"`);
    await queryRunner.query(`ALTER TABLE "subscriptions" DROP COLUMN "filter"`);
  }
}
