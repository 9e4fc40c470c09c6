import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Subscription } from '../subscriptions/subscription.entity.js';

/** When a subscription with a rate limit may next be called, by whichever worker. */
@Entity('rate_slots')
export class RateSlot {
  @PrimaryColumn({ type: 'uuid', name: 'subscription_id', primaryKeyConstraintName: 'rate_slots_pkey' })
  @ForeignKey(() => Subscription, { name: 'rate_slots_subscription_fkey' })
  subscriptionId: string;

  @Column({ type: 'timestamptz', name: 'next_slot_at' })
  nextSlotAt: Date;
}
