import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

describe.each(QUEUES)('the whole path on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('delivers an event that was accepted, signed, and keeps its attempt', async () => {
    const { id, secret } = await hub.subscribe({ url: `${receiver.url}/standard`, events: ['application.*'] });
    const event = await hub.send({
      type: 'application.submitted',
      data: { application: { id: 'app_1', status: 'pending' } },
    });
    expect(event.deliveries).toBe(1);

    const [call] = await receiver.waitFor('/standard', 1);
    const verified = new Webhook(secret).verify(call?.body.toString() ?? '', call?.headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'application.submitted', data: { application: { id: 'app_1' } } });

    const history = await hub.until('/v1/attempts', (page: { data: unknown[] }) => page.data.length === 1);
    expect(history).toMatchObject({
      data: [
        {
          subscription_id: id,
          event_id: event.id,
          number: 1,
          outcome: 'delivered',
          response: { status: 200, body: 'ok' },
        },
      ],
    });
    const deliveries = await hub.get('/v1/deliveries');
    expect(deliveries.body).toMatchObject({ data: [{ status: 'delivered', attempts: 1, next_attempt_at: null }] });
  });

  it('tries again when the clock says so, with the same id', async () => {
    await hub.subscribe({ url: `${receiver.url}/flaky`, events: ['job.created'] });
    receiver.answerNext('/flaky', 500, 503);
    await hub.send({ type: 'job.created', data: { job: { id: 'job_1' } } });

    await receiver.waitFor('/flaky', 1);
    await hub.until('/v1/attempts', (page: { data: { outcome: string }[] }) => page.data[0]?.outcome === 'retry');
    await hub.advance(7_000);
    await receiver.waitFor('/flaky', 2);
    await hub.until('/v1/attempts', (page: { data: { number: number }[] }) => page.data[0]?.number === 2);
    await hub.advance(400_000);
    const calls = await receiver.waitFor('/flaky', 3);
    expect(new Set(calls.map((call) => call.headers['webhook-id'])).size).toBe(1);
    await hub.until(
      '/v1/deliveries?type=job.created',
      (page: { data: { status: string }[] }) => page.data[0]?.status === 'delivered',
    );
  });
});
