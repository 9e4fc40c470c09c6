import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is counted of deliveries and calls: as recorded, and rolled up by minute, hour and day. */
export class Stats1764700000000 implements MigrationInterface {
  name = 'Stats1764700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "stats_deltas" (
        "id" uuid NOT NULL,
        "content" json NOT NULL,
        CONSTRAINT "stats_deltas_pkey" PRIMARY KEY ("id"))`,
    );
    // A row lives for seconds: compressing it would cost more than it saves.
    await queryRunner.query(`ALTER TABLE "stats_deltas" ALTER "content" SET STORAGE EXTERNAL`);
    // Updated while its time lasts: with room on its page a row needs no new index entries.
    await queryRunner.query(
      `CREATE TABLE "stats_buckets" (
        "account_id" uuid NOT NULL,
        "scope_id" uuid NOT NULL,
        "grain" text NOT NULL,
        "at" timestamptz(3) NOT NULL,
        "counts" integer[] NOT NULL,
        "call_ms" integer[] NOT NULL,
        "delivery_ms" integer[] NOT NULL,
        CONSTRAINT "stats_buckets_pkey" PRIMARY KEY ("account_id", "scope_id", "grain", "at"))
       WITH (fillfactor = 70)`,
    );
    await queryRunner.query(`CREATE INDEX "stats_buckets_age_idx" ON "stats_buckets" ("grain", "at")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "stats_buckets", "stats_deltas"`);
  }
}
