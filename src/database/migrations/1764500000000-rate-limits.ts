import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls a second that a subscription may get at most. */
export class RateLimits1764500000000 implements MigrationInterface {
  name = 'RateLimits1764500000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "subscriptions" ADD "rate_limit" double precision`);
    // Updated all the time: with room on its page a row needs no new index entry.
    await queryRunner.query(
      `CREATE TABLE "rate_slots" (
         "subscription_id" uuid NOT NULL,
         "next_slot_at" timestamptz NOT NULL,
         CONSTRAINT "rate_slots_pkey" PRIMARY KEY ("subscription_id"),
         CONSTRAINT "rate_slots_subscription_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions" ("id"))
       WITH (fillfactor = 20)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "rate_slots"`);
    await queryRunner.query(`ALTER TABLE "subscriptions" DROP COLUMN "rate_limit"`);
  }
}
