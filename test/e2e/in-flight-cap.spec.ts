import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DeliveryClaimer } from '../../src/dispatch/delivery-claimer.service.js';
import { holdScheduler, untilDeliveries } from '../support/deliveries.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { headerOf } from '../support/verify.js';

const CAP = 4;

describe.each(QUEUES)('the calls in flight to one subscription, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    const environment = { TARGET_CONCURRENCY: String(CAP) };
    [hub, receiver] = await Promise.all([TestHub.start({ queue, environment }), Receiver.start()]);
    // Nothing but the finished calls themselves may bring the next ones.
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  /** Calls of `path` that the receiver has not answered yet. */
  function hold(path: string): ServerResponse[] {
    const held: ServerResponse[] = [];
    receiver.answer(path, (_call, response) => held.push(response));
    return held;
  }

  async function untilHeld(held: readonly ServerResponse[], count: number): Promise<void> {
    await receiver.waitUntil(
      () => held.length >= count,
      10_000,
      () => `${count} calls at once, got ${held.length}`,
    );
  }

  function release(held: ServerResponse[], status = 200): void {
    for (const response of held.splice(0)) response.writeHead(status).end();
  }

  const jobs = (type: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ type, data: { job: { id: `job_${index}` } } }));

  it('never exceed the cap, and in the end all has arrived, once each', async () => {
    const total = 100;
    const held = hold('/slow');
    const { id } = await hub.subscribe({ url: `${receiver.url}/slow`, events: ['job.created'] });
    await hub.subscribe({ url: `${receiver.url}/other`, events: ['job.closed'] });
    const claimer = hub.app.get(DeliveryClaimer);
    const claims = [jest.spyOn(claimer, 'claimByIds'), jest.spyOn(claimer, 'claimNext')];

    const batch = hub.post('/v1/events/batch', { events: jobs('job.created', 60) });
    await Promise.all([batch, ...jobs('job.created', total - 60).map((event) => hub.send(event))]);
    await untilHeld(held, CAP);
    await hub.send({ type: 'job.closed', data: { job: { id: 'job_1' } } });
    await receiver.waitFor('/other', 1);
    expect(held).toHaveLength(CAP);

    for (let answered = 0; answered < total; answered += CAP) {
      await untilHeld(held, CAP);
      expect(held).toHaveLength(CAP);
      release(held);
    }
    await untilDeliveries(hub, id, total, ({ status, attempts }) => status === 'delivered' && attempts === 1);
    const ids = receiver.on('/slow').map((call) => headerOf(call, 'webhook-id'));
    expect([ids.length, new Set(ids).size]).toEqual([total, total]);
    // No more than one claim for each delivery and each job: nothing has asked over and over.
    const claimCount = claims.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
    expect(claimCount).toBeLessThan(3 * total);
  });

  it('go on after failures, each delivery at its own time', async () => {
    const total = 20;
    const held = hold('/failing');
    const { id } = await hub.subscribe({ url: `${receiver.url}/failing`, events: ['job.updated'] });
    await hub.post('/v1/events/batch', { events: jobs('job.updated', total) });
    for (const status of [500, 200]) {
      for (let answered = 0; answered < total; answered += CAP) {
        await untilHeld(held, CAP);
        expect(held).toHaveLength(CAP);
        release(held, status);
      }
      await untilDeliveries(hub, id, total, ({ attempts }) => attempts === (status === 500 ? 1 : 2));
      await hub.advance(10_000);
    }
    expect(receiver.on('/failing')).toHaveLength(2 * total);
  });

  it('are one at a time after the receiver has timed out, and more again once it answers', async () => {
    const path = '/hanging';
    const held = hold(path);
    receiver.answerNext(path, ...Array<'hang'>(CAP).fill('hang'));
    const fields = { url: receiver.url + path, events: ['job.expired'], timeout_ms: 1_000 };
    const { id } = await hub.subscribe(fields);
    await hub.post('/v1/events/batch', { events: jobs('job.expired', CAP + 10) });
    await untilHeld(held, 1);
    await hub.send({ type: 'job.closed', data: { job: { id: 'job_2' } } });
    await receiver.waitFor('/other', 2);
    for (let slots = 1; slots <= CAP; slots++) {
      await untilHeld(held, slots);
      expect(held).toHaveLength(slots);
      release(held);
    }
    await untilDeliveries(hub, id, CAP + 10, ({ attempts }) => attempts === 1);
  });
});
