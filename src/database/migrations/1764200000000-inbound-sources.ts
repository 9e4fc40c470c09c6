import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sources: where vendors send their own webhooks, what came, and what is still to be fetched. */
export class InboundSources1764200000000 implements MigrationInterface {
  name = 'InboundSources1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE pending_fetches, entity_states, inbound_requests, sources`);
  }
}

const STATEMENTS = [
  `CREATE TABLE "sources" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "dialect" text NOT NULL,
    "name" text NOT NULL,
    "status" text NOT NULL,
    "token_hash" bytea NOT NULL,
    "token" bytea NOT NULL,
    "secret" bytea,
    "previous_secret" bytea,
    "previous_secret_expires_at" timestamptz(3),
    "auth" bytea,
    "fetch" bytea,
    "confirmed_secret" bytea,
    "events" text[] NOT NULL,
    "created_at" timestamptz(3) NOT NULL,
    "updated_at" timestamptz(3) NOT NULL,
    "deleted_at" timestamptz(3),
    CONSTRAINT "sources_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sources_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"))`,
  `CREATE UNIQUE INDEX "sources_token_idx" ON "sources" ("token_hash")`,
  `CREATE INDEX "sources_account_idx" ON "sources" ("account_id", "id")`,
  `CREATE TABLE "inbound_requests" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "source_id" uuid NOT NULL,
    "segment" text,
    "address" text,
    "headers" json NOT NULL,
    "body" bytea NOT NULL,
    "body_bytes" integer NOT NULL,
    "verdict" text NOT NULL,
    "reason" text,
    "answer_status" integer NOT NULL,
    "event_ids" uuid[] NOT NULL,
    "received_at" timestamptz(3) NOT NULL,
    CONSTRAINT "inbound_requests_pkey" PRIMARY KEY ("id")) PARTITION BY RANGE ("id")`,
  `CREATE TABLE "inbound_requests_default" PARTITION OF "inbound_requests" DEFAULT`,
  `CREATE INDEX "inbound_requests_source_idx" ON "inbound_requests" ("source_id", "id")`,
  `CREATE TABLE "entity_states" (
    "source_id" uuid NOT NULL,
    "entity_key" text NOT NULL,
    "state_hash" text NOT NULL,
    "answer" json NOT NULL,
    "updated_at" timestamptz(3) NOT NULL,
    CONSTRAINT "entity_states_pkey" PRIMARY KEY ("source_id", "entity_key"))`,
  `CREATE TABLE "pending_fetches" (
    "request_id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "source_id" uuid NOT NULL,
    "events" json NOT NULL,
    "attempts" integer NOT NULL,
    "next_attempt_at" timestamptz(3) NOT NULL,
    "last_error" text,
    CONSTRAINT "pending_fetches_pkey" PRIMARY KEY ("request_id"))`,
  `CREATE INDEX "pending_fetches_due_idx" ON "pending_fetches" ("next_attempt_at")`,
];
