import type { EntityReference } from '../ats/canonical-event.js';
import { spellingsOf } from '../common/mentions.js';
import type { Transaction } from '../common/transaction.js';
import { packBytes } from '../database/packed-bytes.js';
import { plainArray, textArray } from '../database/sql-arrays.js';

/** The SQL by which ingestion forgets somebody. */

type Runner = Pick<Transaction, 'query'>;

export const ERASED_REASON = 'the person was erased';

export interface NamingEvent {
  readonly id: string;
  readonly sourceId: string | null;
}

/** The events that name any of the entities, by their ids. */
export async function findNaming(
  accountId: string,
  entity: string,
  entityIds: readonly string[],
  runner: Runner,
): Promise<(NamingEvent & { entityId: string })[]> {
  if (entityIds.length === 0) return [];
  const rows = await runner.query<{ event_id: string; source_id: string | null; entity_id: string }>(
    `SELECT event_id, source_id, entity_id FROM event_entities
     WHERE account_id = $1 AND entity = $2 AND entity_id = ANY($3::text[])`,
    [accountId, entity, textArray(entityIds)],
  );
  return rows.map((row) => ({ id: row.event_id, sourceId: row.source_id, entityId: row.entity_id }));
}

export interface StoredContent {
  readonly id: string;
  readonly sourceId: string | null;
  readonly content: Buffer;
}

export async function loadContents(ids: readonly string[], runner: Runner): Promise<StoredContent[]> {
  const rows = await runner.query<{ id: string; source_id: string | null; content: Buffer }>(
    `SELECT id, source_id, content FROM events WHERE id = ANY($1::uuid[]) AND erased_at IS NULL`,
    [plainArray(ids)],
  );
  return rows.map((row) => ({ id: row.id, sourceId: row.source_id, content: row.content }));
}

export async function blankEvents(
  events: readonly { readonly id: string; readonly blank: Buffer }[],
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  const contents = packBytes(events.map(({ blank }) => blank));
  await transaction.query(
    `UPDATE events e SET content = substring($2::bytea FROM b.start FOR b.length), received = NULL, warnings = NULL,
       subject_entity = NULL, subject_id = NULL, erased_at = ${sqlNow}
     FROM unnest($1::uuid[], $3::int[], $4::int[]) AS b(id, start, length)
     WHERE e.id = b.id AND e.id = ANY($1::uuid[])`,
    [plainArray(events.map(({ id }) => id)), contents.bytes, plainArray(contents.starts), plainArray(contents.lengths)],
  );
}

/** Marks events that were blank when they were saved. */
export async function markErased(ids: readonly string[], sqlNow: string, transaction: Transaction): Promise<void> {
  if (ids.length === 0) return;
  await transaction.query(`UPDATE events SET erased_at = ${sqlNow} WHERE id = ANY($1::uuid[])`, [plainArray(ids)]);
}

/** What an event names can no longer be looked up. */
export async function deleteReferences(
  accountId: string,
  references: readonly (EntityReference & { readonly eventId: string })[],
  transaction: Transaction,
): Promise<void> {
  await transaction.query(
    `DELETE FROM event_entities x USING unnest($2::text[], $3::text[], $4::uuid[]) AS r(entity, entity_id, event_id)
     WHERE x.account_id = $1 AND x.entity = r.entity AND x.entity_id = r.entity_id AND x.event_id = r.event_id
       AND x.event_id = ANY($4::uuid[])`,
    [
      accountId,
      textArray(references.map(({ entity }) => entity)),
      textArray(references.map(({ id }) => id)),
      plainArray(references.map(({ eventId }) => eventId)),
    ],
  );
}

export async function blankStoredRequests(ids: readonly string[], transaction: Transaction): Promise<void> {
  await transaction.query(`UPDATE inbound_requests SET body = '', headers = '{}' WHERE id = ANY($1::uuid[])`, [
    plainArray(ids),
  ]);
}

/** `bytes` as a word of its own in a body that may be no text at all. */
const HOLDS_WORD = `position(bytes IN r.body) > 0 AND encode(r.body, 'escape') ~ (
  '(?<![[:alnum:]_-])' || regexp_replace(encode(bytes, 'escape'), '([.*+?^\${}()|\\[\\]\\\\])', '\\\\\\1', 'g') || '(?![[:alnum:]_-])')`;

/**
 * Blanks the calls that brought the events or told them again, and of the calls that brought nothing new those that hold
 * the id. Answers how many.
 */
export async function blankRequests(
  accountId: string,
  eventIds: readonly string[],
  personId: string,
  transaction: Transaction,
): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    `WITH blanked AS (
       UPDATE inbound_requests r SET body = '', headers = '{}'
       WHERE r.source_id IN (SELECT id FROM sources WHERE account_id = $1) AND r.body <> ''
         AND (r.event_ids && $2::uuid[]
           OR r.verdict <> 'accepted' AND EXISTS (SELECT 1 FROM unnest($3::bytea[]) AS bytes WHERE ${HOLDS_WORD}))
       RETURNING 1)
     SELECT count(*)::int AS count FROM blanked`,
    [accountId, plainArray(eventIds), spellingsOf(personId).map((spelling) => Buffer.from(spelling, 'utf8'))],
  );
  return row?.count ?? 0;
}

/** Gives up the fetches, and the calls that they were to complete. */
export async function dropFetches(requestIds: readonly string[], transaction: Transaction): Promise<void> {
  if (requestIds.length === 0) return;
  await transaction.query(`DELETE FROM pending_fetches WHERE request_id = ANY($1::uuid[])`, [plainArray(requestIds)]);
  await transaction.query(
    `UPDATE inbound_requests SET verdict = 'refused', reason = $2, body = '', headers = '{}' WHERE id = ANY($1::uuid[])`,
    [plainArray(requestIds), ERASED_REASON],
  );
}

/** The keys by which the events are known again, and the hashes of their bodies, as `rename` has them. */
export async function renameKeys(
  accountId: string,
  publicEventIds: readonly string[],
  rename: (text: string) => string,
  transaction: Transaction,
): Promise<void> {
  const rows = await transaction.query<{ key: string; hash: string; answer: string; created_at: string }>(
    `DELETE FROM idempotency_keys WHERE account_id = $1 AND answer->>'id' = ANY($2::text[])
     RETURNING key, encode(body_hash, 'hex') AS hash, answer::text, created_at::text`,
    [accountId, plainArray(publicEventIds)],
  );
  await transaction.query(
    `INSERT INTO idempotency_keys (account_id, key, body_hash, answer, created_at)
     SELECT $1, k.key, decode(k.hash, 'hex'), k.answer, k.created_at
     FROM unnest($2::text[], $3::text[], $4::json[], $5::timestamptz[]) AS k(key, hash, answer, created_at)
     ON CONFLICT DO NOTHING`,
    [
      accountId,
      textArray(rows.map(({ key }) => rename(key))),
      textArray(rows.map(({ hash }) => (hash === '' ? '' : rename(hash)))),
      textArray(rows.map(({ answer }) => answer)),
      textArray(rows.map((row) => row.created_at)),
    ],
  );
}

/** The hashes of the newest states: the same state again is accepted once more. */
export async function deleteStates(
  accountId: string,
  entityKeys: readonly string[],
  transaction: Transaction,
): Promise<void> {
  await transaction.query(
    `DELETE FROM entity_states
     WHERE source_id IN (SELECT id FROM sources WHERE account_id = $1) AND entity_key = ANY($2::text[])`,
    [accountId, plainArray(entityKeys)],
  );
}
