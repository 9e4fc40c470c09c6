import type { EntityReference } from '../ats/canonical-event.js';
import type { Transaction } from '../common/transaction.js';
import { boolean, bytes, type Column, copyRows, text, texts, time, uuid } from '../database/copy-rows.js';
import { plainArray, textArray } from '../database/sql-arrays.js';
import type { Acceptance } from './event-draft.js';

/** The hot-path SQL of ingestion: one statement for any number of rows. What writes only is sent, and not waited for. */

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
  /** The call to a source that brought it. */
  readonly requestId: string | null;
  /** Set: it is blank from the start. */
  readonly erasedAt: Date | null;
  /** What its receivers alone get to know, encrypted. */
  readonly sealed: Buffer | null;
}

const EVENT_COLUMNS: readonly Column<EventRow>[] = [
  uuid('id', (row) => row.id),
  uuid('account_id', (row) => row.accountId),
  uuid('source_id', (row) => row.sourceId),
  text('type', (row) => row.type),
  time('occurred_at', (row) => row.occurredAt),
  time('received_at', (row) => row.receivedAt),
  text('subject_entity', (row) => row.subject?.entity ?? null),
  text('subject_id', (row) => row.subject?.id ?? null),
  boolean('test', (row) => row.test),
  bytes('content', (row) => row.content),
  bytes('received', (row) => row.received),
  texts('warnings', (row) => (row.warnings.length > 0 ? row.warnings : null)),
  uuid('request_id', (row) => row.requestId),
  time('erased_at', (row) => row.erasedAt),
  bytes('sealed', (row) => row.sealed),
];

export function insertEvents(rows: readonly EventRow[], transaction: Transaction): void {
  copyRows('events', EVENT_COLUMNS, rows, transaction);
}

type EntityRow = EntityReference & { readonly event: EventRow };

const ENTITY_COLUMNS: readonly Column<EntityRow>[] = [
  uuid('account_id', (row) => row.event.accountId),
  text('entity', (row) => row.entity),
  text('entity_id', (row) => row.id),
  uuid('event_id', (row) => row.event.id),
  uuid('source_id', (row) => row.event.sourceId),
];

export function insertEntities(rows: readonly EventRow[], transaction: Transaction): void {
  const flat = rows.flatMap((event) => event.entities.map(({ entity, id }) => ({ entity, id, event })));
  copyRows('event_entities', ENTITY_COLUMNS, flat, transaction);
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

export function saveStates(states: readonly KnownState[], sqlNow: string, transaction: Transaction): void {
  if (states.length === 0) return;
  transaction.send(
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
