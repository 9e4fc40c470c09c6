import type { GivingUpRule } from '../ats/dialect.js';

/** What counts towards giving up on a receiver. */
export interface HealthState {
  readonly consecutiveServerErrors: number;
  readonly consecutiveFailedDeliveries: number;
  readonly failingSince: Date | null;
  readonly suspensionMinutes: number | null;
}

export interface CallResult {
  /** 0: no answer. */
  readonly status: number;
  /** `failed`: the delivery has no attempt left. */
  readonly outcome: 'delivered' | 'retry' | 'failed';
  readonly at: Date;
  /** The one call that a suspended subscription gets. */
  readonly probe: boolean;
}

export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'deactivate'; readonly reason: string }
  | { readonly kind: 'disable'; readonly reason: string }
  | { readonly kind: 'suspend'; readonly minutes: number; readonly reason: string }
  | { readonly kind: 'resume' };

const DAY_MS = 86_400_000;

/** What a call does to its subscription's health: pure, so that every dialect's rule can be read and tested here. */
export function nextHealth(
  state: HealthState,
  call: CallResult,
  rule: GivingUpRule,
  goneStatuses: readonly number[],
): { readonly state: HealthState; readonly verdict: Verdict } {
  const next = counted(state, call);
  if (goneStatuses.includes(call.status)) {
    return { state: next, verdict: { kind: 'deactivate', reason: `the receiver answered ${call.status} (Gone)` } };
  }
  return { state: next, verdict: verdictOf(next, call, rule) };
}

function counted(state: HealthState, call: CallResult): HealthState {
  const delivered = call.outcome === 'delivered';
  const answered = call.status > 0;
  const serverError = call.status >= 500;
  return {
    // No answer is neither a 5xx nor a sign of health: it leaves the run as it is.
    consecutiveServerErrors: serverError
      ? state.consecutiveServerErrors + 1
      : answered
        ? 0
        : state.consecutiveServerErrors,
    consecutiveFailedDeliveries: delivered
      ? 0
      : state.consecutiveFailedDeliveries + (call.outcome === 'failed' ? 1 : 0),
    failingSince: delivered ? null : (state.failingSince ?? call.at),
    suspensionMinutes: delivered ? null : state.suspensionMinutes,
  };
}

function verdictOf(state: HealthState, call: CallResult, rule: GivingUpRule): Verdict {
  switch (rule.kind) {
    case 'failing_for': {
      const since = state.failingSince;
      if (!since || call.at.getTime() - since.getTime() < rule.days * DAY_MS) return { kind: 'none' };
      return { kind: 'disable', reason: `every call has failed for ${rule.days} days` };
    }
    case 'failed_deliveries':
      if (state.consecutiveFailedDeliveries < rule.count) return { kind: 'none' };
      return { kind: 'disable', reason: `${rule.count} deliveries in a row have failed` };
    case 'suspend':
      return suspension(state, call, rule);
  }
}

function suspension(state: HealthState, call: CallResult, rule: GivingUpRule & { kind: 'suspend' }): Verdict {
  if (call.probe) {
    const recovered = call.status > 0 && call.status < 500;
    if (recovered) return { kind: 'resume' };
    const minutes = Math.min((state.suspensionMinutes ?? rule.firstMinutes / 2) * 2, rule.maxMinutes);
    return {
      kind: 'suspend',
      minutes,
      reason: `the probe after the suspension ${call.status ? `was answered ${call.status}` : 'got no answer'}`,
    };
  }
  if (call.status < 500 || state.consecutiveServerErrors < rule.serverErrors) return { kind: 'none' };
  return {
    kind: 'suspend',
    minutes: rule.firstMinutes,
    reason: `${rule.serverErrors} calls in a row were answered 5xx`,
  };
}
