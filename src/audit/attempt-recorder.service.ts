import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../common/transaction.js';
import { packBytes } from '../database/packed-bytes.js';
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
    const requests = packBytes(attempts.map((attempt) => attempt.requestBody));
    const responses = packBytes(attempts.map((attempt) => attempt.responseBody));
    await transaction.query(INSERT, [
      attempts.map((attempt) => attempt.id),
      attempts.map((attempt) => attempt.accountId),
      attempts.map((attempt) => attempt.subscriptionId),
      attempts.map((attempt) => attempt.deliveryId),
      attempts.map((attempt) => attempt.eventId),
      attempts.map((attempt) => attempt.kind),
      attempts.map((attempt) => attempt.dialect),
      attempts.map((attempt) => attempt.eventType),
      attempts.map((attempt) => attempt.eventName),
      attempts.map((attempt) => attempt.number),
      attempts.map((attempt) => attempt.outcome),
      attempts.map((attempt) => attempt.url),
      attempts.map((attempt) => JSON.stringify(attempt.requestHeaders)),
      requests.bytes,
      requests.starts,
      requests.lengths,
      attempts.map((attempt) => attempt.responseStatus),
      attempts.map((attempt) => JSON.stringify(attempt.responseHeaders)),
      responses.bytes,
      responses.starts,
      responses.lengths,
      attempts.map((attempt) => attempt.responseTruncated),
      attempts.map((attempt) => attempt.errorCode),
      attempts.map((attempt) => attempt.errorMessage),
      attempts.map((attempt) => attempt.startedAt),
      attempts.map((attempt) => attempt.durationMs),
    ]);
  }
}

const INSERT = `
  INSERT INTO attempts (id, account_id, subscription_id, delivery_id, event_id, kind, dialect, event_type, event_name,
    number, outcome, url, request_headers, request_body, response_status, response_headers, response_body,
    response_truncated, error_code, error_message, started_at, duration_ms)
  SELECT a.id, a.account_id, a.subscription_id, a.delivery_id, a.event_id, a.kind, a.dialect, a.event_type, a.event_name,
    a.number, a.outcome, a.url, a.request_headers, substring($14::bytea FROM a.request_start FOR a.request_length),
    a.response_status, a.response_headers, substring($19::bytea FROM a.response_start FOR a.response_length),
    a.response_truncated, a.error_code, a.error_message, a.started_at, a.duration_ms
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::int[], $11::text[], $12::text[], $13::json[], $15::int[], $16::int[], $17::int[], $18::json[], $20::int[],
    $21::int[], $22::boolean[], $23::text[], $24::text[], $25::timestamptz[], $26::int[])
    AS a(id, account_id, subscription_id, delivery_id, event_id, kind, dialect, event_type, event_name, number, outcome,
      url, request_headers, request_start, request_length, response_status, response_headers, response_start,
      response_length, response_truncated, error_code, error_message, started_at, duration_ms)`;
