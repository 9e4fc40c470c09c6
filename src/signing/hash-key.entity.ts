import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A key that this database's keyed hashes are made with. It is not derived from `SECRETS_KEY`, only encrypted with it, so that
 * hashes, which nobody can make anew, stay good when that changes.
 */
@Entity('hash_keys')
export class HashKey {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'hash_keys_pkey' })
  id: string;

  /** Sealed. `null`: hashes were made with what was derived from the `SECRETS_KEY` of this id, until the next start. */
  @Column('bytea', { nullable: true })
  key: Buffer | null;

  /** Set: what was hashed with it is known again, but nothing new is hashed with it. */
  @Column({ type: 'timestamptz', name: 'retired_at', precision: 3, nullable: true })
  retiredAt: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
