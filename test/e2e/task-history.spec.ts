import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdScheduler, type ShownDelivery, untilAttempts } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { makeKey } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

const KEPT_BYTES = 16_384;

describe('an attempt on record', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  /** Delivers one event and answers its attempt. */
  async function attemptOf(type: string, fields: Readonly<Record<string, unknown>> = {}) {
    const { id } = await hub.subscribe({ url: `${receiver.url}/${type}`, events: [type], ...fields });
    const event = await hub.send({ type, data: { [type.split('.')[0] ?? '']: { id: 'x_1' } } });
    const [attempt] = await untilAttempts(hub, id, 1);
    if (!attempt) throw new Error('No attempt.');
    return { subscriptionId: id, eventId: event.id, attempt };
  }

  it('tells the whole call', async () => {
    receiver.answer('/job.created', { status: 202, headers: { 'X-Trace': 'abc' }, body: 'queued' });
    const before = Date.now();
    const { subscriptionId, eventId, attempt } = await attemptOf('job.created');
    const [call] = receiver.on('/job.created');
    expect(attempt).toMatchObject({
      id: expect.stringMatching(/^att_/),
      kind: 'delivery',
      subscription_id: subscriptionId,
      event_id: eventId,
      delivery_id: call?.headers['webhook-id'],
      event_type: 'job.created',
      event_name: 'job.created',
      dialect: 'standard',
      number: 1,
      outcome: 'delivered',
      request: {
        url: `${receiver.url}/job.created`,
        body: call?.body.toString(),
        headers: {
          'content-type': 'application/json',
          'webhook-signature': call?.headers['webhook-signature'],
        },
      },
      response: { status: 202, headers: { 'x-trace': 'abc' }, body: 'queued', body_truncated: false },
      error: null,
    });
    const { started_at: startedAt, id } = attempt;
    expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(startedAt) + attempt.duration_ms).toBeLessThanOrEqual(Date.now() + 1);
    expect((await hub.get(`/v1/attempts/${id}`)).body).toEqual(attempt);
  });

  it('masks what proves the hub to the receiver, for everyone', async () => {
    const headers = { 'X-Api-Key': 'secret-1', Cookie: 'session=secret-2', 'x-plain': 'secret-3' };
    const auth = { type: 'basic', username: 'hub', password: 'secret-4' };
    const { subscriptionId, attempt } = await attemptOf('job.updated', { headers, auth });
    const [call] = receiver.on('/job.updated');
    expect(call?.headers).toMatchObject({ 'x-api-key': 'secret-1', cookie: 'session=secret-2', 'x-plain': 'secret-3' });
    expect(attempt.request.headers).toMatchObject({
      authorization: '***',
      'x-api-key': '***',
      cookie: '***',
      'x-plain': '***',
    });
    const path = `/v1/attempts?subscription_id=${subscriptionId}`;
    const viewerKey = await makeKey(hub, 'viewer');
    for (const page of [await hub.get(path), await hub.get(path, { key: viewerKey })]) {
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/secret-\d/);
      expect(page.text).not.toContain(Buffer.from('hub:secret-4').toString('base64'));
    }
  });

  it('masks a named auth header, and that alone beside the usual', async () => {
    const auth = { type: 'header', name: 'X-Token', value: 'secret-5' };
    const { attempt } = await attemptOf('job.closed', { auth });
    const masked = Object.entries(attempt.request.headers).filter(([, value]) => value === '***');
    expect(masked.map(([name]) => name)).toEqual(['x-token']);
  });

  it.each([
    ['less', 'job.expired', KEPT_BYTES - 1, false],
    ['just so much', 'job.deleted', KEPT_BYTES, false],
    ['more', 'job.published', KEPT_BYTES + 1, true],
    ['much more', 'candidate.created', 40 * KEPT_BYTES, true],
  ])('keeps 16 KiB of an answer with %s', async (_size, type, sizeBytes, isCut) => {
    receiver.answer(`/${type}`, { status: 200, body: 'x'.repeat(sizeBytes) });
    const { attempt } = await attemptOf(type);
    expect(attempt).toMatchObject({ outcome: 'delivered', response: { status: 200, body_truncated: isCut } });
    expect(attempt.response.body).toBe('x'.repeat(Math.min(sizeBytes, KEPT_BYTES)));
  });

  it.each([
    ['a NUL byte', 'offer.created', Buffer.from('a\0b'), 'a\0b'],
    ['no text at all', 'offer.sent', Buffer.from([0xff, 0xfe, 0x41]), '\ufffd\ufffdA'],
    ['half a character at the cut', 'offer.expired', Buffer.from(`${'x'.repeat(KEPT_BYTES - 1)}é`), undefined],
    ['nothing', 'offer.withdrawn', Buffer.alloc(0), ''],
  ])('survives an answer of %s', async (_what, type, body, shown) => {
    receiver.answer(`/${type}`, { status: 200, body });
    const { attempt } = await attemptOf(type);
    expect(attempt.outcome).toBe('delivered');
    if (shown !== undefined) expect(attempt.response.body).toBe(shown);
  });
});

describe.each(QUEUES)('a retry by hand on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const subscribe = (eventName: string, type: string, answer: number) =>
    Subscribed.to([hub, receiver], ['hatchbeacon', eventName, type], answer);

  async function retry({ id }: ShownDelivery) {
    return hub.post(`/v1/deliveries/${id}/retry`);
  }

  async function failedDelivery(subscribed: Subscribed): Promise<ShownDelivery> {
    const { id } = await subscribed.send();
    for (let attempts = 1; attempts < 6; attempts++) await subscribed.tryAgain();
    return subscribed.delivery(id);
  }

  function expectSameId(subscribed: Subscribed, delivery: ShownDelivery, calls: number): void {
    expect(subscribed.calls(delivery)).toHaveLength(calls);
    expect(subscribed.calls()).toHaveLength(calls);
  }

  it('sends a failed delivery again, with the same webhook-id and all attempts before it', async () => {
    const subscribed = await subscribe('job_created', 'job.created', 500);
    const failed = await failedDelivery(subscribed);
    expect(failed).toMatchObject({ status: 'failed', attempts: 6 });
    expect(await retry(failed)).toMatchObject({ status: 200, body: { status: 'pending', reason: null } });
    await subscribed.untilAll(({ attempts }) => attempts === 7);
    for (let attempts = 7; attempts < 11; attempts++) await subscribed.tryAgain();
    expect(await subscribed.delivery(failed.id)).toMatchObject({ status: 'pending', attempts: 11 });
    subscribed.answer(200);
    await subscribed.tryAgain();
    expect(await subscribed.delivery(failed.id)).toMatchObject({ status: 'delivered', attempts: 12, reason: null });
    expectSameId(subscribed, failed, 12);
    const history = await untilAttempts(hub, subscribed.id, 12);
    expect(history.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  it('sends a delivered one again', async () => {
    const subscribed = await subscribe('job_updated', 'job.updated', 200);
    const delivered = await subscribed.send();
    expect((await retry(delivered)).status).toBe(200);
    await subscribed.untilAll(({ status, attempts }) => status === 'delivered' && attempts === 2);
    expectSameId(subscribed, delivered, 2);
  });

  it('sends a cancelled and a skipped one, once the subscription is enabled', async () => {
    const subscribed = await subscribe('job_closed', 'job.closed', 500);
    const cancelled = await subscribed.send();
    await subscribed.post('disable');
    const skipped = await subscribed.send();
    expect(await retry(cancelled)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    subscribed.answer(200);
    await subscribed.post('enable');
    for (const delivery of [cancelled, skipped]) expect((await retry(delivery)).status).toBe(200);
    const both = await subscribed.untilAll(({ status }) => status === 'delivered');
    expect(both.map(({ attempts }) => attempts)).toEqual([2, 1]);
    expect([subscribed.calls(cancelled).length, subscribed.calls(skipped).length]).toEqual([2, 1]);
  });

  it('does not wait for the time of a pending one', async () => {
    const subscribed = await subscribe('note_added', 'note.created', 500);
    const pending = await subscribed.send();
    subscribed.answer(200);
    expect((await retry(pending)).status).toBe(200);
    await subscribed.untilAll(({ status }) => status === 'delivered');
    expectSameId(subscribed, pending, 2);
  });

  it('is refused for what the dialect cannot say', async () => {
    const { id } = await hub.subscribe({ url: receiver.url, dialect: 'hatchbeacon', events: ['*'] });
    await hub.send({ type: 'employer.created', data: { employer: { id: 'e_1' } } });
    const { body } = await hub.get(`/v1/deliveries?subscription_id=${id}`);
    const [skipped] = (body as { data: ShownDelivery[] }).data;
    if (!skipped) throw new Error('Nothing was skipped.');
    expect(await retry(skipped)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('hatchbeacon') },
    });
  });
});
