import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.entities.js';

/** Somebody who was erased: what arrives about them later is blanked too. Kept for good. */
@Entity('erased_subjects')
export class ErasedSubject {
  @PrimaryColumn({ type: 'uuid', name: 'account_id', primaryKeyConstraintName: 'erased_subjects_pkey' })
  @ForeignKey(() => Account, { name: 'erased_subjects_account_fkey' })
  accountId: string;

  /** Of entity and id, with a key of the database's own. */
  @PrimaryColumn({ type: 'bytea', name: 'id_hash', primaryKeyConstraintName: 'erased_subjects_pkey' })
  idHash: Buffer;

  /** `*`: whoever tells of them; `native`, or a source's UUID: as told from there. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'erased_subjects_pkey' })
  scope: string;

  @Column({ type: 'timestamptz', name: 'erased_at', precision: 3 })
  erasedAt: Date;
}

export const ERASURE_STATUSES = ['running', 'done'] as const;
export type ErasureStatus = (typeof ERASURE_STATUSES)[number];
/** What is being blanked: events and what hangs on them, inbound requests, then the rest and the notice. */
export type ErasureStage = 'events' | 'requests' | 'rest';

/** Takes everything about a person out of the hub, in the background, a step at a time. */
@Entity('erasures')
@Index('erasures_account_idx', ['accountId', 'id'])
@Index('erasures_running_idx', ['nextStepAt'], { where: `(status = 'running'::text)` })
export class Erasure {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'erasures_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  @ForeignKey(() => Account, { name: 'erasures_account_fkey' })
  accountId: string;

  @Column('text')
  entity: string;

  @Column('bytea', { name: 'id_hash' })
  idHash: Buffer;

  /** `null`: whoever tells of the person. */
  @Column('uuid', { name: 'source_id', nullable: true })
  sourceId: string | null;

  @Column('text')
  status: ErasureStatus;

  @Column('text')
  stage: ErasureStage;

  /** All names of the person that are known by now, as encrypted JSON; `null` once it is done. */
  @Column('bytea', { nullable: true })
  targets: Buffer | null;

  /** The last inbound request that was looked at, and its source. */
  @Column('uuid', { name: 'position', nullable: true })
  position: string | null;

  @Column('uuid', { name: 'position_source_id', nullable: true })
  positionSourceId: string | null;

  @Column('integer', { default: 0 })
  events: number;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('integer', { name: 'inbound_requests', default: 0 })
  inboundRequests: number;

  @Column('integer', { name: 'cancelled_deliveries', default: 0 })
  cancelledDeliveries: number;

  @Column('integer', { name: 'audit_entries', default: 0 })
  auditEntries: number;

  /** Whose receivers had been told something. */
  @Column('uuid', { name: 'subscription_ids', array: true })
  subscriptionIds: string[];

  @Column('uuid', { name: 'anonymized_event_id', nullable: true })
  anonymizedEventId: string | null;

  @Column({ type: 'timestamptz', name: 'next_step_at', precision: 3 })
  nextStepAt: Date;

  /** Until then a worker may still hold what it had claimed before. */
  @Column({ type: 'timestamptz', name: 'settles_at', precision: 3 })
  settlesAt: Date;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt: Date | null;
}
