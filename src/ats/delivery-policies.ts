import type { DeliveryPolicy } from './dialect.js';

const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;

/** The policy of every dialect whose vendor leaves it open: ten attempts over three days and a bit. */
export const STANDARD_POLICY: DeliveryPolicy = {
  timeoutMs: 15_000,
  retryDelaysSeconds: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
  jitterRatio: 0.2,
  honoursRetryAfter: true,
  goneStatuses: [410],
  givingUp: { kind: 'failing_for', days: 5 },
};
