import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const ROLES = ['admin', 'producer', 'viewer', 'partner'] as const;
export type Role = (typeof ROLES)[number];

/** The tenant that owns everything. */
@Entity('accounts')
export class Account {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'accounts_pkey' })
  id: string;

  @Column('text')
  name: string;

  /** Moves with every change to a subscription or partner: whoever caches those compares it. */
  @Column('integer', { name: 'subscriptions_version', default: 0 })
  subscriptionsVersion: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}

export type PartnerStatus = 'active' | 'disabled';

/** A receiving party within an account. Its keys come and go, its subscriptions stay. */
@Entity('partners')
@Index('partners_account_idx', ['accountId', 'id'])
export class Partner {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'partners_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  @ForeignKey(() => Account, { name: 'partners_account_fkey' })
  accountId: string;

  @Column('text')
  name: string;

  /** Canonical types or `entity.*` that it may receive; `null`: all. */
  @Column('text', { name: 'event_types', array: true, nullable: true })
  eventTypes: string[] | null;

  @Column('uuid', { name: 'source_ids', array: true, nullable: true })
  sourceIds: string[] | null;

  /** Which events it may receive; `null`: all. */
  @Column('json', { nullable: true })
  filter: object | null;

  @Column('text')
  status: PartnerStatus;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}

/** A key to the API; only its SHA-256 is kept. */
@Entity('api_keys')
@Index('api_keys_account_idx', ['accountId', 'id'])
export class ApiKey {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'api_keys_pkey' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  @ForeignKey(() => Account, { name: 'api_keys_account_fkey' })
  accountId: string;

  @Column('uuid', { name: 'partner_id', nullable: true })
  @ForeignKey(() => Partner, { name: 'api_keys_partner_fkey', onDelete: 'CASCADE' })
  partnerId: string | null;

  @Column('text')
  name: string;

  @Column('text')
  role: Role;

  @Column('bytea', { name: 'key_hash' })
  @Index('api_keys_hash_idx', { unique: true })
  keyHash: Buffer;

  /** The bootstrap key: it may also open accounts. */
  @Column('boolean', { default: false })
  operator: boolean;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}
