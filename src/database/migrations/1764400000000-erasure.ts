import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Erasure: the work itself, who was erased, as keyed hashes, and which events are blank for it. */
export class Erasure1764400000000 implements MigrationInterface {
  name = 'Erasure1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP FUNCTION "accounts_with_erasures"`);
    await queryRunner.query(`DROP TABLE "erased_subjects", "erasures"`);
    for (const index of ['idempotency_keys_event_idx', 'inbound_requests_unclear_idx', 'audit_log_changes_idx'])
      await queryRunner.query(`DROP INDEX "${index}"`);
    await queryRunner.query(
      `ALTER TABLE "events" DROP COLUMN "request_id", DROP COLUMN "sealed", DROP COLUMN "erased_at"`,
    );
  }
}

const STATEMENTS = [
  `ALTER TABLE "events" ADD "erased_at" timestamptz(3), ADD "sealed" bytea, ADD "request_id" uuid`,
  `CREATE INDEX "idempotency_keys_event_idx" ON "idempotency_keys" ((answer->>'id'))`,
  // Small, however many requests and accepted events there are: what has to be searched for mentions of somebody.
  `CREATE INDEX "inbound_requests_unclear_idx" ON "inbound_requests" ("source_id", "id")
    WHERE verdict <> 'accepted' OR cardinality(event_ids) > 1`,
  `CREATE INDEX "audit_log_changes_idx" ON "audit_log" ("account_id", "id") WHERE action <> 'events.accepted'`,
  `CREATE TABLE "erasures" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "entity" text NOT NULL,
    "id_hash" bytea NOT NULL,
    "source_id" uuid,
    "status" text NOT NULL,
    "stage" text NOT NULL,
    "targets" bytea,
    "position" uuid,
    "position_source_id" uuid,
    "events" integer NOT NULL DEFAULT 0,
    "attempts" integer NOT NULL DEFAULT 0,
    "inbound_requests" integer NOT NULL DEFAULT 0,
    "cancelled_deliveries" integer NOT NULL DEFAULT 0,
    "audit_entries" integer NOT NULL DEFAULT 0,
    "subscription_ids" uuid[] NOT NULL,
    "anonymized_event_id" uuid,
    "next_step_at" timestamptz(3) NOT NULL,
    "settles_at" timestamptz(3) NOT NULL,
    "created_at" timestamptz(3) NOT NULL,
    "finished_at" timestamptz(3),
    CONSTRAINT "erasures_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "erasures_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"))`,
  `CREATE INDEX "erasures_running_idx" ON "erasures" ("next_step_at") WHERE status = 'running'`,
  `CREATE TABLE "erased_subjects" (
    "account_id" uuid NOT NULL,
    "id_hash" bytea NOT NULL,
    "scope" text NOT NULL,
    "erased_at" timestamptz(3) NOT NULL,
    CONSTRAINT "erased_subjects_pkey" PRIMARY KEY ("account_id", "id_hash", "scope"),
    CONSTRAINT "erased_subjects_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"))`,
  // For every accepting transaction, so in one round trip; yet the look must be newer than the lock, which in a plain
  // statement it would not be.
  `CREATE FUNCTION "accounts_with_erasures"("accounts" uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(hashtext('hub:erasure'));
      RETURN QUERY SELECT a.id FROM unnest("accounts") AS a(id)
        WHERE EXISTS (SELECT 1 FROM "erased_subjects" e WHERE e."account_id" = a.id);
    END $$`,
];
