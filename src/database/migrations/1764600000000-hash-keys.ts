import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keyed hashes get a key of the database's own; those made so far were keyed with what is derived from `SECRETS_KEY`. */
export class HashKeys1764600000000 implements MigrationInterface {
  name = 'HashKeys1764600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "hash_keys" (
         "id" text NOT NULL,
         "key" bytea,
         "retired_at" timestamptz(3),
         "created_at" timestamptz(3) NOT NULL DEFAULT now(),
         CONSTRAINT "hash_keys_pkey" PRIMARY KEY ("id"))`,
    );
    // The next start, which has these keys, writes down what was derived from them. Where nobody was erased there is no hash to know again.
    await queryRunner.query(
      `INSERT INTO "hash_keys" ("id", "retired_at")
       SELECT "id", now() FROM "encryption_keys"
       WHERE EXISTS (SELECT FROM "erased_subjects")`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "hash_keys"`);
  }
}
