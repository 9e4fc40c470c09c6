import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Subscription } from '../subscriptions/subscription.entity.js';

export const RECOVERY_STATUSES = ['running', 'done', 'cancelled', 'stopped'] as const;
export type RecoveryStatus = (typeof RECOVERY_STATUSES)[number];

/** Sends again, in the background, what a subscription has missed in a span of time. */
@Entity('recoveries')
@Index('recoveries_running_idx', ['nextStepAt'], { where: `(status = 'running'::text)` })
export class Recovery {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'recoveries_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('uuid', { name: 'subscription_id' })
  @ForeignKey(() => Subscription, { name: 'recoveries_subscription_fkey' })
  subscriptionId: string;

  @Column({ type: 'timestamptz', precision: 3 })
  since: Date;

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

  /** What there was to recover when it began. */
  @Column('integer')
  total: number;

  @Column('integer', { default: 0 })
  recovered: number;

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
