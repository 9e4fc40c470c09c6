import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Call, Evidence, StoredAttempt, StoredDelivery } from '../scripts/chaos/evidence.js';
import { judge } from '../scripts/chaos/oracle.js';
import { planKills } from '../scripts/chaos/plan.js';
import { Random } from '../scripts/chaos/random.js';
import { PROFILES, type Subscribed } from '../scripts/chaos/subscriptions.js';
import type { SentEvent } from '../scripts/chaos/traffic.js';

/** The oracle of the chaos runs finds what it is there to find: each kind of loss, forged into evidence that is else in order. */

const FROZEN_AT = new Date('2026-11-20T12:00:00Z');
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const BOUND = { kills: 1, callsUnrecorded: 2 };

function subscribed(account: string): Subscribed {
  const [profile] = PROFILES;
  if (!profile) throw new Error('There is no profile.');
  return { id: `wh_${account}`, secret: SECRET, account, profile };
}

function sent(account: string): SentEvent {
  const marker = `chaos-${account}-000001`;
  const posted = { type: 'application.submitted' as const, data: { application: { id: marker } } };
  return { account, posted, marker, eventIds: new Set([`evt_${account}`]), deliveries: 1 };
}

function delivery(account: string): StoredDelivery {
  const ids = { id: `dlv_${account}`, eventId: `evt_${account}`, subscriptionId: `wh_${account}` };
  return { ...ids, accountId: `acc_${account}`, status: 'delivered', reason: null, attempts: 1, plan: null };
}

function attempt(account: string): StoredAttempt {
  const ids = { deliveryId: `dlv_${account}`, eventId: `evt_${account}`, subscriptionId: `wh_${account}` };
  return { ...ids, accountId: `acc_${account}`, number: 1, responseStatus: 200, errorCode: null, sentAt: '1790000000' };
}

function call(
  account: string,
  changes: { webhookId?: string; sentAt?: string; data?: object; secret?: string } = {},
): Call {
  const {
    webhookId = `dlv_${account}`,
    sentAt = '1790000000',
    data = sent(account).posted.data,
    secret = SECRET,
  } = changes;
  const body = JSON.stringify({ type: 'application.submitted', data });
  const headers = {
    'webhook-id': webhookId,
    'webhook-timestamp': sentAt,
    'webhook-signature': new Webhook(secret).sign(webhookId, new Date(Number(sentAt) * 1_000), body),
  };
  const path = `/${account}/well`;
  const received = { method: 'POST', path, headers, body: Buffer.from(body) };
  return { ...received, account, behaviour: 'well', webhookId, sentAt, status: 200 };
}

interface Parts {
  events: { id: string; accountId: string; marker: string }[];
  sent: SentEvent[];
  deliveries: StoredDelivery[];
  attempts: StoredAttempt[];
  calls: Call[];
}

/** Two accounts with one event each, delivered by one call each. */
function judged(forge: (parts: Parts) => void): string[] {
  const names = ['a', 'b'];
  const parts: Parts = {
    events: names.map((name) => ({ id: `evt_${name}`, accountId: `acc_${name}`, marker: `chaos-${name}-000001` })),
    sent: names.map(sent),
    deliveries: names.map(delivery),
    attempts: names.map(attempt),
    calls: names.map((name) => call(name)),
  };
  forge(parts);
  const group = <T>(items: T[], keyOf: (item: T) => string) =>
    new Map(items.map((item) => [keyOf(item), items.filter((other) => keyOf(other) === keyOf(item))]));
  const evidence: Evidence = {
    ledger: { events: parts.sent, requests: 2, unanswered: 0, unavailable: 0, repeated: 0, wrongAnswers: [] },
    accounts: names.map((name) => ({ name, key: `key-${name}`, subscriptions: [subscribed(name)] })),
    subscriptions: new Map(
      names.map((name) => {
        const id = `wh_${name}`;
        return [id, { id, accountId: `acc_${name}`, status: 'active', statusReason: null, wanted: subscribed(name) }];
      }),
    ),
    events: parts.events,
    deliveries: parts.deliveries,
    attempts: group(parts.attempts, ({ deliveryId }) => deliveryId),
    calls: parts.calls,
    callsOf: group(parts.calls, ({ webhookId }) => webhookId),
    frozenAt: FROZEN_AT,
  };
  return judge(evidence, BOUND).flatMap(({ violations }) => violations);
}

function pendingSince(seconds: number): StoredDelivery {
  const at = new Date(FROZEN_AT.getTime() - seconds * 1_000);
  return { ...delivery('a'), status: 'pending', plan: { nextAttemptAt: at, leaseUntil: null } };
}

const LOSSES: readonly (readonly [what: string, forge: (parts: Parts) => void, said: RegExp])[] = [
  ['an accepted event that is not there', ({ events }) => events.splice(0, 1), /was accepted and is not there/],
  ['a subscription without its delivery', ({ deliveries }) => deliveries.splice(0, 1), /there is no delivery/],
  ['a delivery that the receiver never got', ({ calls }) => calls.splice(0, 1), /the receiver took nothing/],
  [
    'a failure without a reason',
    ({ deliveries }) => deliveries.splice(0, 1, { ...delivery('a'), status: 'failed' }),
    /is failed/,
  ],
  [
    'more unrecorded calls than the kills explain',
    ({ calls }) => calls.push(...['1', '2', '3'].map((sentAt) => call('a', { sentAt }))),
    /3 calls are on no record, the kills explain 2/,
  ],
  [
    'an answer to a call that nobody got',
    ({ attempts }) => attempts.push({ ...attempt('a'), number: 2 }),
    /to a call that no receiver got/,
  ],
  ['an attempt that counts for nothing', ({ attempts }) => attempts.splice(0, 1), /counts 1 attempts, 0 are on record/],
  [
    "another account's receiver",
    ({ calls }) => calls.splice(0, 1, { ...call('a'), path: '/b/well', account: 'b' }),
    /with chaos-a-000001 came to \/b\/well/,
  ],
  [
    "another account's attempt",
    ({ attempts }) => attempts.splice(0, 1, { ...attempt('a'), accountId: 'acc_b' }),
    /an attempt of another account/,
  ],
  [
    'a due delivery that nobody sends',
    ({ deliveries }) => deliveries.splice(0, 1, pendingSince(60)),
    /has been due since/,
  ],
  [
    'a pending delivery that is in no plan',
    ({ deliveries }) => deliveries.splice(0, 1, { ...delivery('a'), status: 'pending' }),
    /nothing is planned/,
  ],
  [
    'two ids for one delivery',
    ({ calls }) => calls.push(call('a', { webhookId: 'dlv_other' })),
    /came with 2 ids: dlv_a, dlv_other/,
  ],
  [
    'a body that is not what was sent',
    ({ calls }) => calls.splice(0, 1, call('a', { data: { application: { id: 'chaos-a-000001', status: 'new' } } })),
    /the data is not what was sent/,
  ],
  [
    'a wrong signature',
    ({ calls }) => calls.splice(0, 1, call('a', { secret: `whsec_${Buffer.alloc(24, 8).toString('base64')}` })),
    /signature is wrong/,
  ],
  [
    'an event that is there twice',
    ({ events }) => events.push({ id: 'evt_c', accountId: 'acc_a', marker: 'chaos-a-000001' }),
    /chaos-a-000001 is there as evt_a, evt_c/,
  ],
];

describe('the oracle', () => {
  it('has nothing to say about evidence that is in order', () => {
    expect(judged(() => undefined)).toEqual([]);
  });

  it('takes calls under way at a kill for what they are', () => {
    expect(judged(({ calls }) => calls.push(call('a', { sentAt: '1' }), call('a', { sentAt: '2' })))).toEqual([]);
  });

  it.each(LOSSES)('finds %s', (_what, forge, said) => {
    expect(judged(forge).join('\n')).toMatch(said);
  });
});

describe('the plan of kills', () => {
  const victims = ['api', 'worker', 'redis'].map((target) => ({ target, maxAwayMs: 1_000 }));
  const planned = (seed: number) => planKills(new Random(seed), victims, 60_000);

  it('is the same for the same seed, and another for another', () => {
    expect(planned(1)).toEqual(planned(1));
    expect(planned(1)).not.toEqual(planned(2));
  });

  it('spares nobody', () => {
    expect(new Set(planned(1).map(({ target }) => target))).toEqual(new Set(['api', 'worker', 'redis']));
  });
});
