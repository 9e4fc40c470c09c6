import type { DeliveryPolicy } from '../../ats/dialect.js';

/** All of it is documented: six attempts within 31 seconds, then the next delivery's turn to fail. */
export const hatchbeaconPolicy: DeliveryPolicy = {
  timeoutMs: 10_000,
  retryDelaysSeconds: [1, 2, 4, 8, 16],
  jitterRatio: 0,
  honoursRetryAfter: false,
  goneStatuses: [],
  givingUp: { kind: 'failed_deliveries', count: 10 },
};
