import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'skipped', 'cancelled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event owed to one subscription: the record that stays. Partitioned by id. */
@Entity('deliveries')
@Index('deliveries_account_idx', ['accountId', 'id'])
@Index('deliveries_subscription_idx', ['subscriptionId', 'id'])
@Index('deliveries_event_idx', ['eventId'])
@Index('deliveries_account_reasons_idx', ['accountId', 'id'], { where: '(reason IS NOT NULL)' })
@Index('deliveries_subscription_reasons_idx', ['subscriptionId', 'id'], { where: '(reason IS NOT NULL)' })
export class Delivery {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'deliveries_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('uuid', { name: 'subscription_id' })
  subscriptionId: string;

  @Column('text', { name: 'event_type' })
  eventType: string;

  /** The dialect's name of the event; `null` when it has none. */
  @Column('text', { name: 'event_name', nullable: true })
  eventName: string | null;

  @Column('text')
  status: DeliveryStatus;

  @Column('text', { nullable: true })
  reason: string | null;

  /** Written when the delivery finishes; until then `PendingDelivery` counts. */
  @Column('integer', { default: 0 })
  attempts: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt: Date | null;
}

/** What is still to be done for a pending delivery; the row goes when the delivery finishes. */
@Entity('pending_deliveries')
@Index('pending_deliveries_enqueue_idx', ['enqueueAt'], { where: '(enqueue_at IS NOT NULL)' })
@Index('pending_deliveries_next_idx', ['subscriptionId', 'nextAttemptAt'])
export class PendingDelivery {
  @PrimaryColumn({ type: 'uuid', name: 'delivery_id', primaryKeyConstraintName: 'pending_deliveries_pkey' })
  deliveryId: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'subscription_id' })
  subscriptionId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('text', { name: 'event_type' })
  eventType: string;

  @Column('text', { name: 'event_name' })
  eventName: string;

  @Column('integer')
  attempts: number;

  /** The attempt from which the dialect's schedule counts: moved by a retry by hand. */
  @Column('integer', { name: 'schedule_from' })
  scheduleFrom: number;

  @Column({ type: 'timestamptz', name: 'next_attempt_at', precision: 3 })
  nextAttemptAt: Date;

  /** When the scheduler puts it in the queue; `null`: that has been done, or its subscription is suspended. */
  @Column({ type: 'timestamptz', name: 'enqueue_at', precision: 3, nullable: true })
  enqueueAt: Date | null;

  @Column({ type: 'timestamptz', name: 'lease_until', precision: 3, nullable: true })
  leaseUntil: Date | null;

  /** Fences off a worker whose lease ran out; never used twice. */
  @Column('bigint', { name: 'lease_token', nullable: true })
  leaseToken: string | null;
}
