import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ShownAttempt, untilAttempts } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { type Answer, type ReceivedCall, Receiver } from '../support/receiver.js';
import {
  headerOf,
  passesAutoTechJobsSample,
  passesGreenhouseSample,
  passesHatchBeaconSample,
  verifyStandard,
} from '../support/verify.js';

let hub: TestHub;
let receiver: Receiver;

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

describe('a test on demand', () => {
  async function test(id: string): Promise<ShownAttempt> {
    const answer = await hub.post(`/v1/subscriptions/${id}/test`);
    expect(answer.status).toBe(200);
    return answer.body as ShownAttempt;
  }

  function testCall(path: string): ReceivedCall {
    const call = receiver.on(path).find(({ headers }) => headers['webhook-test'] === 'true');
    if (!call) throw new Error('No test call.');
    return call;
  }

  function jsonOf(call: ReceivedCall): unknown {
    return JSON.parse(call.body.toString());
  }

  it.each([
    ['standard', 'offer.sent', { type: 'offer.sent', data: { offer: {} } }],
    ['autotechjobs', 'application.submitted', { id: expect.any(String), type: 'application.submitted' }],
    ['jobaffinity', 'ProcessStepChange', { event: 'ProcessStepChange' }],
    ['occupop', 'JobResource_created', { meta: { event_name: 'JobResource_created' } }],
    ['resthooks', 'Employee Deleted', [{ id: expect.any(String) }]],
  ])('sends the example of %s, marked as a test and signed', async (dialect, eventName, body) => {
    const path = `/test/${dialect}`;
    const { id, secret } = await hub.subscribe({ url: receiver.url + path, dialect, events: [eventName] });
    const attempt = await test(id);
    expect(attempt).toMatchObject({
      kind: 'test',
      subscription_id: id,
      delivery_id: null,
      event_id: null,
      event_name: eventName,
      number: 1,
      outcome: 'delivered',
      response: { status: 200, body: 'ok' },
    });
    const call = testCall(path);
    expect(jsonOf(call)).toMatchObject(body);
    expect(verifyStandard(call, secret)).toEqual(jsonOf(call));
    if (dialect === 'autotechjobs') expect(passesAutoTechJobsSample(call, secret)).toBe(true);
    const example = await hub.get(`/v1/dialects/${dialect}/examples/${encodeURIComponent(eventName)}`);
    expect(example.status).toBe(200);
  });

  it('is in greenhouse a ping', async () => {
    const fields = {
      url: `${receiver.url}/test/greenhouse`,
      dialect: 'greenhouse',
      events: ['job_deleted'],
      name: 'ATS',
    };
    const { id, secret } = await hub.subscribe(fields);
    expect(await test(id)).toMatchObject({ kind: 'test', event_name: 'ping', outcome: 'delivered' });
    const call = testCall('/test/greenhouse');
    expect(jsonOf(call)).toEqual({ action: 'ping', payload: { webhook: { id, name: 'ATS', event: 'job_deleted' } } });
    expect(passesGreenhouseSample(call, secret)).toBe(true);
  });

  it('is in hatchbeacon the documented event', async () => {
    const name = 'My Webhook';
    const fields = { url: `${receiver.url}/test/hatchbeacon`, dialect: 'hatchbeacon', events: ['note_added'], name };
    const { id, secret } = await hub.subscribe(fields);
    expect(await test(id)).toMatchObject({ kind: 'test', event_name: 'webhook.test', outcome: 'delivered' });
    const call = testCall('/test/hatchbeacon');
    expect(jsonOf(call)).toEqual({
      event: 'webhook.test',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { message: 'This is a test webhook', webhookId: id, webhookName: name },
    });
    const signature = headerOf(call, 'x-webhook-signature');
    expect(passesHatchBeaconSample(jsonOf(call), signature, secret)).toBe(true);
  });

  it.each([
    ['standard', 'custom.pipeline_moved', 'job.created'],
    ['standard', 'application.*', 'application.submitted'],
    ['jobaffinity', 'NewJob=job.created', 'ProcessStepChange'],
  ])("sends an example of what was asked for, else the dialect's first: %s, %s", async (...row) => {
    const [dialect, pattern, eventName] = row;
    const { id } = await hub.subscribe({ url: `${receiver.url}/test/first`, dialect, events: [pattern] });
    expect(await test(id)).toMatchObject({ event_name: eventName, outcome: 'delivered' });
  });

  it('answers with the attempt whatever the receiver said, and leaves it in the history', async () => {
    receiver.answer('/test/failing', { status: 503, body: 'not now' });
    const { id } = await hub.subscribe({ url: `${receiver.url}/test/failing`, events: ['offer.sent'] });
    const failed = await test(id);
    expect(failed).toMatchObject({ outcome: 'failed', response: { status: 503, body: 'not now' } });
    expect(await untilAttempts(hub, id, 1)).toEqual([failed]);
    receiver.answer('/test/failing', 'reset');
    expect(await test(id)).toMatchObject({
      outcome: 'failed',
      response: { status: 0 },
      error: { code: 'connection_reset' },
    });
    expect((await hub.get(`/v1/deliveries?subscription_id=${id}`)).body).toMatchObject({ data: [] });
  });

  it('is made for a disabled subscription too', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/test/disabled`, events: ['offer.sent'] });
    await hub.post(`/v1/subscriptions/${id}/disable`);
    expect(await test(id)).toMatchObject({ outcome: 'delivered' });
  });
});

describe('the confirmation of a resthooks subscription', () => {
  async function subscribe(path: string): Promise<string> {
    const fields = { url: receiver.url + path, dialect: 'resthooks', events: ['Employee Created'] };
    return (await hub.subscribe(fields)).id;
  }

  const echoing =
    (status: number, change = (secret: string) => secret): Answer =>
    (call, response) =>
      response.writeHead(status, { 'X-Hook-Secret': change(headerOf(call, 'x-hook-secret')) }).end();

  async function confirmedAt(id: string): Promise<string | null> {
    return (await hub.get(`/v1/subscriptions/${id}`)).body.confirmed_at as string | null;
  }

  it('is asked for with an empty list and a secret, and noted when that comes back', async () => {
    receiver.answer('/confirm/echo', echoing(200));
    const id = await subscribe('/confirm/echo');
    const [call] = await receiver.waitFor('/confirm/echo', 1);
    expect(call?.body.toString()).toBe('[]');
    expect(call?.headers['x-hook-secret']).toMatch(/^\S{32,}$/);
    const shown = await hub.until(
      `/v1/subscriptions/${id}`,
      (row: { confirmed_at: unknown }) => row.confirmed_at !== null,
    );
    expect(shown).toMatchObject({ status: 'active', confirmed_at: expect.stringMatching(/Z$/) });
    expect(await untilAttempts(hub, id, 1)).toMatchObject([{ kind: 'confirmation', outcome: 'delivered' }]);
  });

  it.each<[string, Answer]>([
    ['no echo', 200],
    ['another secret', echoing(200, (secret) => `${secret}x`)],
    ['an echo with a failure', echoing(500)],
    ['a 410', 410],
    ['no answer', 'reset'],
  ])('changes nothing without it: %s', async (name, answer) => {
    const path = `/confirm/${encodeURIComponent(name)}`;
    receiver.answer(path, answer);
    const id = await subscribe(path);
    await untilAttempts(hub, id, 1);
    expect(await confirmedAt(id)).toBeNull();
    receiver.answer(path, 200);
    await hub.send({ type: 'employee.created', data: { employee: { id: 'ee_1' } } });
    const calls = await receiver.waitFor(path, 2);
    expect(JSON.parse(calls[1]?.body.toString() ?? '')).toEqual([{ id: 'ee_1' }]);
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  it('is asked for by no other dialect', async () => {
    const fields = { url: `${receiver.url}/confirm/none`, dialect: 'occupop', events: ['JobResource_created'] };
    const { id } = await hub.subscribe(fields);
    await hub.post(`/v1/subscriptions/${id}/test`);
    expect(receiver.on('/confirm/none')).toHaveLength(1);
  });
});
