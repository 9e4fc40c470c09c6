import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Account } from '../accounts/account.entities.js';

/** What an account's erased subjects are hashed with, sealed. Made with the first of them. */
@Entity('erasure_keys')
export class ErasureKey {
  @PrimaryColumn({ type: 'uuid', name: 'account_id', primaryKeyConstraintName: 'erasure_keys_pkey' })
  @ForeignKey(() => Account, { name: 'erasure_keys_account_fkey' })
  accountId: string;

  @Column('bytea')
  key: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;
}

/** Somebody who was forgotten: what arrives about them later is blanked too. Kept for good. */
@Entity('erased_subjects')
export class ErasedSubject {
  @PrimaryColumn({ type: 'uuid', name: 'account_id', primaryKeyConstraintName: 'erased_subjects_pkey' })
  @ForeignKey(() => Account, { name: 'erased_subjects_account_fkey' })
  accountId: string;

  /** HMAC-SHA256 with the account's key. */
  @PrimaryColumn({ type: 'bytea', name: 'id_hash', primaryKeyConstraintName: 'erased_subjects_pkey' })
  idHash: Buffer;

  @Column('text')
  entity: string;

  @Column({ type: 'timestamptz', name: 'erased_at', precision: 3 })
  erasedAt: Date;
}
