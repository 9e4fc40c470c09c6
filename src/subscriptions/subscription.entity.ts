import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account, Partner } from '../accounts/account.entities.js';
import type { SubscriptionStatus } from '../event-bus/internal-events.js';

/** Who wants which events, where, and in which dialect; with its health, by which its dialect's rule gives up. */
@Entity('subscriptions')
@Index('subscriptions_account_idx', ['accountId', 'id'])
@Index('subscriptions_suspended_idx', ['suspendedUntil'], { where: `(status = 'suspended'::text)` })
export class Subscription {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'subscriptions_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  @ForeignKey(() => Account, { name: 'subscriptions_account_fkey' })
  accountId: string;

  @Column('uuid', { name: 'partner_id', nullable: true })
  @ForeignKey(() => Partner, { name: 'subscriptions_partner_fkey' })
  partnerId: string | null;

  @Column('text')
  dialect: string;

  @Column('text')
  url: string;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  /** Patterns, as given. */
  @Column('text', { array: true })
  events: string[];

  @Column('text')
  status: SubscriptionStatus;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReason: string | null;

  @Column({ type: 'timestamptz', name: 'status_changed_at', precision: 3 })
  statusChangedAt: Date;

  /** Sealed, as are `previousSecret`, `auth` and `headers`. */
  @Column('bytea')
  secret: Buffer;

  @Column('bytea', { name: 'previous_secret', nullable: true })
  previousSecret: Buffer | null;

  @Column({ type: 'timestamptz', name: 'previous_secret_expires_at', precision: 3, nullable: true })
  previousSecretExpiresAt: Date | null;

  @Column('bytea', { nullable: true })
  auth: Buffer | null;

  @Column('bytea', { nullable: true })
  headers: Buffer | null;

  /** Which of the events that its patterns ask for; `null`: all. */
  @Column('json', { nullable: true })
  filter: object | null;

  /** `null`: the dialect's own. */
  @Column('integer', { name: 'timeout_ms', nullable: true })
  timeoutMs: number | null;

  /** Calls a second; `null`: no limit. */
  @Column('double precision', { name: 'rate_limit', nullable: true })
  rateLimit: number | null;

  @Column('boolean', { name: 'include_files', default: false })
  includeFiles: boolean;

  /** When the receiver at `url` proved that it wants the calls, in dialects that ask. */
  @Column({ type: 'timestamptz', name: 'confirmed_at', precision: 3, nullable: true })
  confirmedAt: Date | null;

  /** Moves with every change but those of health: what is cached about a subscription carries it. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('integer', { name: 'consecutive_server_errors', default: 0 })
  consecutiveServerErrors: number;

  @Column('integer', { name: 'consecutive_failed_deliveries', default: 0 })
  consecutiveFailedDeliveries: number;

  @Column({ type: 'timestamptz', name: 'failing_since', precision: 3, nullable: true })
  failingSince: Date | null;

  @Column({ type: 'timestamptz', name: 'suspended_until', precision: 3, nullable: true })
  suspendedUntil: Date | null;

  @Column('integer', { name: 'suspension_minutes', nullable: true })
  suspensionMinutes: number | null;

  /** The one delivery that may go out while suspended. */
  @Column('uuid', { name: 'probe_delivery_id', nullable: true })
  probeDeliveryId: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  /** Deleted ones keep their row, without secrets, for the history's sake. */
  @Column({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;
}

/** How a subscription starts, and comes back into use: nothing counts against its receiver. */
export const CLEAN_RECORD = {
  consecutiveServerErrors: 0,
  consecutiveFailedDeliveries: 0,
  failingSince: null,
  suspendedUntil: null,
  suspensionMinutes: null,
  probeDeliveryId: null,
} satisfies Partial<Subscription>;

/** What is left of the sealed columns of a deleted subscription. */
export const NO_CREDENTIALS = {
  secret: Buffer.alloc(0),
  previousSecret: null,
  previousSecretExpiresAt: null,
  auth: null,
  headers: null,
} satisfies Partial<Subscription>;
