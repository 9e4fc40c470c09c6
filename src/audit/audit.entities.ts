import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../common/json.js';
import type { AttemptKind, AttemptOutcome } from '../event-bus/internal-events.js';

/** One webhook call, as it went: the task history. Partitioned by id, written by hand-written SQL. */
@Entity('attempts')
@Index('attempts_account_idx', ['accountId', 'id'])
@Index('attempts_subscription_idx', ['subscriptionId', 'id'])
@Index('attempts_delivery_idx', ['deliveryId'])
@Index('attempts_account_failures_idx', ['accountId', 'id'], { where: `(outcome <> 'delivered'::text)` })
@Index('attempts_subscription_failures_idx', ['subscriptionId', 'id'], { where: `(outcome <> 'delivered'::text)` })
export class Attempt {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'attempts_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'subscription_id' })
  subscriptionId: string;

  @Column('uuid', { name: 'delivery_id', nullable: true })
  deliveryId: string | null;

  @Column('uuid', { name: 'event_id', nullable: true })
  eventId: string | null;

  @Column('text')
  kind: AttemptKind;

  @Column('text')
  dialect: string;

  @Column('text', { name: 'event_type', nullable: true })
  eventType: string | null;

  @Column('text', { name: 'event_name' })
  eventName: string;

  @Column('integer')
  number: number;

  @Column('text')
  outcome: AttemptOutcome;

  @Column('text')
  url: string;

  @Column('json', { name: 'request_headers' })
  requestHeaders: Record<string, string>;

  @Column('bytea', { name: 'request_body' })
  requestBody: Buffer;

  /** 0: there was no answer. */
  @Column('integer', { name: 'response_status' })
  responseStatus: number;

  @Column('json', { name: 'response_headers' })
  responseHeaders: Record<string, string | string[]>;

  @Column('bytea', { name: 'response_body' })
  responseBody: Buffer;

  @Column('boolean', { name: 'response_truncated' })
  responseTruncated: boolean;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage: string | null;

  @Column({ type: 'timestamptz', name: 'started_at', precision: 3 })
  startedAt: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs: number;
}

/** Who changed what, from where. */
@Entity('audit_log')
@Index('audit_log_account_idx', ['accountId', 'id'])
@Index('audit_log_changes_idx', ['accountId', 'id'], { where: `(action <> 'events.accepted'::text)` })
export class AuditEntry {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'audit_log_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  action: string;

  @Column('text', { name: 'target_kind' })
  targetKind: string;

  @Column('text', { name: 'target_id' })
  targetId: string;

  @Column('uuid', { name: 'key_id', nullable: true })
  keyId: string | null;

  @Column('text', { name: 'key_name' })
  keyName: string;

  @Column('text')
  role: string;

  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('json', { nullable: true })
  before: JsonValue;

  @Column('json', { nullable: true })
  after: JsonValue;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}
