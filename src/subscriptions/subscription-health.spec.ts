import { describe, expect, it } from '@jest/globals';
import type { GivingUpRule } from '../ats/dialect.js';
import { type CallResult, type HealthState, nextHealth, type Verdict } from './subscription-health.js';

const START = new Date('2026-01-31T12:00:00.000Z');
const DAY_MS = 86_400_000;
const HEALTHY: HealthState = {
  consecutiveServerErrors: 0,
  consecutiveFailedDeliveries: 0,
  failingSince: null,
  suspensionMinutes: null,
};

type Call = Partial<CallResult> & { readonly afterMs?: number };

const ok: Call = { status: 200, outcome: 'delivered' };
const serverError: Call = { status: 503 };
const clientError: Call = { status: 404 };
const noAnswer: Call = { status: 0 };
const lastAttempt: Call = { status: 500, outcome: 'failed' };

/** Has the calls happen one after the other; answers the state and every verdict. */
function happen(rule: GivingUpRule, calls: readonly Call[], from = HEALTHY, goneStatuses: readonly number[] = []) {
  let state = from;
  const verdicts: Verdict[] = [];
  for (const { afterMs = 0, ...call } of calls) {
    const at = new Date(START.getTime() + afterMs);
    const next = nextHealth(state, { status: 500, outcome: 'retry', at, probe: false, ...call }, rule, goneStatuses);
    state = next.state;
    verdicts.push(next.verdict);
  }
  return { state, kinds: verdicts.map(({ kind }) => kind), last: verdicts.at(-1) };
}

function times(count: number, call: Call): Call[] {
  return Array<Call>(count).fill(call);
}

describe('a receiver that is gone', () => {
  const rule: GivingUpRule = { kind: 'failing_for', days: 5 };

  it('says so by any of the statuses that its dialect takes for it', () => {
    for (const status of [409, 410]) {
      const { last } = happen(rule, [{ status, outcome: 'failed' }], HEALTHY, [409, 410]);
      expect(last).toEqual({ kind: 'deactivate', reason: `the receiver answered ${status} (Gone)` });
    }
    expect(happen(rule, [{ status: 409 }], HEALTHY, [410]).kinds).toEqual(['none']);
  });
});

describe('giving up after a time of nothing but failures', () => {
  const rule: GivingUpRule = { kind: 'failing_for', days: 5 };

  it('counts from the first failure', () => {
    const { state, kinds, last } = happen(rule, [
      { ...serverError, afterMs: 0 },
      { ...noAnswer, afterMs: 3 * DAY_MS },
      { ...clientError, afterMs: 5 * DAY_MS - 1 },
      { ...serverError, afterMs: 5 * DAY_MS },
    ]);
    expect(kinds).toEqual(['none', 'none', 'none', 'disable']);
    expect(last).toEqual({ kind: 'disable', reason: 'every call has failed for 5 days' });
    expect(state.failingSince).toEqual(START);
  });

  it('begins anew after a success', () => {
    const { state, kinds } = happen(rule, [
      serverError,
      { ...ok, afterMs: 4 * DAY_MS },
      { ...serverError, afterMs: 6 * DAY_MS },
    ]);
    expect(kinds).toEqual(['none', 'none', 'none']);
    expect(state.failingSince).toEqual(new Date(START.getTime() + 6 * DAY_MS));
  });

  it('never gives up at a success', () => {
    const failing = { ...HEALTHY, failingSince: new Date(START.getTime() - 9 * DAY_MS) };
    expect(happen(rule, [ok], failing).kinds).toEqual(['none']);
  });
});

describe('giving up after failed deliveries in a row', () => {
  const rule: GivingUpRule = { kind: 'failed_deliveries', count: 10 };

  it('counts deliveries, not their attempts', () => {
    expect(happen(rule, times(100, serverError)).state.consecutiveFailedDeliveries).toBe(0);
    const { kinds, last } = happen(rule, times(10, lastAttempt));
    expect(kinds.slice(0, 9)).toEqual(Array(9).fill('none'));
    expect(last).toEqual({ kind: 'disable', reason: '10 deliveries in a row have failed' });
  });

  it('begins anew after a success, and not after a failure that will be tried again', () => {
    expect(happen(rule, [...times(9, lastAttempt), ok, ...times(9, lastAttempt)]).last).toEqual({ kind: 'none' });
    expect(happen(rule, [...times(9, lastAttempt), serverError, lastAttempt]).last).toMatchObject({ kind: 'disable' });
  });
});

describe('suspending', () => {
  const rule: GivingUpRule = { kind: 'suspend', serverErrors: 20, firstMinutes: 15, maxMinutes: 1440 };
  const probe = (call: Call): Call => ({ ...call, probe: true });
  const suspended = { ...HEALTHY, consecutiveServerErrors: 20 };

  it('comes after so many 5xx in a row', () => {
    const { kinds, last } = happen(rule, times(20, serverError));
    expect(kinds.slice(0, 19)).toEqual(Array(19).fill('none'));
    expect(last).toEqual({ kind: 'suspend', minutes: 15, reason: '20 calls in a row were answered 5xx' });
  });

  it.each([
    ['a success', ok],
    ['a 4xx', clientError],
    ['a redirect', { status: 302 }],
  ])('begins to count anew after %s', (_what, call) => {
    const { state, kinds } = happen(rule, [...times(19, serverError), call, ...times(19, serverError)]);
    expect(new Set(kinds)).toEqual(new Set(['none']));
    expect(state.consecutiveServerErrors).toBe(19);
  });

  it('neither counts a missing answer nor begins anew after it', () => {
    const { kinds, last } = happen(rule, [...times(19, serverError), ...times(5, noAnswer), serverError]);
    expect(kinds.slice(0, 24)).toEqual(Array(24).fill('none'));
    expect(last).toMatchObject({ kind: 'suspend' });
  });

  it('doubles with every probe that fails, up to the longest', () => {
    let state: HealthState = { ...suspended, suspensionMinutes: 15 };
    const minutes: number[] = [];
    for (let probes = 0; probes < 9; probes++) {
      const { last } = happen(rule, [probe(serverError)], state);
      if (last?.kind !== 'suspend') throw new Error('Not suspended.');
      minutes.push(last.minutes);
      state = { ...state, suspensionMinutes: last.minutes };
    }
    expect(minutes).toEqual([30, 60, 120, 240, 480, 960, 1440, 1440, 1440]);
  });

  it.each([
    ['a 5xx', serverError, { kind: 'suspend', minutes: 30, reason: expect.stringContaining('answered 503') }],
    ['no answer', noAnswer, { kind: 'suspend', minutes: 30, reason: expect.stringContaining('no answer') }],
    ['a success', ok, { kind: 'resume' }],
    ['a 4xx, which is no server error', clientError, { kind: 'resume' }],
  ])('is decided by the probe alone: %s', (_what, call, verdict) => {
    const { last } = happen(rule, [probe(call)], { ...suspended, suspensionMinutes: 15 });
    expect(last).toEqual(verdict);
  });
});
