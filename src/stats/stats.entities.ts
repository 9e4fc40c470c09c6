import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Delta } from './tally.js';

export const GRAINS = ['minute', 'hour', 'day'] as const;
export type Grain = (typeof GRAINS)[number];

/** The scope of what is counted of a whole account. */
export const WHOLE_ACCOUNT = '00000000-0000-0000-0000-000000000000';

/** What one transaction had to count, until it is rolled up. The id's own time says when. */
@Entity('stats_deltas')
export class StatsDelta {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'stats_deltas_pkey' })
  id: string;

  @Column('json')
  content: Delta[];
}

/** What was counted of a subscription, a partner or a whole account in a minute, an hour or a day. */
@Entity('stats_buckets')
@Index('stats_buckets_age_idx', ['grain', 'at'])
export class StatsBucket {
  @PrimaryColumn({ type: 'uuid', name: 'account_id', primaryKeyConstraintName: 'stats_buckets_pkey' })
  accountId: string;

  /** The id of the subscription or the partner, or `WHOLE_ACCOUNT`. */
  @PrimaryColumn({ type: 'uuid', name: 'scope_id', primaryKeyConstraintName: 'stats_buckets_pkey' })
  scopeId: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'stats_buckets_pkey' })
  grain: Grain;

  @PrimaryColumn({ type: 'timestamptz', precision: 3, primaryKeyConstraintName: 'stats_buckets_pkey' })
  at: Date;

  /** In the order of `COUNTED`. */
  @Column('integer', { array: true })
  counts: number[];

  /** How long calls took: a histogram. */
  @Column('integer', { name: 'call_ms', array: true })
  callMs: number[];

  /** From planning to the end of the call that delivered: a histogram. */
  @Column('integer', { name: 'delivery_ms', array: true })
  deliveryMs: number[];
}
