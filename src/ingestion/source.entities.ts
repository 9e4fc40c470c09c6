import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.entities.js';

export type SourceStatus = 'active' | 'disabled';

/** Where one ATS sends its own webhooks. Token, secrets and logins are sealed. */
@Entity('sources')
@Index('sources_account_idx', ['accountId', 'id'])
export class Source {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'sources_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  @ForeignKey(() => Account, { name: 'sources_account_fkey' })
  accountId: string;

  @Column('text')
  dialect: string;

  @Column('text')
  name: string;

  @Column('text')
  status: SourceStatus;

  /** SHA-256 of the address's token: what a call is looked up by. */
  @Column('bytea', { name: 'token_hash' })
  @Index('sources_token_idx', { unique: true })
  tokenHash: Buffer;

  @Column('bytea')
  token: Buffer;

  @Column('bytea', { nullable: true })
  secret: Buffer | null;

  @Column('bytea', { name: 'previous_secret', nullable: true })
  previousSecret: Buffer | null;

  @Column({ type: 'timestamptz', name: 'previous_secret_expires_at', precision: 3, nullable: true })
  previousSecretExpiresAt: Date | null;

  @Column('bytea', { nullable: true })
  auth: Buffer | null;

  /** The vendor's base address and login, where its events are thin. */
  @Column('bytea', { nullable: true })
  fetch: Buffer | null;

  /** What the first confirming call brought, in dialects that have one. */
  @Column('bytea', { name: 'confirmed_secret', nullable: true })
  confirmedSecret: Buffer | null;

  /** `Name=canonical.type`: events that the vendor has beyond its document. */
  @Column('text', { array: true })
  events: string[];

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  @Column({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;
}

export const INBOUND_VERDICTS = [
  'accepted',
  'duplicate',
  'fetching',
  'test',
  'confirmation',
  'refused',
  'unreadable',
] as const;
export type InboundVerdict = (typeof INBOUND_VERDICTS)[number];

/** One call to a source's address, as it came, and what became of it. Partitioned by id. */
@Entity('inbound_requests')
@Index('inbound_requests_source_idx', ['sourceId', 'id'])
@Index('inbound_requests_unclear_idx', ['sourceId', 'id'], {
  where: `((verdict <> 'accepted'::text) OR (cardinality(event_ids) > 1))`,
})
export class InboundRequestRow {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'inbound_requests_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  @Column('text', { nullable: true })
  segment: string | null;

  @Column('text', { nullable: true })
  address: string | null;

  /** Credentials already masked. */
  @Column('json')
  headers: Record<string, string | string[]>;

  /** Of a refused call the first 64 KiB, of an oversized one nothing. */
  @Column('bytea')
  body: Buffer;

  @Column('integer', { name: 'body_bytes' })
  bodyBytes: number;

  @Column('text')
  verdict: InboundVerdict;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('integer', { name: 'answer_status' })
  answerStatus: number;

  @Column('uuid', { name: 'event_ids', array: true })
  eventIds: string[];

  @Column({ type: 'timestamptz', name: 'received_at', precision: 3 })
  receivedAt: Date;
}

/** The newest accepted state of an entity of a source: the same again is no event. */
@Entity('entity_states')
export class EntityState {
  @PrimaryColumn({ type: 'uuid', name: 'source_id', primaryKeyConstraintName: 'entity_states_pkey' })
  sourceId: string;

  @PrimaryColumn({ type: 'text', name: 'entity_key', primaryKeyConstraintName: 'entity_states_pkey' })
  entityKey: string;

  @Column('text', { name: 'state_hash' })
  stateHash: string;

  @Column('json')
  answer: object;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}

/** Thin events of one call, which wait for the vendor to tell more. */
@Entity('pending_fetches')
@Index('pending_fetches_due_idx', ['nextAttemptAt'])
export class PendingFetch {
  @PrimaryColumn({ type: 'uuid', name: 'request_id', primaryKeyConstraintName: 'pending_fetches_pkey' })
  requestId: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  @Column('json')
  events: object;

  @Column('integer')
  attempts: number;

  @Column({ type: 'timestamptz', name: 'next_attempt_at', precision: 3 })
  nextAttemptAt: Date;

  /** `null`: not tried yet, or taken by a process that has told nothing of it so far. */
  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;
}
