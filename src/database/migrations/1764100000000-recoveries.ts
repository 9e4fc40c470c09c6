import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recoveries: background work that sends again what a subscription has missed. */
export class Recoveries1764100000000 implements MigrationInterface {
  name = 'Recoveries1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "recoveries" (
        "id" uuid NOT NULL,
        "account_id" uuid NOT NULL,
        "subscription_id" uuid NOT NULL,
        "since" timestamptz(3) NOT NULL,
        "until" timestamptz(3) NOT NULL,
        "dry_run" boolean NOT NULL,
        "status" text NOT NULL,
        "reason" text,
        "total" integer NOT NULL,
        "recovered" integer NOT NULL DEFAULT 0,
        "position" uuid,
        "next_step_at" timestamptz(3) NOT NULL,
        "created_at" timestamptz(3) NOT NULL,
        "finished_at" timestamptz(3),
        CONSTRAINT "recoveries_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "recoveries_subscription_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions" ("id"))`,
    );
    await queryRunner.query(
      `CREATE INDEX "recoveries_running_idx" ON "recoveries" ("next_step_at") WHERE status = 'running'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "recoveries"`);
  }
}
