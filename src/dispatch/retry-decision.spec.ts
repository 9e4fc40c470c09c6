import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STANDARD_POLICY } from '../ats/delivery-policies.js';
import type { DeliveryPolicy } from '../ats/dialect.js';
import { decideRetry } from './retry-decision.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const DAY_MS = 86_400_000;
const MIDDLE = 0.5;
/** No jitter, deaf to what the receiver asks for. */
const QUICK_POLICY: DeliveryPolicy = {
  ...STANDARD_POLICY,
  retryDelaysSeconds: [1, 2, 4, 8, 16],
  jitterRatio: 0,
  honoursRetryAfter: false,
  goneStatuses: [],
};

interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly attemptNumber?: number;
  readonly random?: number;
}

function decide(policy: DeliveryPolicy, { status = 500, headers = {}, attemptNumber = 1, random = MIDDLE }: Answered) {
  return decideRetry({ status, headers, error: null }, policy, attemptNumber, random, NOW);
}

function afterMs(policy: DeliveryPolicy, answered: Answered): number {
  const decision = decide(policy, answered);
  if (decision.outcome !== 'retry') throw new Error(`Not a retry: ${decision.outcome}`);
  return decision.afterMs;
}

describe('what follows from an answer', () => {
  it.each([200, 201, 204, 299])('is that %i has delivered', (status) => {
    expect(decide(STANDARD_POLICY, { status })).toEqual({ outcome: 'delivered' });
  });

  it.each([199, 300, 301, 302, 307, 400, 404, 409, 429, 500, 503, 599])('is another attempt after %i', (status) => {
    expect(decide(STANDARD_POLICY, { status })).toMatchObject({ outcome: 'retry' });
  });

  it('is another attempt where there was no answer, or a good one that broke off', () => {
    for (const status of [0, 200]) {
      const error = { code: 'timeout' as const, message: 'The answer did not end within 1000 ms.' };
      const decision = decideRetry({ status, headers: {}, error }, STANDARD_POLICY, 1, MIDDLE, NOW);
      expect(decision).toMatchObject({ outcome: 'retry' });
    }
  });

  it('is the end after an answer by which the receiver is gone, whatever is left of the table', () => {
    expect(decide(STANDARD_POLICY, { status: 410 })).toEqual({
      outcome: 'failed',
      reason: 'the receiver answered 410 (Gone)',
    });
    expect(decide(QUICK_POLICY, { status: 410 })).toMatchObject({ outcome: 'retry' });
  });

  it('is the end after the last attempt, with what happened at it', () => {
    expect(decide(QUICK_POLICY, { status: 503, attemptNumber: 6 })).toEqual({
      outcome: 'failed',
      reason: 'gave up after 6 attempts: the receiver answered 503',
    });
    const error = { code: 'timeout' as const, message: 'The receiver did not answer within 10000 ms.' };
    expect(decideRetry({ status: 0, headers: {}, error }, QUICK_POLICY, 6, MIDDLE, NOW)).toEqual({
      outcome: 'failed',
      reason: 'gave up after 6 attempts: The receiver did not answer within 10000 ms.',
    });
  });
});

describe('when the next attempt is', () => {
  it('follows the table', () => {
    const seconds = (policy: DeliveryPolicy) =>
      policy.retryDelaysSeconds.map((_, index) => afterMs(policy, { attemptNumber: index + 1 }) / 1_000);
    expect(seconds(QUICK_POLICY)).toEqual([1, 2, 4, 8, 16]);
    expect(seconds(STANDARD_POLICY)).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  });

  it('is moved by jitter up to its ratio, both ways, and not at all without', () => {
    expect([0, 0.5, 1].map((random) => afterMs(STANDARD_POLICY, { random }))).toEqual([4_000, 5_000, 6_000]);
    expect([0, 0.5, 1].map((random) => afterMs(QUICK_POLICY, { random }))).toEqual([1_000, 1_000, 1_000]);
  });

  it.each([
    ['seconds', '120', 120_000],
    ['seconds with spaces', ' 120 ', 120_000],
    ['an HTTP date', 'Sat, 31 Jan 2026 12:10:00 GMT', 600_000],
    ['several headers, of which the first counts', ['60', '7200'], 60_000],
    ['more than a day', '864000', DAY_MS],
    ['a date in a hundred years', 'Fri, 31 Jan 2126 12:00:00 GMT', DAY_MS],
    ['less than the table', '1', 5_000],
    ['nothing to wait', '0', 5_000],
    ['a date that is past', 'Fri, 30 Jan 2026 12:00:00 GMT', 5_000],
    ['a negative number', '-60', 5_000],
    ['no number', 'soon', 5_000],
    ['nothing', '', 5_000],
  ])('heeds a Retry-After of %s', (_what, header, expectedMs) => {
    expect(afterMs(STANDARD_POLICY, { status: 429, headers: { 'retry-after': header } })).toBe(expectedMs);
  });

  it('ignores a Retry-After where the vendor does', () => {
    expect(afterMs(QUICK_POLICY, { status: 429, headers: { 'retry-after': '3600' } })).toBe(1_000);
  });

  it('is never in the past and never beyond a day and its jitter, whatever a receiver sends', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.integer().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (header, attemptNumber, random) => {
          const ms = afterMs(STANDARD_POLICY, { attemptNumber, random, headers: { 'retry-after': header } });
          expect(ms).toBeGreaterThanOrEqual(4_000);
          expect(ms).toBeLessThanOrEqual(1.2 * DAY_MS);
        },
      ),
      { seed: 20260131 },
    );
  });
});
