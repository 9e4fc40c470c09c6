import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An accepted event. Partitioned by id, written by hand-written SQL, read through this entity. */
@Entity('events')
@Index('events_account_idx', ['accountId', 'id'])
export class StoredEvent {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'events_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'source_id', nullable: true })
  sourceId: string | null;

  @Column('text')
  type: string;

  @Column({ type: 'timestamptz', name: 'occurred_at', precision: 3 })
  occurredAt: Date;

  @Column({ type: 'timestamptz', name: 'received_at', precision: 3 })
  receivedAt: Date;

  @Column('text', { name: 'subject_entity', nullable: true })
  subjectEntity: string | null;

  @Column('text', { name: 'subject_id', nullable: true })
  subjectId: string | null;

  @Column('boolean')
  test: boolean;

  /** The canonical event as JSON. */
  @Column('bytea')
  content: Buffer;

  /** The vendor's body as received; `null` for the native API. */
  @Column('bytea', { nullable: true })
  received: Buffer | null;

  @Column('text', { array: true, nullable: true })
  warnings: string[] | null;

  /** The call to a source that brought it; `null` for the native API. */
  @Column('uuid', { name: 'request_id', nullable: true })
  requestId: string | null;

  /** Set: it was about somebody who was forgotten, and nothing of that is left. */
  @Column({ type: 'timestamptz', name: 'erased_at', precision: 3, nullable: true })
  erasedAt: Date | null;

  /** What receivers alone get to know, encrypted. */
  @Column('bytea', { nullable: true, select: false })
  sealed: Buffer | null;
}
