import { STANDARD_POLICY } from '../../ats/delivery-policies.js';
import type { DeliveryPolicy } from '../../ats/dialect.js';

const MINUTE = 60;

/** The retries are documented: six, over fifteen hours. The rest is left open. */
export const greenhousePolicy: DeliveryPolicy = {
  ...STANDARD_POLICY,
  retryDelaysSeconds: [1, 15, 60, 120, 240, 480].map((minutes) => minutes * MINUTE),
  jitterRatio: 0.05,
  honoursRetryAfter: false,
  goneStatuses: [],
};
