import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hubNow, type ShownDelivery, untilAttempts, untilDeliveries } from '../support/deliveries.js';
import { HatchBeaconReceiver } from '../support/hatchbeacon-receiver.js';
import { hostileEvent } from '../support/hostile-event.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import {
  headerOf,
  isSignedAsStandard,
  passesAutoTechJobsSample,
  passesGreenhouseSample,
  verifyStripe,
} from '../support/verify.js';

const HOUR_MS = 3_600_000;

interface Subscribed {
  readonly id: string;
  readonly path: string;
  readonly oldSecret: string;
}

describe.each(QUEUES)('while a secret is rotated, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  let subscriptions = 0;
  async function subscribe(fields: Readonly<Record<string, unknown>>): Promise<Subscribed> {
    const path = `/rotation/${++subscriptions}`;
    const { id, secret } = await hub.subscribe({ url: receiver.url + path, ...fields });
    return { id, path, oldSecret: secret };
  }

  async function rotate(id: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await hub.post(`/v1/subscriptions/${id}/rotate-secret`, fields);
    expect(answer.status).toBe(200);
    return answer.body.secret as string;
  }

  async function complete(id: string): Promise<void> {
    expect((await hub.post(`/v1/subscriptions/${id}/rotate-secret/complete`)).status).toBe(200);
  }

  /** Sends an event that the subscription gets, and answers the call once it is recorded. */
  async function nextCall({ id, path }: Subscribed, type: string): Promise<ReceivedCall> {
    const { body: event } = await hub.post('/v1/events', hostileEvent(type));
    const page = await hub.until(
      `/v1/deliveries?event_id=${event.id}&subscription_id=${id}`,
      ({ data }: { data: ShownDelivery[] }) => data.length === 1 && data.every(({ attempts }) => attempts > 0),
    );
    const [delivery] = (page as { data: ShownDelivery[] }).data;
    const call = receiver.on(path).find(({ headers }) => headers['webhook-id'] === delivery?.id);
    if (!call) throw new Error('No call.');
    return call;
  }

  it.each([
    ['standard', 'offer.sent', 'offer.sent'],
    ['autotechjobs', 'job.deleted', 'job.deleted'],
    ['jobaffinity', 'application.stage_changed', 'ProcessStepChange'],
    ['hatchbeacon', 'note.created', 'note_added'],
    ['resthooks', 'employee.deleted', 'Employee Deleted'],
    ['occupop', 'application.updated', 'CandidateResource_updated'],
    ['greenhouse', 'candidate.deleted', 'delete_candidate'],
  ])('the standard header carries both signatures in %s until the overlap ends', async (dialect, type, eventName) => {
    const subscribed = await subscribe({ dialect, events: [eventName] });
    const { id, oldSecret } = subscribed;
    const newSecret = await rotate(id);
    const signedBy = (call: ReceivedCall) => [oldSecret, newSecret].map((secret) => isSignedAsStandard(call, secret));

    const both = await nextCall(subscribed, type);
    expect(signedBy(both)).toEqual([true, true]);
    const firstAlone = headerOf(both, 'webhook-signature').split(' ')[0];
    const oldFirst = { ...both, headers: { ...both.headers, 'webhook-signature': firstAlone } };
    expect(signedBy(oldFirst)).toEqual([true, false]);

    await hub.advance(23 * HOUR_MS);
    expect(signedBy(await nextCall(subscribed, type))).toEqual([true, true]);
    await hub.advance(HOUR_MS);
    expect(signedBy(await nextCall(subscribed, type))).toEqual([false, true]);
  });

  it("autotechjobs' header carries both, the old one first, which is all that the sample reads", async () => {
    const subscribed = await subscribe({ dialect: 'autotechjobs', events: ['job.created'] });
    const { id, oldSecret } = subscribed;
    const newSecret = await rotate(id);
    const during = await nextCall(subscribed, 'job.created');
    const header = headerOf(during, 'x-autotechjobs-signature');
    expect(header).toMatch(/^t=\d{10},v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
    const now = hubNow(hub);
    for (const secret of [oldSecret, newSecret]) expect(verifyStripe(during, header, secret, now)).toBeDefined();
    expect(passesAutoTechJobsSample(during, oldSecret, now)).toBe(true);
    expect(passesAutoTechJobsSample(during, newSecret, now)).toBe(false);

    await complete(id);
    const after = await nextCall(subscribed, 'job.created');
    expect(passesAutoTechJobsSample(after, newSecret, now)).toBe(true);
    const newHeader = headerOf(after, 'x-autotechjobs-signature');
    expect(() => verifyStripe(after, newHeader, oldSecret, now)).toThrow('No signatures found');
  });

  it("greenhouse's header carries one, made with the old secret until the rotation is completed", async () => {
    const subscribed = await subscribe({ dialect: 'greenhouse', events: ['candidate_anonymized'] });
    const newSecret = await rotate(subscribed.id);
    const signers = (call: ReceivedCall) =>
      [subscribed.oldSecret, newSecret].map((secret) => passesGreenhouseSample(call, secret));
    expect(signers(await nextCall(subscribed, 'candidate.anonymized'))).toEqual([true, false]);
    await complete(subscribed.id);
    expect(signers(await nextCall(subscribed, 'candidate.anonymized'))).toEqual([false, true]);
  });

  describe('a hatchbeacon receiver on Express', () => {
    let express: HatchBeaconReceiver;

    beforeAll(async () => {
      express = await HatchBeaconReceiver.start();
    });

    afterAll(async () => {
      await express.close();
    });

    it.each([
      ['the overlap ends', 'job_created', 'job.created', () => hub.advance(2 * HOUR_MS)],
      ['the rotation is completed', 'job_updated', 'job.updated', (id: string) => complete(id)],
    ])('can go on with the old secret until %s', async (_when, eventName, type, end) => {
      const fields = { url: express.url, dialect: 'hatchbeacon', events: [eventName] };
      const { id, secret: oldSecret } = await hub.subscribe(fields);
      const newSecret = await rotate(id, { overlap_hours: 2 });
      const verdicts: number[] = [];
      for (const [step, secret] of [oldSecret, newSecret, newSecret, oldSecret].entries()) {
        if (step === 2) await end(id);
        express.secret = secret;
        await hub.post('/v1/events', hostileEvent(type));
        const calls = await untilAttempts(hub, id, step + 1);
        verdicts.push(calls[step]?.response.status ?? 0);
        // What the wrong secret made fail is not to be tried again.
        await hub.post(`/v1/subscriptions/${id}/disable`);
        await hub.post(`/v1/subscriptions/${id}/enable`);
      }
      expect(verdicts).toEqual([200, 401, 200, 401]);
    });
  });

  it("a subscription's own HMAC header is made with the old secret until the rotation is completed", async () => {
    const auth = { type: 'hmac', header: 'x-signature', encoding: 'hex' };
    const subscribed = await subscribe({ dialect: 'jobaffinity', events: ['New=job.created'], auth });
    const newSecret = await rotate(subscribed.id);
    const isSignedWith = (call: ReceivedCall, secret: string) =>
      headerOf(call, 'x-signature') === createHmac('sha256', secret).update(call.body).digest('hex');
    expect(isSignedWith(await nextCall(subscribed, 'job.created'), subscribed.oldSecret)).toBe(true);
    await complete(subscribed.id);
    expect(isSignedWith(await nextCall(subscribed, 'job.created'), newSecret)).toBe(true);
  });

  it('a retry of an earlier delivery is signed with both secrets too', async () => {
    const subscribed = await subscribe({ events: ['interview.scheduled'] });
    receiver.answerNext(subscribed.path, 500);
    const first = await nextCall(subscribed, 'interview.scheduled');
    const [delivery] = await untilDeliveries(hub, subscribed.id, 1, ({ attempts }) => attempts === 1);
    const newSecret = await rotate(subscribed.id, { secret: 'a-plain-secret-given' });
    await hub.post(`/v1/deliveries/${delivery?.id}/retry`);
    const [, second] = await receiver.waitFor(subscribed.path, 2);
    if (!second) throw new Error('No second call.');
    expect(isSignedAsStandard(first, subscribed.oldSecret)).toBe(true);
    expect(headerOf(second, 'webhook-id')).toBe(headerOf(first, 'webhook-id'));
    for (const secret of [subscribed.oldSecret, newSecret]) expect(isSignedAsStandard(second, secret)).toBe(true);
  });

  it('an overlap of nothing switches at once', async () => {
    const subscribed = await subscribe({ events: ['scorecard.submitted'] });
    const newSecret = await rotate(subscribed.id, { overlap_hours: 0 });
    const call = await nextCall(subscribed, 'scorecard.submitted');
    expect(headerOf(call, 'webhook-signature').split(' ')).toHaveLength(1);
    expect(isSignedAsStandard(call, newSecret)).toBe(true);
  });

  it('a second rotation waits for the first', async () => {
    const { id } = await subscribe({ events: ['hire.created'] });
    await rotate(id);
    expect(await hub.post(`/v1/subscriptions/${id}/rotate-secret`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    await complete(id);
    await rotate(id, { overlap_hours: 1 });
    await hub.advance(HOUR_MS);
    await rotate(id);
  });

  it('the new secret is shown once, and when the old one ends', async () => {
    const { id, oldSecret } = await subscribe({ events: ['referral.created'] });
    const before = hubNow(hub).getTime();
    const newSecret = await rotate(id, { overlap_hours: 48 });
    expect(newSecret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const shown = await hub.get(`/v1/subscriptions/${id}`);
    const endsAt = Date.parse(shown.body.previous_secret_expires_at as string);
    expect(endsAt).toBeGreaterThanOrEqual(before + 48 * HOUR_MS);
    expect(endsAt).toBeLessThanOrEqual(hubNow(hub).getTime() + 48 * HOUR_MS);
    for (const secret of [oldSecret, newSecret]) expect(shown.text).not.toContain(secret);
    await complete(id);
    expect((await hub.get(`/v1/subscriptions/${id}`)).body.previous_secret_expires_at).toBeNull();
  });
});
