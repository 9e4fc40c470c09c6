import type { Transaction } from '../common/transaction.js';
import { plainArray } from '../database/sql-arrays.js';
import type { InboundRequestRow, InboundVerdict } from './source.entities.js';

type Runner = Pick<Transaction, 'query'>;

/** Keeps a call to a source with what became of it. */
export async function saveInboundRequest(row: InboundRequestRow, runner: Runner): Promise<void> {
  await runner.query(
    `INSERT INTO inbound_requests (id, account_id, source_id, segment, address, headers, body, body_bytes, verdict, reason,
       answer_status, event_ids, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.id,
      row.accountId,
      row.sourceId,
      row.segment,
      row.address,
      JSON.stringify(row.headers),
      row.body,
      row.bodyBytes,
      row.verdict,
      row.reason,
      row.answerStatus,
      plainArray(row.eventIds),
      row.receivedAt,
    ],
  );
}

/** What became of a call that was kept before. */
export async function judgeInboundRequest(
  id: string,
  verdict: InboundVerdict,
  eventIds: readonly string[],
  runner: Runner,
): Promise<void> {
  await runner.query(`UPDATE inbound_requests SET verdict = $2, reason = NULL, event_ids = $3 WHERE id = $1`, [
    id,
    verdict,
    plainArray(eventIds),
  ]);
}
