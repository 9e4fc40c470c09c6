import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The scheduler's index holds what it has to put in the queue, and no longer all that is owed: fresh deliveries cost an index
 * entry less, and a large backlog is not rewritten every half minute. What a queue has lost is found by its subscription.
 */
export class WakeLanes1765000000000 implements MigrationInterface {
  name = 'WakeLanes1765000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "pending_deliveries" RENAME COLUMN "queued_until" TO "enqueue_at"`);
    await queryRunner.query(`ALTER TABLE "pending_deliveries" ALTER COLUMN "enqueue_at" DROP NOT NULL`);
    await queryRunner.query(`DROP INDEX "pending_deliveries_queued_idx"`);
    await queryRunner.query(
      `UPDATE "pending_deliveries" SET "enqueue_at" = NULL WHERE "enqueue_at" > "next_attempt_at" + interval '1 second'`,
    );
    await queryRunner.query(
      `CREATE INDEX "pending_deliveries_enqueue_idx" ON "pending_deliveries" ("enqueue_at") WHERE (enqueue_at IS NOT NULL)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "pending_deliveries_enqueue_idx"`);
    await queryRunner.query(
      `UPDATE "pending_deliveries" SET "enqueue_at" = "next_attempt_at" WHERE "enqueue_at" IS NULL`,
    );
    await queryRunner.query(`ALTER TABLE "pending_deliveries" ALTER COLUMN "enqueue_at" SET NOT NULL`);
    await queryRunner.query(`ALTER TABLE "pending_deliveries" RENAME COLUMN "enqueue_at" TO "queued_until"`);
    await queryRunner.query(`CREATE INDEX "pending_deliveries_queued_idx" ON "pending_deliveries" ("queued_until")`);
  }
}
