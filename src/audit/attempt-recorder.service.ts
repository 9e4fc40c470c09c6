import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../common/transaction.js';
import { packBytes } from '../database/packed-bytes.js';
import { plainArray, textArray, timeArray } from '../database/sql-arrays.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AttemptMade } from '../event-bus/internal-events.js';

/** Writes the task history in the transaction that decides what becomes of the deliveries. */
@Injectable()
export class AttemptRecorder implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.subscribe('AttemptsMade', ({ attempts }, transaction) => this.record(attempts, transaction));
  }

  private async record(attempts: readonly AttemptMade[], transaction: Transaction): Promise<void> {
    const bytes = packBytes(attempts.flatMap(bytesOf));
    const part = (offset: number, of: readonly number[]) =>
      plainArray(attempts.map((_, index) => of[index * PARTS + offset] ?? 0));
    const parts = [0, 1, 2, 3].flatMap((offset) => [part(offset, bytes.starts), part(offset, bytes.lengths)]);
    await transaction.query(INSERT, [
      bytes.bytes,
      plainArray(attempts.map((attempt) => attempt.id)),
      plainArray(attempts.map((attempt) => attempt.accountId)),
      plainArray(attempts.map((attempt) => attempt.subscriptionId)),
      plainArray(attempts.map((attempt) => attempt.deliveryId)),
      plainArray(attempts.map((attempt) => attempt.eventId)),
      plainArray(attempts.map((attempt) => attempt.kind)),
      textArray(attempts.map((attempt) => attempt.dialect)),
      textArray(attempts.map((attempt) => attempt.eventType)),
      textArray(attempts.map((attempt) => attempt.eventName)),
      plainArray(attempts.map((attempt) => attempt.number)),
      plainArray(attempts.map((attempt) => attempt.outcome)),
      textArray(attempts.map((attempt) => attempt.url)),
      plainArray(attempts.map((attempt) => attempt.responseStatus)),
      plainArray(attempts.map((attempt) => attempt.responseTruncated)),
      textArray(attempts.map((attempt) => attempt.errorCode)),
      textArray(attempts.map((attempt) => attempt.errorMessage)),
      timeArray(attempts.map((attempt) => attempt.startedAt)),
      plainArray(attempts.map((attempt) => attempt.durationMs)),
      ...parts,
    ]);
  }
}

/** What goes as bytes, in the order of `INSERT`. */
const PARTS = 4;

function bytesOf(attempt: AttemptMade): Buffer[] {
  return [
    Buffer.from(JSON.stringify(attempt.requestHeaders), 'utf8'),
    attempt.requestBody,
    Buffer.from(JSON.stringify(attempt.responseHeaders), 'utf8'),
    attempt.responseBody,
  ];
}

const INSERT = `
  INSERT INTO attempts (id, account_id, subscription_id, delivery_id, event_id, kind, dialect, event_type, event_name,
    number, outcome, url, response_status, response_truncated, error_code, error_message, started_at, duration_ms,
    request_headers, request_body, response_headers, response_body)
  SELECT a.id, a.account_id, a.subscription_id, a.delivery_id, a.event_id, a.kind, a.dialect, a.event_type, a.event_name,
    a.number, a.outcome, a.url, a.response_status, a.response_truncated, a.error_code, a.error_message, a.started_at,
    a.duration_ms,
    convert_from(substring($1::bytea FROM a.start1 FOR a.length1), 'UTF8')::json, substring($1::bytea FROM a.start2 FOR a.length2),
    convert_from(substring($1::bytea FROM a.start3 FOR a.length3), 'UTF8')::json, substring($1::bytea FROM a.start4 FOR a.length4)
  FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::int[], $12::text[], $13::text[], $14::int[], $15::boolean[], $16::text[], $17::text[], $18::timestamptz[], $19::int[],
    $20::int[], $21::int[], $22::int[], $23::int[], $24::int[], $25::int[], $26::int[], $27::int[])
    AS a(id, account_id, subscription_id, delivery_id, event_id, kind, dialect, event_type, event_name, number, outcome,
      url, response_status, response_truncated, error_code, error_message, started_at, duration_ms, start1, length1,
      start2, length2, start3, length3, start4, length4)`;
