import { Injectable, type OnModuleInit } from '@nestjs/common';
import { parseInstant } from '../common/instant.js';
import { isJsonObject, type JsonValue } from '../common/json.js';
import { mentions } from '../common/mentions.js';
import type { Transaction } from '../common/transaction.js';
import { plainArray, textArray } from '../database/sql-arrays.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { InternalEvents } from '../event-bus/internal-events.js';

const MASK = '***';

/** Takes somebody who is to be forgotten out of the task history and the audit log. */
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
    if (deliveryIds.length === 0) return;
    const [row] = await transaction.query<{ count: number }>(
      `WITH blanked AS (
         UPDATE attempts SET request_body = '', response_headers = '{}', response_body = ''
         WHERE delivery_id = ANY($1::uuid[]) RETURNING 1)
       SELECT count(*)::int AS count FROM blanked`,
      [plainArray(deliveryIds)],
    );
    erased.attempts += row?.count ?? 0;
  }

  private async maskEntries(
    { accountId, id }: InternalEvents['SubjectErased'],
    transaction: Transaction,
  ): Promise<void> {
    const rows = await transaction.query<{ id: string; before: JsonValue; after: JsonValue }>(
      `SELECT id, before, after FROM audit_log
       WHERE account_id = $1 AND position($2 IN coalesce(before::text, '') || coalesce(after::text, '')) > 0`,
      [accountId, JSON.stringify(id).slice(1, -1)],
    );
    if (rows.length === 0) return;
    await transaction.query(
      `UPDATE audit_log a SET before = m.before, after = m.after
       FROM unnest($1::uuid[], $2::json[], $3::json[]) AS m(id, before, after) WHERE a.id = m.id`,
      [
        plainArray(rows.map((row) => row.id)),
        textArray(rows.map(({ before }) => maskedText(before, id))),
        textArray(rows.map(({ after }) => maskedText(after, id))),
      ],
    );
  }
}

function maskedText(value: JsonValue, id: string): string | null {
  return value === null ? null : JSON.stringify(masked(value, id));
}

/** A short id may well stand in a time, which is nobody's. */
function masked(value: JsonValue, id: string): JsonValue {
  if (typeof value === 'string') return mentions(value, id) && !parseInstant(value) ? MASK : value;
  if (Array.isArray(value)) return value.map((item) => masked(item, id));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [mentions(key, id) ? MASK : key, masked(inner, id)]);
  return Object.fromEntries(entries) as JsonValue;
}
