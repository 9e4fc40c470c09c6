import type { EntityReference } from '../ats/canonical-event.js';
import type { Transaction } from '../common/transaction.js';
import { idBounds, plainArray, textArray } from '../database/sql-arrays.js';
import { namesEntity } from './entity-key.js';
import type { ErasureTarget } from './erasure-target.js';

/** The SQL by which ingestion forgets somebody. */

const ERASED_REASON = 'the person was erased';
const NIL = '00000000-0000-0000-0000-000000000000';

/** Some events that name any of the targets, by their ids, of each target the oldest first. An event that is blank is not found again. */
export async function findNaming(
  accountId: string,
  targets: readonly ErasureTarget[],
  limit: number,
  transaction: Transaction,
): Promise<string[]> {
  const rows = await transaction.query<{ event_id: string }>(
    `SELECT DISTINCT x.event_id
     FROM unnest($2::text[], $3::text[], $4::boolean[], $5::uuid[]) AS t(entity, entity_id, everywhere, source_id)
     CROSS JOIN LATERAL (
       SELECT event_id FROM event_entities e
       WHERE ${namesEntity('e', { accountId: '$1', entity: 't.entity', id: 't.entity_id' })}
         AND (t.everywhere OR e.source_id IS NOT DISTINCT FROM t.source_id) ORDER BY e.event_id LIMIT $6) x
     LIMIT $6`,
    [
      accountId,
      textArray(targets.map(({ entity }) => entity)),
      textArray(targets.map(({ id }) => id)),
      plainArray(targets.map(({ sourceId }) => sourceId === undefined)),
      plainArray(targets.map(({ sourceId }) => sourceId ?? null)),
      limit,
    ],
  );
  return rows.map((row) => row.event_id);
}

export interface StoredContent {
  readonly id: string;
  readonly sourceId: string | null;
  readonly requestId: string | null;
  readonly content: Buffer;
}

/** Holds the events until the transaction ends: nobody replays them meanwhile. */
export async function lockContents(ids: readonly string[], transaction: Transaction): Promise<StoredContent[]> {
  const rows = await transaction.query<{
    id: string;
    source_id: string | null;
    request_id: string | null;
    content: Buffer;
  }>(
    `SELECT id, source_id, request_id, content FROM events WHERE id = ANY($1::uuid[]) AND erased_at IS NULL ORDER BY id FOR UPDATE`,
    [plainArray(ids)],
  );
  return rows.map(({ id, source_id, request_id, content }) => ({
    id,
    sourceId: source_id,
    requestId: request_id,
    content,
  }));
}

export async function blankEvents(
  events: readonly { readonly id: string; readonly blank: string }[],
  sqlNow: string,
  transaction: Transaction,
): Promise<void> {
  if (events.length === 0) return;
  const ids = events.map(({ id }) => id);
  await transaction.query(
    `UPDATE events e SET content = convert_to(b.content, 'UTF8'), received = NULL, warnings = NULL,
       subject_entity = NULL, subject_id = NULL, erased_at = ${sqlNow}
     FROM unnest($1::uuid[], $2::text[]) AS b(id, content) WHERE e.id = b.id AND e.id BETWEEN $3 AND $4`,
    [plainArray(ids), textArray(events.map(({ blank }) => blank)), ...idBounds(ids)],
  );
}

/** What an event names can no longer be looked up by it. */
export async function deleteReferences(
  accountId: string,
  references: readonly (EntityReference & { readonly eventId: string })[],
  transaction: Transaction,
): Promise<void> {
  if (references.length === 0) return;
  const eventIds = references.map(({ eventId }) => eventId);
  await transaction.query(
    `DELETE FROM event_entities x USING unnest($2::text[], $3::text[], $4::uuid[]) AS r(entity, entity_id, event_id)
     WHERE ${namesEntity('x', { accountId: '$1', entity: 'r.entity', id: 'r.entity_id' })} AND x.event_id = r.event_id
       AND x.event_id BETWEEN $5 AND $6`,
    [
      accountId,
      textArray(references.map(({ entity }) => entity)),
      textArray(references.map(({ id }) => id)),
      plainArray(eventIds),
      ...idBounds(eventIds),
    ],
  );
}

/** The keys by which the events are known again, and the hashes of their bodies, become what `standIn` makes of them. */
export async function renameKeys(
  accountId: string,
  publicEventIds: readonly string[],
  standIn: (text: string) => string,
  transaction: Transaction,
): Promise<void> {
  const rows = await transaction.query<{ key: string; hash: string; answer: string; created_at: string }>(
    `DELETE FROM idempotency_keys WHERE account_id = $1 AND answer->>'id' = ANY($2::text[])
     RETURNING key, encode(body_hash, 'hex') AS hash, answer::text, created_at::text`,
    [accountId, plainArray(publicEventIds)],
  );
  if (rows.length === 0) return;
  await transaction.query(
    `INSERT INTO idempotency_keys (account_id, key, body_hash, answer, created_at)
     SELECT $1, k.key, decode(k.hash, 'hex'), k.answer, k.created_at
     FROM unnest($2::text[], $3::text[], $4::json[], $5::timestamptz[]) AS k(key, hash, answer, created_at)
     ON CONFLICT DO NOTHING`,
    [
      accountId,
      textArray(rows.map(({ key }) => standIn(key))),
      textArray(rows.map(({ hash }) => (hash === '' ? '' : standIn(hash)))),
      textArray(rows.map(({ answer }) => answer)),
      textArray(rows.map((row) => row.created_at)),
    ],
  );
}

/** The hashes of the newest states: the same state again is accepted once more, and blanked. */
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

export interface KeptRequest {
  readonly id: string;
  readonly sourceId: string;
  /** Whether it brought an event that is blank now. */
  readonly broughtErased: boolean;
  /** Headers and body, in bytes, of a call that brought no event; `null`: it brought some. */
  readonly text: Buffer | null;
}

const UNCLEAR = `(verdict <> 'accepted' OR cardinality(event_ids) > 1)`;

/**
 * The next calls to a source after a position, then those to the next source; of one source, or of all. But for those that
 * brought a single event, which that event names.
 */
export async function nextRequests(
  accountId: string,
  sourceId: string | null,
  after: { readonly sourceId: string | null; readonly id: string | null },
  limit: number,
  transaction: Transaction,
): Promise<KeptRequest[]> {
  const rows = await transaction.query<{ id: string; source_id: string; brought: boolean; text: Buffer | null }>(
    `SELECT r.id, r.source_id,
       EXISTS (SELECT 1 FROM events e WHERE e.id = ANY(r.event_ids) AND e.erased_at IS NOT NULL) AS brought,
       CASE WHEN r.event_ids = '{}' THEN convert_to(r.headers::text, 'UTF8') || r.body END AS text
     FROM (
       SELECT s.id AS source_id, CASE WHEN s.id = $3::uuid THEN $4::uuid ELSE '${NIL}' END AS after
       FROM sources s
       WHERE s.account_id = $1 AND ($2::uuid IS NULL OR s.id = $2) AND s.id >= $3::uuid AND EXISTS (
         SELECT 1 FROM inbound_requests i
         WHERE i.source_id = s.id AND i.id > CASE WHEN s.id = $3::uuid THEN $4::uuid ELSE '${NIL}' END AND ${UNCLEAR})
       ORDER BY s.id LIMIT 1) next
     JOIN inbound_requests r ON r.source_id = next.source_id AND r.id > next.after AND ${UNCLEAR}
     ORDER BY r.id LIMIT $5`,
    [accountId, sourceId, after.sourceId ?? NIL, after.id ?? NIL, limit],
  );
  return rows.map(({ id, source_id, brought, text }) => ({ id, sourceId: source_id, broughtErased: brought, text }));
}

/** Answers how many of them were not blank before. */
export async function blankRequests(ids: readonly string[], transaction: Transaction): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await transaction.query(
    `UPDATE inbound_requests SET body = '', headers = '{}'
     WHERE id = ANY($1::uuid[]) AND (body <> '' OR headers::text <> '{}') RETURNING 1`,
    [plainArray(ids)],
  );
  return rows.length;
}

/** Gives up fetches, and the calls that they were to complete. */
export async function dropFetches(requestIds: readonly string[], transaction: Transaction): Promise<void> {
  if (requestIds.length === 0) return;
  await transaction.query(`DELETE FROM pending_fetches WHERE request_id = ANY($1::uuid[])`, [plainArray(requestIds)]);
  await transaction.query(`UPDATE inbound_requests SET verdict = 'refused', reason = $2 WHERE id = ANY($1::uuid[])`, [
    plainArray(requestIds),
    ERASED_REASON,
  ]);
}
