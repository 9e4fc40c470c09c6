import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. `events`, `event_entities`, `deliveries` and `attempts` are partitioned by time (an id is a UUIDv7,
 * so a range of ids is a range of time): retention drops whole partitions. Nothing has a foreign key to them.
 */
export class InitialSchema1764000000000 implements MigrationInterface {
  name = 'InitialSchema1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...ACCOUNTS, ...SUBSCRIPTIONS, ...EVENTS, ...DELIVERIES, ...ATTEMPTS, ...AUDIT]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP TABLE audit_log, attempts, pending_deliveries, deliveries, event_entities, idempotency_keys, events, subscriptions, api_keys,
         partners, accounts, encryption_keys`,
    );
    await queryRunner.query(`DROP SEQUENCE lease_token_seq`);
  }
}

const ACCOUNTS = [
  `CREATE TABLE "encryption_keys" (
    "id" text NOT NULL,
    "check" bytea NOT NULL,
    "created_at" timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT "encryption_keys_pkey" PRIMARY KEY ("id"))`,
  `CREATE TABLE "accounts" (
    "id" uuid NOT NULL,
    "name" text NOT NULL,
    "subscriptions_version" integer NOT NULL DEFAULT 0,
    "created_at" timestamptz(3) NOT NULL,
    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id"))`,
  `CREATE TABLE "partners" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "name" text NOT NULL,
    "event_types" text[],
    "source_ids" uuid[],
    "status" text NOT NULL,
    "created_at" timestamptz(3) NOT NULL,
    CONSTRAINT "partners_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "partners_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"))`,
  `CREATE INDEX "partners_account_idx" ON "partners" ("account_id", "id")`,
  `CREATE TABLE "api_keys" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "partner_id" uuid,
    "name" text NOT NULL,
    "role" text NOT NULL,
    "key_hash" bytea NOT NULL,
    "operator" boolean NOT NULL DEFAULT false,
    "expires_at" timestamptz(3),
    "created_at" timestamptz(3) NOT NULL,
    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"),
    CONSTRAINT "api_keys_partner_fkey" FOREIGN KEY ("partner_id") REFERENCES "partners" ("id") ON DELETE CASCADE)`,
  `CREATE UNIQUE INDEX "api_keys_hash_idx" ON "api_keys" ("key_hash")`,
  `CREATE INDEX "api_keys_account_idx" ON "api_keys" ("account_id", "id")`,
];

const SUBSCRIPTIONS = [
  `CREATE TABLE "subscriptions" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "partner_id" uuid,
    "dialect" text NOT NULL,
    "url" text NOT NULL,
    "name" text,
    "description" text,
    "events" text[] NOT NULL,
    "status" text NOT NULL,
    "status_reason" text,
    "status_changed_at" timestamptz(3) NOT NULL,
    "secret" bytea NOT NULL,
    "previous_secret" bytea,
    "previous_secret_expires_at" timestamptz(3),
    "auth" bytea,
    "headers" bytea,
    "timeout_ms" integer,
    "include_files" boolean NOT NULL DEFAULT false,
    "confirmed_at" timestamptz(3),
    "version" integer NOT NULL DEFAULT 1,
    "consecutive_server_errors" integer NOT NULL DEFAULT 0,
    "consecutive_failed_deliveries" integer NOT NULL DEFAULT 0,
    "failing_since" timestamptz(3),
    "suspended_until" timestamptz(3),
    "suspension_minutes" integer,
    "probe_delivery_id" uuid,
    "created_at" timestamptz(3) NOT NULL,
    "updated_at" timestamptz(3) NOT NULL,
    "deleted_at" timestamptz(3),
    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "subscriptions_account_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"),
    CONSTRAINT "subscriptions_partner_fkey" FOREIGN KEY ("partner_id") REFERENCES "partners" ("id"))`,
  `CREATE INDEX "subscriptions_account_idx" ON "subscriptions" ("account_id", "id")`,
  `CREATE INDEX "subscriptions_suspended_idx" ON "subscriptions" ("suspended_until") WHERE status = 'suspended'`,
];

const EVENTS = [
  `CREATE TABLE "events" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "source_id" uuid,
    "type" text NOT NULL,
    "occurred_at" timestamptz(3) NOT NULL,
    "received_at" timestamptz(3) NOT NULL,
    "subject_entity" text,
    "subject_id" text,
    "test" boolean NOT NULL,
    "content" bytea NOT NULL,
    "received" bytea,
    "warnings" text[],
    CONSTRAINT "events_pkey" PRIMARY KEY ("id")) PARTITION BY RANGE ("id")`,
  `CREATE TABLE "events_default" PARTITION OF "events" DEFAULT`,
  `CREATE INDEX "events_account_idx" ON "events" ("account_id", "id")`,
  `CREATE TABLE "event_entities" (
    "account_id" uuid NOT NULL,
    "entity" text NOT NULL,
    "entity_id" text NOT NULL,
    "event_id" uuid NOT NULL,
    "source_id" uuid,
    CONSTRAINT "event_entities_pkey" PRIMARY KEY ("account_id", "entity", "entity_id", "event_id"))
    PARTITION BY RANGE ("event_id")`,
  `CREATE TABLE "event_entities_default" PARTITION OF "event_entities" DEFAULT`,
  `CREATE TABLE "idempotency_keys" (
    "account_id" uuid NOT NULL,
    "key" text NOT NULL,
    "body_hash" bytea NOT NULL,
    "answer" json NOT NULL,
    "created_at" timestamptz(3) NOT NULL,
    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("account_id", "key"))`,
  `CREATE INDEX "idempotency_keys_created_idx" ON "idempotency_keys" ("created_at")`,
];

const DELIVERIES = [
  `CREATE TABLE "deliveries" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "event_id" uuid NOT NULL,
    "subscription_id" uuid NOT NULL,
    "event_type" text NOT NULL,
    "event_name" text,
    "status" text NOT NULL,
    "reason" text,
    "attempts" integer NOT NULL DEFAULT 0,
    "created_at" timestamptz(3) NOT NULL,
    "finished_at" timestamptz(3),
    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("id")) PARTITION BY RANGE ("id")`,
  `CREATE TABLE "deliveries_default" PARTITION OF "deliveries" DEFAULT WITH (fillfactor = 70)`,
  `CREATE INDEX "deliveries_account_idx" ON "deliveries" ("account_id", "id")`,
  `CREATE INDEX "deliveries_subscription_idx" ON "deliveries" ("subscription_id", "id")`,
  `CREATE INDEX "deliveries_event_idx" ON "deliveries" ("event_id")`,
  // What is owed right now: small whatever the history's size, so that claiming never plans over partitions.
  `CREATE TABLE "pending_deliveries" (
    "delivery_id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "subscription_id" uuid NOT NULL,
    "event_id" uuid NOT NULL,
    "event_type" text NOT NULL,
    "event_name" text NOT NULL,
    "attempts" integer NOT NULL,
    "schedule_from" integer NOT NULL,
    "next_attempt_at" timestamptz(3) NOT NULL,
    "queued_until" timestamptz(3) NOT NULL,
    "lease_until" timestamptz(3),
    "lease_token" bigint,
    CONSTRAINT "pending_deliveries_pkey" PRIMARY KEY ("delivery_id")) WITH (fillfactor = 70)`,
  `CREATE INDEX "pending_deliveries_queued_idx" ON "pending_deliveries" ("queued_until")`,
  `CREATE INDEX "pending_deliveries_next_idx" ON "pending_deliveries" ("subscription_id", "next_attempt_at")`,
  `CREATE SEQUENCE "lease_token_seq" CACHE 1000`,
];

const ATTEMPTS = [
  `CREATE TABLE "attempts" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "subscription_id" uuid NOT NULL,
    "delivery_id" uuid,
    "event_id" uuid,
    "kind" text NOT NULL,
    "dialect" text NOT NULL,
    "event_type" text,
    "event_name" text NOT NULL,
    "number" integer NOT NULL,
    "outcome" text NOT NULL,
    "url" text NOT NULL,
    "request_headers" json NOT NULL,
    "request_body" bytea NOT NULL,
    "response_status" integer NOT NULL,
    "response_headers" json NOT NULL,
    "response_body" bytea NOT NULL,
    "response_truncated" boolean NOT NULL,
    "error_code" text,
    "error_message" text,
    "started_at" timestamptz(3) NOT NULL,
    "duration_ms" integer NOT NULL,
    CONSTRAINT "attempts_pkey" PRIMARY KEY ("id")) PARTITION BY RANGE ("id")`,
  `CREATE TABLE "attempts_default" PARTITION OF "attempts" DEFAULT`,
  `CREATE INDEX "attempts_account_idx" ON "attempts" ("account_id", "id")`,
  `CREATE INDEX "attempts_subscription_idx" ON "attempts" ("subscription_id", "id")`,
  `CREATE INDEX "attempts_delivery_idx" ON "attempts" ("delivery_id")`,
];

const AUDIT = [
  `CREATE TABLE "audit_log" (
    "id" uuid NOT NULL,
    "account_id" uuid NOT NULL,
    "action" text NOT NULL,
    "target_kind" text NOT NULL,
    "target_id" text NOT NULL,
    "key_id" uuid,
    "key_name" text NOT NULL,
    "role" text NOT NULL,
    "address" text,
    "request_id" text,
    "before" json,
    "after" json,
    "created_at" timestamptz(3) NOT NULL,
    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id"))`,
  `CREATE INDEX "audit_log_account_idx" ON "audit_log" ("account_id", "id")`,
];
