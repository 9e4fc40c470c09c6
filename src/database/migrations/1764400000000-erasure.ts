import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Erasure: who was forgotten, as keyed hashes, and which events are blank for it. */
export class Erasure1764400000000 implements MigrationInterface {
  name = 'Erasure1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP FUNCTION "lock_erasure_keys"`);
    await queryRunner.query(`DROP TABLE "erased_subjects", "erasure_keys"`);
    await queryRunner.query(`ALTER TABLE "events" DROP COLUMN "sealed", DROP COLUMN "erased_at"`);
  }
}

const STATEMENTS = [
  `ALTER TABLE "events" ADD "erased_at" timestamptz(3), ADD "sealed" bytea`,
  `CREATE TABLE "erasure_keys" (
    "account_id" uuid NOT NULL,
    "key" bytea NOT NULL,
    "created_at" timestamptz(3) NOT NULL,
    CONSTRAINT "erasure_keys_pkey" PRIMARY KEY ("account_id"),
    CONSTRAINT "erasure_keys_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"))`,
  `CREATE TABLE "erased_subjects" (
    "account_id" uuid NOT NULL,
    "id_hash" bytea NOT NULL,
    "entity" text NOT NULL,
    "erased_at" timestamptz(3) NOT NULL,
    CONSTRAINT "erased_subjects_pkey" PRIMARY KEY ("account_id", "id_hash"),
    CONSTRAINT "erased_subjects_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"))`,
  // For every accepting transaction, so in one round trip; yet the look must be newer than the lock, which in a plain
  // statement it would not be.
  `CREATE FUNCTION "lock_erasure_keys"("accounts" uuid[]) RETURNS SETOF "erasure_keys" LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(hashtext('hub:erasure'));
      RETURN QUERY SELECT k.* FROM "erasure_keys" k WHERE k."account_id" = ANY("accounts");
    END $$`,
];
