import { isDeepStrictEqual } from 'node:util';
import { groupBy } from '../../src/common/collections.js';
import {
  headerOf,
  isSignedAsStandard,
  passesAutoTechJobsSample,
  passesHatchBeaconSample,
} from '../../test/support/verify.js';
import type { Call, Evidence, StoredAttempt } from './evidence.js';
import type { Bound, Check } from './check.js';
import { MARKER, type SentEvent } from './traffic.js';
import type { Subscribed } from './subscriptions.js';

/**
 * Each call is told from the others of its delivery by the second it was signed in. One that a receiver got and the hub did
 * not record was under way when its process was killed; one that is recorded without an answer may not have got through.
 */
export function callsAreOnRecord({ attempts, callsOf, calls, deliveries }: Evidence, bound: Bound): Check {
  const violations: string[] = [];
  let [recorded, unrecorded, unreceived, twice] = [0, 0, 0, 0];
  for (const { id, status, attempts: counted } of deliveries) {
    const made = attempts.get(id) ?? [];
    const got = callsOf.get(id) ?? [];
    recorded += made.length;
    if (got.filter(({ status }) => status >= 200 && status < 300).length > 1) twice++;
    const excess = excessOf(made, got);
    unrecorded += excess.unrecorded;
    unreceived += excess.unreceived;
    if (excess.answered > 0) violations.push(`${id}: an answer is on record to a call that no receiver got`);
    // Cancelled while a call was under way: that is history, and changes nothing else.
    const isCounted = counted === made.length || (status === 'cancelled' && counted < made.length);
    if (!isCounted) violations.push(`${id} counts ${counted} attempts, ${made.length} are on record`);
    const numbers = made.map(({ number }) => number).sort((left, right) => left - right);
    if (numbers.some((number, index) => number !== index + 1)) {
      violations.push(`${id}: its attempts are numbered ${numbers.join(', ')}`);
    }
  }
  const limit = bound.kills * bound.callsUnrecorded;
  if (unrecorded > limit) violations.push(`${unrecorded} calls are on no record, the kills explain ${limit}`);
  return {
    name: 'calls received are attempts on record, but for those that kills interrupted',
    note:
      `${calls.length} received, ${recorded} on record; ${unrecorded} received only, of at most ${limit} ` +
      `(${bound.kills} kills of ${bound.callsUnrecorded}); ${unreceived} recorded only, all without an answer; ` +
      `${twice} deliveries taken twice`,
    violations,
  };
}

function excessOf(made: readonly StoredAttempt[], got: readonly Call[]) {
  const madeAt = groupBy(made, ({ sentAt }) => sentAt);
  const gotAt = groupBy(got, ({ sentAt }) => sentAt);
  const excess = { unrecorded: 0, unreceived: 0, answered: 0 };
  for (const sentAt of new Set([...madeAt.keys(), ...gotAt.keys()])) {
    const atThatTime = madeAt.get(sentAt) ?? [];
    const difference = (gotAt.get(sentAt)?.length ?? 0) - atThatTime.length;
    if (difference > 0) excess.unrecorded += difference;
    if (difference >= 0) continue;
    const silent = atThatTime.filter(({ responseStatus }) => responseStatus === 0).length;
    excess.unreceived += Math.min(-difference, silent);
    excess.answered += Math.max(0, -difference - silent);
  }
  return excess;
}

/** One `webhook-id` and one body for all calls of a delivery, each call signed for its receiver. */
export function callsAreTheSame(evidence: Evidence): Check {
  const violations: string[] = [];
  const sent = new Map(evidence.ledger.events.map((event) => [event.marker, event]));
  const subscribed = new Map<string, Subscribed>(
    evidence.accounts.flatMap(({ subscriptions }) =>
      subscriptions.map((one) => [`/${one.account}/${one.profile.behaviour}`, one] as const),
    ),
  );
  for (const call of evidence.calls) {
    const to = subscribed.get(call.path);
    const event = sent.get(markerOf(call));
    if (!to) violations.push(`${call.webhookId} came to ${call.path}, to which nobody subscribed`);
    else if (!event) violations.push(`${call.webhookId} came to ${call.path} with a body that nobody sent`);
    else violations.push(...judgeCall(call, to, event).map((why) => `${call.webhookId} to ${call.path}: ${why}`));
  }
  for (const [owed, calls] of groupBy(evidence.calls, (call) => `${markerOf(call)} to ${call.path}`)) {
    const ids = new Set(calls.map(({ webhookId }) => webhookId));
    if (ids.size > 1) violations.push(`${owed} came with ${ids.size} ids: ${[...ids].join(', ')}`);
    const [first] = calls;
    if (first && calls.some(({ body }) => !body.equals(first.body)))
      violations.push(`${owed} came with several bodies`);
  }
  return {
    name: 'one webhook-id and one body per delivery, every signature valid',
    note: `${evidence.calls.length} signatures, ${evidence.callsOf.size} ids`,
    violations,
  };
}

export function markerOf({ body }: Call): string {
  return MARKER.exec(body.toString('utf8'))?.[0] ?? '';
}

function judgeCall(call: Call, { secret, profile }: Subscribed, { posted }: SentEvent): string[] {
  const why: string[] = [];
  const signedAt = new Date(Number(call.sentAt) * 1_000);
  if (!isSignedAsStandard(call, secret)) why.push('the Standard Webhooks signature is wrong');
  const body = JSON.parse(call.body.toString('utf8')) as { readonly data?: unknown };
  if (profile.dialect === 'standard' && !isDeepStrictEqual(body.data, posted.data))
    why.push('the data is not what was sent');
  if (profile.dialect === 'hatchbeacon') {
    if (!passesHatchBeaconSample(body, headerOf(call, 'x-webhook-signature'), secret))
      why.push("the vendor's signature is wrong");
  }
  if (profile.dialect === 'autotechjobs' && !passesAutoTechJobsSample(call, secret, signedAt)) {
    why.push("the vendor's signature is wrong");
  }
  return why;
}
