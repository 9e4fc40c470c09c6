import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recoveries also carry out retries of many deliveries, which may be of several subscriptions. */
export class BulkRetries1764710000000 implements MigrationInterface {
  name = 'BulkRetries1764710000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE "recoveries" ALTER "subscription_id" DROP NOT NULL, ALTER "since" DROP NOT NULL,
         ALTER "total" DROP NOT NULL, ADD "partner_id" uuid, ADD "filter" json, ADD "left_out" integer NOT NULL DEFAULT 0`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DELETE FROM "recoveries" WHERE "subscription_id" IS NULL OR "since" IS NULL OR "total" IS NULL`,
    );
    await queryRunner.query(
      `ALTER TABLE "recoveries" DROP "left_out", DROP "filter", DROP "partner_id", ALTER "total" SET NOT NULL,
         ALTER "since" SET NOT NULL, ALTER "subscription_id" SET NOT NULL`,
    );
  }
}
