import type { EntityReference } from '../ats/canonical-event.js';
import type { Transaction } from '../common/transaction.js';
import { packBytes } from '../database/packed-bytes.js';
import { plainArray, textArray, timeArray } from '../database/sql-arrays.js';
import type { Acceptance } from './event-draft.js';

/** The hot-path SQL of ingestion: one statement for any number of rows. */

export const IDEMPOTENCY_DAYS = 7;

export interface EventRow {
  readonly id: string;
  readonly accountId: string;
  readonly sourceId: string | null;
  readonly type: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly subject: EntityReference | null;
  readonly test: boolean;
  readonly content: Buffer;
  readonly received: Buffer | null;
  readonly warnings: readonly string[];
  readonly entities: readonly EntityReference[];
}

export async function insertEvents(rows: readonly EventRow[], transaction: Transaction): Promise<void> {
  const contents = packBytes(rows.map((row) => row.content));
  const received = packBytes(rows.map((row) => row.received ?? Buffer.alloc(0)));
  await transaction.query(
    `INSERT INTO events (id, account_id, source_id, type, occurred_at, received_at, subject_entity, subject_id, test,
       content, received, warnings)
     SELECT e.id, e.account_id, e.source_id, e.type, e.occurred_at, e.received_at, e.subject_entity, e.subject_id, e.test,
       substring($10::bytea FROM e.content_start FOR e.content_length),
       CASE WHEN e.received_length > 0 THEN substring($13::bytea FROM e.received_start FOR e.received_length) END,
       CASE WHEN e.warnings <> '' THEN string_to_array(e.warnings, E'\\n') END
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
       $8::text[], $9::boolean[], $11::int[], $12::int[], $14::int[], $15::int[], $16::text[])
       AS e(id, account_id, source_id, type, occurred_at, received_at, subject_entity, subject_id, test,
         content_start, content_length, received_start, received_length, warnings)`,
    [
      plainArray(rows.map((row) => row.id)),
      plainArray(rows.map((row) => row.accountId)),
      plainArray(rows.map((row) => row.sourceId)),
      textArray(rows.map((row) => row.type)),
      timeArray(rows.map((row) => row.occurredAt)),
      timeArray(rows.map((row) => row.receivedAt)),
      textArray(rows.map((row) => row.subject?.entity ?? null)),
      textArray(rows.map((row) => row.subject?.id ?? null)),
      plainArray(rows.map((row) => row.test)),
      contents.bytes,
      plainArray(contents.starts),
      plainArray(contents.lengths),
      received.bytes,
      plainArray(received.starts),
      plainArray(received.lengths),
      textArray(rows.map((row) => row.warnings.join('\n'))),
    ],
  );
}

export async function insertEntities(rows: readonly EventRow[], transaction: Transaction): Promise<void> {
  const flat = rows.flatMap((row) => row.entities.map((reference) => ({ row, ...reference })));
  if (flat.length === 0) return;
  await transaction.query(
    `INSERT INTO event_entities (account_id, entity, entity_id, event_id, source_id)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[])`,
    [
      plainArray(flat.map(({ row }) => row.accountId)),
      textArray(flat.map(({ entity }) => entity)),
      textArray(flat.map(({ id }) => id)),
      plainArray(flat.map(({ row }) => row.id)),
      plainArray(flat.map(({ row }) => row.sourceId)),
    ],
  );
}

export interface IdempotencyRow {
  readonly accountId: string;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly acceptance: Acceptance;
}

export async function findIdempotencyRows(
  wanted: readonly { readonly accountId: string; readonly key: string }[],
  sqlNow: string,
  transaction: Transaction,
): Promise<IdempotencyRow[]> {
  const rows = await transaction.query<{ account_id: string; key: string; body_hash: Buffer; answer: Acceptance }>(
    `SELECT k.account_id, k.key, k.body_hash, k.answer
     FROM idempotency_keys k JOIN unnest($1::uuid[], $2::text[]) AS wanted(account_id, key)
       ON k.account_id = wanted.account_id AND k.key = wanted.key
     WHERE k.created_at > ${sqlNow} - interval '${IDEMPOTENCY_DAYS} days'`,
    [wanted.map(({ accountId }) => accountId), wanted.map(({ key }) => key)],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    key: row.key,
    bodyHash: row.body_hash,
    acceptance: row.answer,
  }));
}

/** Answers how many were written: fewer than given when another transaction was faster with one of the keys. */
export async function insertIdempotencyRows(
  rows: readonly IdempotencyRow[],
  sqlNow: string,
  transaction: Transaction,
): Promise<number> {
  // Sorted, so that two transactions with the same keys wait for each other instead of deadlocking.
  const sorted = [...rows].sort((left, right) => compare(left.accountId + left.key, right.accountId + right.key));
  const hashes = packBytes(sorted.map((row) => row.bodyHash));
  const written = await transaction.query(
    `INSERT INTO idempotency_keys (account_id, key, body_hash, answer, created_at)
     SELECT k.account_id, k.key, substring($3::bytea FROM k.hash_start FOR k.hash_length), k.answer, ${sqlNow}
     FROM unnest($1::uuid[], $2::text[], $4::int[], $5::int[], $6::json[]) AS k(account_id, key, hash_start, hash_length, answer)
     ON CONFLICT (account_id, key) DO UPDATE
       SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = excluded.created_at
       WHERE idempotency_keys.created_at <= ${sqlNow} - interval '${IDEMPOTENCY_DAYS} days'
     RETURNING 1`,
    [
      sorted.map((row) => row.accountId),
      sorted.map((row) => row.key),
      hashes.bytes,
      hashes.starts,
      hashes.lengths,
      sorted.map((row) => JSON.stringify(row.acceptance)),
    ],
  );
  return written.length;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
