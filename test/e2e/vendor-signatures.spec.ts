import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { untilAttempts, untilDeliveries } from '../support/deliveries.js';
import { HatchBeaconReceiver } from '../support/hatchbeacon-receiver.js';
import { HOSTILE_MEMBERS, HOSTILE_TEXT, hostileEvent } from '../support/hostile-event.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { headerOf, passesAutoTechJobsSample, passesGreenhouseSample, verifyStripe } from '../support/verify.js';

describe.each(QUEUES)("vendors' own signatures on the %s queue", (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('fit what autotechjobs receivers check, with the sample and with Stripe', async () => {
    const types = ['application.submitted', 'job.deleted'];
    const { id, secret } = await hub.subscribe({
      url: `${receiver.url}/stripe`,
      dialect: 'autotechjobs',
      events: types,
    });
    for (const type of types) await hub.post('/v1/events', hostileEvent(type));
    await untilDeliveries(hub, id, 2, ({ status }) => status === 'delivered');
    for (const call of receiver.on('/stripe')) {
      const header = headerOf(call, 'x-autotechjobs-signature');
      expect(header).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/);
      expect(verifyStripe(call, header, secret)).toEqual(JSON.parse(call.body.toString()));
      expect(() => verifyStripe(call, header, `${secret}x`)).toThrow('No signatures found');
      expect(passesAutoTechJobsSample(call, secret)).toBe(true);
    }
  });

  it('fit what greenhouse receivers check, over a body in ASCII', async () => {
    const types = ['application.updated', 'job.deleted', 'offer.created'];
    const { id, secret } = await hub.subscribe({
      url: `${receiver.url}/greenhouse`,
      dialect: 'greenhouse',
      events: ['application_updated', 'job_deleted', 'offer_created'],
    });
    for (const type of types) expect((await hub.post('/v1/events', hostileEvent(type))).status).toBe(202);
    await untilDeliveries(hub, id, types.length, ({ status }) => status === 'delivered');
    const calls = receiver.on('/greenhouse');
    for (const call of calls) {
      expect(headerOf(call, 'signature')).toMatch(/^sha256 [0-9a-f]{64}$/);
      expect(passesGreenhouseSample(call, secret)).toBe(true);
      expect(passesGreenhouseSample(call, `${secret}x`)).toBe(false);
      expect(headerOf(call, 'greenhouse-event-id')).toBe(headerOf(call, 'webhook-id'));
      expect(call.body.toString()).toMatch(/^[\x20-\x7e]+$/);
    }
    const text = JSON.parse(HOSTILE_TEXT) as string;
    expect(calls.map((call) => JSON.parse(call.body.toString()) as unknown)).toContainEqual({
      action: 'application_updated',
      payload: {
        application: {
          id: 'a/b 名前',
          status: 'active',
          candidate: { first_name: text },
          jobs: [{ name: text }],
        },
      },
    });
  });

  describe('at a hatchbeacon receiver on Express, which serialises the parsed body again', () => {
    let express: HatchBeaconReceiver;

    beforeAll(async () => {
      express = await HatchBeaconReceiver.start();
    });

    afterAll(async () => {
      await express.close();
    });

    async function subscribe(events: readonly string[]): Promise<string> {
      const { id, secret } = await hub.subscribe({ url: express.url, dialect: 'hatchbeacon', events });
      express.secret = secret;
      return id;
    }

    it('fit events of the native API', async () => {
      const id = await subscribe(['job_application_created', 'job_created', 'offer_sent', 'user_created']);
      const types = ['application.submitted', 'job.created', 'offer.sent', 'user.created'];
      for (const type of types) expect((await hub.post('/v1/events', hostileEvent(type))).status).toBe(202);
      await untilDeliveries(hub, id, types.length, ({ status }) => status === 'delivered');
      const details = { candidateName: JSON.parse(HOSTILE_TEXT) as string };
      expect(express.bodies).toContainEqual(
        expect.objectContaining({
          event: 'job_application_created',
          data: expect.objectContaining({ details: expect.objectContaining(details) }),
        }),
      );
    });

    it('fit what came from HatchBeacon, which goes out as it came', async () => {
      const id = await subscribe(['candidate_hired']);
      const log = `{"resourceType": "job_application", "resourceId": "507f1f77bcf86cd799439011", ${HOSTILE_MEMBERS}}`;
      const details = `{${HOSTILE_MEMBERS}, "2": "two"}`;
      const timestamp = '2024-01-20T10:30:00.000Z';
      const received = `{"event": "candidate_hired", "timestamp": "${timestamp}", "data": {"log": ${log}, "details": ${details}}}`;
      await receiveFromHatchBeacon(received);
      await untilDeliveries(hub, id, 1, ({ status }) => status === 'delivered');
      expect(express.bodies).toContainEqual(JSON.parse(JSON.stringify(JSON.parse(received))));
    });

    it('fit no other secret', async () => {
      const id = await subscribe(['job_closed']);
      express.secret = 'another secret entirely';
      await hub.send({ type: 'job.closed', data: { job: { id: 'job_1' } } });
      const [attempt] = await untilAttempts(hub, id, 1);
      expect(attempt).toMatchObject({ outcome: 'retry', response: { status: 401, body: 'Invalid signature' } });
    });

    /** Sends the hub a webhook as HatchBeacon would. */
    async function receiveFromHatchBeacon(body: string): Promise<void> {
      const source = await hub.post('/v1/sources', { dialect: 'hatchbeacon', name: 'HatchBeacon' });
      expect(source.status).toBe(201);
      const { ingest_url: url, secret } = source.body as { ingest_url: string; secret: string };
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { 'x-webhook-signature': signature };
      expect((await hub.post(new URL(url).pathname, body, { key: null, headers })).status).toBe(200);
    }
  });

  const hmac = (encoding: 'hex' | 'base64') => (body: Buffer, secret: string) =>
    createHmac('sha256', secret).update(body).digest(encoding);

  it.each([
    ['nothing', null, 'authorization', () => undefined],
    [
      'HTTP Basic',
      { type: 'basic', username: 'hub', password: 'pass:word' },
      'authorization',
      () => `Basic ${Buffer.from('hub:pass:word').toString('base64')}`,
    ],
    ['a bearer token', { type: 'bearer', token: 'a.b-c' }, 'authorization', () => 'Bearer a.b-c'],
    ['a named header', { type: 'header', name: 'X-Api-Key', value: 'k 1' }, 'x-api-key', () => 'k 1'],
    [
      'an HMAC header in hex, with a prefix',
      { type: 'hmac', header: 'X-Signature', encoding: 'hex', prefix: 'sha256=' },
      'x-signature',
      (body: Buffer, secret: string) => `sha256=${hmac('hex')(body, secret)}`,
    ],
    ['an HMAC header in base64', { type: 'hmac', header: 'x-sig', encoding: 'base64' }, 'x-sig', hmac('base64')],
  ])('are for jobaffinity what the subscription says: %s', async (name, auth, header, expected) => {
    const path = `/auth/${encodeURIComponent(name)}`;
    const { id, secret } = await hub.subscribe({
      url: receiver.url + path,
      dialect: 'jobaffinity',
      events: ['ProcessStepChange'],
      auth,
    });
    await hub.send({ type: 'application.stage_changed', data: { application: { id: 'app_1' } } });
    const [call] = await receiver.waitFor(path, 1);
    expect(call?.headers[header]).toBe(expected(call?.body ?? Buffer.alloc(0), secret));
    const [attempt] = await untilAttempts(hub, id, 1);
    expect(attempt?.request.headers[header]).toBe(auth === null ? undefined : '***');
  });
});
