import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Subscription } from '../subscriptions/subscription.entity.js';
import type { DeliveryStatus } from './delivery.entity.js';

export const RECOVERY_STATUSES = ['running', 'done', 'cancelled', 'stopped'] as const;
export type RecoveryStatus = (typeof RECOVERY_STATUSES)[number];

/** What a retry of many deliveries is of. */
export interface RetryFilter {
  readonly eventId: string | null;
  readonly type: string | null;
  readonly status: DeliveryStatus | null;
  /** `null`: all that the rest lets through. */
  readonly deliveryIds: readonly string[] | null;
}

/** Sends again, in the background, what a subscription has missed in a span of time, or what somebody chose to retry. */
@Entity('recoveries')
@Index('recoveries_account_idx', ['accountId', 'id'])
@Index('recoveries_running_idx', ['nextStepAt'], { where: `(status = 'running'::text)` })
export class Recovery {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'recoveries_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  /** Set: only what this partner's subscriptions are owed. */
  @Column('uuid', { name: 'partner_id', nullable: true })
  partnerId: string | null;

  /** `null`: a retry that may be of several. */
  @Column('uuid', { name: 'subscription_id', nullable: true })
  @ForeignKey(() => Subscription, { name: 'recoveries_subscription_fkey' })
  subscriptionId: string | null;

  /** `null`: a recovery of the subscription, not a retry. */
  @Column('json', { nullable: true })
  filter: RetryFilter | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  since: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  until: Date;

  /** Only counts. */
  @Column('boolean', { name: 'dry_run' })
  dryRun: boolean;

  @Column('text')
  status: RecoveryStatus;

  /** Why it was stopped. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** What there was to recover when it began; `null`: too much to count. */
  @Column('integer', { nullable: true })
  total: number | null;

  @Column('integer', { default: 0 })
  recovered: number;

  /** Looked at, but not made due: its subscription is not active, or somebody is at it. */
  @Column('integer', { name: 'left_out', default: 0 })
  leftOut: number;

  /** The last delivery that was looked at. */
  @Column('uuid', { nullable: true })
  position: string | null;

  @Column({ type: 'timestamptz', name: 'next_step_at', precision: 3 })
  nextStepAt: Date;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt: Date | null;
}
