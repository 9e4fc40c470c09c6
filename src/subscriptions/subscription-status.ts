import { CLEAN_RECORD, type Subscription } from './subscription.entity.js';

/** What somebody who switches a subscription on or off makes of its row: pure. */

export function enabled(row: Subscription, now: Date): Subscription {
  const statusChangedAt = row.status === 'active' ? row.statusChangedAt : now;
  return { ...row, ...CLEAN_RECORD, status: 'active', statusReason: null, statusChangedAt };
}

export function disabled(row: Subscription, byWhom: string, now: Date): Subscription {
  const suspensionEnded = { suspendedUntil: null, suspensionMinutes: null, probeDeliveryId: null };
  return {
    ...row,
    ...suspensionEnded,
    status: 'disabled',
    statusReason: `disabled by ${byWhom}`,
    statusChangedAt: now,
  };
}
