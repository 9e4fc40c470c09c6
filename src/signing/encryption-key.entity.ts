import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that secrets in this database may be encrypted with, and a text by which a key proves to be it. */
@Entity('encryption_keys')
export class EncryptionKey {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'encryption_keys_pkey' })
  id: string;

  @Column('bytea')
  check: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
