import { Injectable, type OnModuleInit } from '@nestjs/common';
import { boolean, bytes, type Column, copyRows, int, text, time, uuid } from '../database/copy-rows.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AttemptMade } from '../event-bus/internal-events.js';

/** Writes the task history in the transaction that decides what becomes of the deliveries. */
@Injectable()
export class AttemptRecorder implements OnModuleInit {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.subscribe('AttemptsMade', ({ attempts }, transaction) => {
      copyRows('attempts', COLUMNS, attempts, transaction);
    });
  }
}

const COLUMNS: readonly Column<AttemptMade>[] = [
  uuid('id', (attempt) => attempt.id),
  uuid('account_id', (attempt) => attempt.accountId),
  uuid('subscription_id', (attempt) => attempt.subscriptionId),
  uuid('delivery_id', (attempt) => attempt.deliveryId),
  uuid('event_id', (attempt) => attempt.eventId),
  text('kind', (attempt) => attempt.kind),
  text('dialect', (attempt) => attempt.dialect),
  text('event_type', (attempt) => attempt.eventType),
  text('event_name', (attempt) => attempt.eventName),
  int('number', (attempt) => attempt.number),
  text('outcome', (attempt) => attempt.outcome),
  text('url', (attempt) => attempt.url),
  text('request_headers', (attempt) => JSON.stringify(attempt.requestHeaders)),
  bytes('request_body', (attempt) => attempt.requestBody),
  int('response_status', (attempt) => attempt.responseStatus),
  text('response_headers', (attempt) => JSON.stringify(attempt.responseHeaders)),
  bytes('response_body', (attempt) => attempt.responseBody),
  boolean('response_truncated', (attempt) => attempt.responseTruncated),
  text('error_code', (attempt) => attempt.errorCode),
  text('error_message', (attempt) => attempt.errorMessage),
  time('started_at', (attempt) => attempt.startedAt),
  int('duration_ms', (attempt) => attempt.durationMs),
];
