import { Injectable, type OnModuleInit } from '@nestjs/common';
import { parseInstant } from '../common/instant.js';
import { isJsonObject, type JsonValue } from '../common/json.js';
import { maskMentions } from '../common/mentions.js';
import type { Transaction } from '../common/transaction.js';
import { plainArray, textArray } from '../database/sql-arrays.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { InternalEvents } from '../event-bus/internal-events.js';

/** Takes somebody who is erased out of the task history and the audit log. */
@Injectable()
export class ErasureRecorder implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.subscribe('DeliveriesErased', (fact, transaction) => this.blankAttempts(fact, transaction));
    this.bus.subscribe('SubjectErased', (fact, transaction) => this.maskEntries(fact, transaction));
  }

  private async blankAttempts(
    { deliveryIds, erased }: InternalEvents['DeliveriesErased'],
    transaction: Transaction,
  ): Promise<void> {
    const rows = await transaction.query(
      `UPDATE attempts SET request_body = '', response_headers = '{}', response_body = ''
       WHERE delivery_id = ANY($1::uuid[]) RETURNING 1`,
      [plainArray(deliveryIds)],
    );
    erased.attempts += rows.length;
  }

  /** That events were accepted is noted without what they name. */
  private async maskEntries(
    { accountId, ids, erased }: InternalEvents['SubjectErased'],
    transaction: Transaction,
  ): Promise<void> {
    const rows = await transaction.query<{ id: string; before: JsonValue; after: JsonValue }>(
      `SELECT id, before, after FROM audit_log
       WHERE account_id = $1 AND action <> 'events.accepted' AND EXISTS (
         SELECT 1 FROM unnest($2::text[]) AS t(text)
         WHERE position(t.text IN coalesce(before::text, '') || coalesce(after::text, '')) > 0)`,
      [accountId, textArray(ids.map((id) => JSON.stringify(id).slice(1, -1)))],
    );
    const masked = rows
      .map((row) => ({ id: row.id, before: maskIn(row.before, ids), after: maskIn(row.after, ids), row }))
      .filter(({ before, after, row }) => toJson(before) !== toJson(row.before) || toJson(after) !== toJson(row.after));
    if (masked.length === 0) return;
    await transaction.query(
      `UPDATE audit_log a SET before = m.before, after = m.after
       FROM unnest($1::uuid[], $2::json[], $3::json[]) AS m(id, before, after) WHERE a.id = m.id`,
      [
        plainArray(masked.map(({ id }) => id)),
        textArray(masked.map(({ before }) => toJson(before))),
        textArray(masked.map(({ after }) => toJson(after))),
      ],
    );
    erased.auditEntries += masked.length;
  }
}

function toJson(value: JsonValue): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** A short id may well stand in a time, which is nobody's. */
function maskIn(value: JsonValue, ids: readonly string[]): JsonValue {
  if (typeof value === 'string') return parseInstant(value) ? value : maskMentions(value, ids);
  if (Array.isArray(value)) return value.map((item) => maskIn(item, ids));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [maskMentions(key, ids), maskIn(inner, ids)]));
}
