import type { EntityReference } from '../ats/canonical-event.js';
import type { Transaction } from '../common/transaction.js';
import { packBytes } from '../database/packed-bytes.js';
import { plainArray, textArray, timeArray } from '../database/sql-arrays.js';
import type { Acceptance } from './event-draft.js';

/** The hot-path SQL of ingestion: one statement for any number of rows. */

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

/** Something accepted earlier, by which a repeat is known again. */
export interface KnownKey {
  readonly accountId: string;
  readonly key: string;
  readonly hours: number;
  readonly bodyHash: string | null;
  readonly acceptance: Acceptance;
}

export async function findKeys(
  wanted: readonly Omit<KnownKey, 'bodyHash' | 'acceptance'>[],
  sqlNow: string,
  transaction: Transaction,
): Promise<KnownKey[]> {
  if (wanted.length === 0) return [];
  const rows = await transaction.query<{
    account_id: string;
    key: string;
    hours: number;
    body_hash: Buffer;
    answer: Acceptance;
  }>(
    `SELECT k.account_id, k.key, wanted.hours, k.body_hash, k.answer
     FROM idempotency_keys k JOIN unnest($1::uuid[], $2::text[], $3::int[]) AS wanted(account_id, key, hours)
       ON k.account_id = wanted.account_id AND k.key = wanted.key
     WHERE k.created_at > ${sqlNow} - wanted.hours * interval '1 hour'`,
    [
      plainArray(wanted.map(({ accountId }) => accountId)),
      textArray(wanted.map(({ key }) => key)),
      plainArray(wanted.map(({ hours }) => hours)),
    ],
  );
  return rows.map((row) => ({
    accountId: row.account_id,
    key: row.key,
    hours: row.hours,
    bodyHash: row.body_hash.toString('hex'),
    acceptance: row.answer,
  }));
}

/** Answers how many were written: fewer than given when another transaction was faster with one of the keys. */
export async function insertKeys(rows: readonly KnownKey[], sqlNow: string, transaction: Transaction): Promise<number> {
  if (rows.length === 0) return 0;
  // Sorted, so that two transactions with the same keys wait for each other instead of deadlocking.
  const sorted = [...rows].sort((left, right) => compare(left.accountId + left.key, right.accountId + right.key));
  const written = await transaction.query(
    `INSERT INTO idempotency_keys (account_id, key, body_hash, answer, created_at)
     SELECT k.account_id, k.key, decode(k.body_hash, 'hex'), k.answer, ${sqlNow}
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::json[]) AS k(account_id, key, body_hash, answer)
     ON CONFLICT (account_id, key) DO UPDATE
       SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = excluded.created_at
       WHERE idempotency_keys.created_at <= ${sqlNow} - interval '1 hour' * (
         SELECT w.hours FROM unnest($1::uuid[], $2::text[], $5::int[]) AS w(account_id, key, hours)
         WHERE w.account_id = excluded.account_id AND w.key = excluded.key)
     RETURNING 1`,
    [
      plainArray(sorted.map((row) => row.accountId)),
      textArray(sorted.map((row) => row.key)),
      textArray(sorted.map((row) => row.bodyHash ?? '')),
      textArray(sorted.map((row) => JSON.stringify(row.acceptance))),
      plainArray(sorted.map((row) => row.hours)),
    ],
  );
  return written.length;
}

/** The newest accepted state of an entity of a source. */
export interface KnownState {
  readonly sourceId: string;
  readonly entityKey: string;
  readonly stateHash: string;
  readonly acceptance: Acceptance;
}

/** Reads the states and holds them until the transaction ends, so that two calls about one entity are decided in turn. */
export async function lockStates(
  wanted: readonly Pick<KnownState, 'sourceId' | 'entityKey'>[],
  sqlNow: string,
  transaction: Transaction,
): Promise<KnownState[]> {
  if (wanted.length === 0) return [];
  const sorted = [...wanted].sort((left, right) =>
    compare(left.sourceId + left.entityKey, right.sourceId + right.entityKey),
  );
  const keys = [
    plainArray(sorted.map(({ sourceId }) => sourceId)),
    textArray(sorted.map(({ entityKey }) => entityKey)),
  ];
  await transaction.query(
    `INSERT INTO entity_states (source_id, entity_key, state_hash, answer, updated_at)
     SELECT s.source_id, s.entity_key, '', '{}', ${sqlNow} FROM unnest($1::uuid[], $2::text[]) AS s(source_id, entity_key)
     ON CONFLICT DO NOTHING`,
    keys,
  );
  const rows = await transaction.query<{
    source_id: string;
    entity_key: string;
    state_hash: string;
    answer: Acceptance;
  }>(
    `SELECT s.source_id, s.entity_key, s.state_hash, s.answer
     FROM entity_states s JOIN unnest($1::uuid[], $2::text[]) AS wanted(source_id, entity_key)
       ON s.source_id = wanted.source_id AND s.entity_key = wanted.entity_key
     ORDER BY s.source_id, s.entity_key FOR UPDATE OF s`,
    keys,
  );
  return rows
    .filter((row) => row.state_hash !== '')
    .map((row) => ({
      sourceId: row.source_id,
      entityKey: row.entity_key,
      stateHash: row.state_hash,
      acceptance: row.answer,
    }));
}

export async function saveStates(
  states: readonly KnownState[],
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  if (states.length === 0) return;
  await transaction.query(
    `UPDATE entity_states s SET state_hash = n.state_hash, answer = n.answer, updated_at = ${sqlNow}
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::json[]) AS n(source_id, entity_key, state_hash, answer)
     WHERE s.source_id = n.source_id AND s.entity_key = n.entity_key`,
    [
      plainArray(states.map(({ sourceId }) => sourceId)),
      textArray(states.map(({ entityKey }) => entityKey)),
      textArray(states.map(({ stateHash }) => stateHash)),
      textArray(states.map(({ acceptance }) => JSON.stringify(acceptance))),
    ],
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
