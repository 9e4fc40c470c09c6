import type { DeliveryPolicy } from '../ats/dialect.js';
import type { OutboundAnswer } from '../outbound-http/outbound-http.service.js';

/** What becomes of a delivery after a call. */
export type RetryDecision =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'retry'; readonly afterMs: number }
  | { readonly outcome: 'failed'; readonly reason: string };

const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Decides by the dialect's policy alone: pure. 2xx is success, everything else a failure; redirects are never followed.
 *
 * @param attemptNumber 1 for the first attempt of the schedule
 * @param random from 0 to 1, for jitter
 */
export function decideRetry(
  answer: Pick<OutboundAnswer, 'status' | 'headers' | 'error'>,
  policy: DeliveryPolicy,
  attemptNumber: number,
  random: number,
  now: Date,
): RetryDecision {
  if (answer.status >= 200 && answer.status < 300 && !answer.error) return { outcome: 'delivered' };
  if (policy.goneStatuses.includes(answer.status)) {
    return { outcome: 'failed', reason: `the receiver answered ${answer.status} (Gone)` };
  }
  const delaySeconds = policy.retryDelaysSeconds[attemptNumber - 1];
  if (delaySeconds === undefined) {
    return { outcome: 'failed', reason: `gave up after ${attemptNumber} attempts: ${whatHappened(answer)}` };
  }
  const jitter = 1 + policy.jitterRatio * (2 * random - 1);
  const scheduledMs = Math.round(delaySeconds * 1_000 * jitter);
  const askedForMs = policy.honoursRetryAfter ? retryAfterMs(answer.headers['retry-after'], now) : 0;
  return { outcome: 'retry', afterMs: Math.max(scheduledMs, askedForMs) };
}

function whatHappened({ status, error }: Pick<OutboundAnswer, 'status' | 'error'>): string {
  return error ? error.message : `the receiver answered ${status}`;
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); at most a day. */
function retryAfterMs(header: string | string[] | undefined, now: Date): number {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return 0;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : 0;
}
