import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdScheduler, untilDeliveries } from '../support/deliveries.js';
import { beginErasing, person, submitted } from '../support/erasure.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** More than a worker holds for one subscription. */
const MANY = 90;

describe('erasing somebody of whom a worker holds much', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([
      TestHub.start({ environment: { WORKER_CONCURRENCY: '1' } }),
      Receiver.start(),
    ]);
    // Nothing but the worker itself may bring what it left in the table.
    await holdScheduler(hub);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  it('brings what was left in the table behind it', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/people`, events: ['application.submitted'] });
    await hub.subscribe({ url: `${receiver.url}/busy`, events: ['job.created'] });
    await hub.send(submitted(person('first')));
    await untilDeliveries(hub, id, 1, ({ status }) => status === 'delivered');
    const busy = new Promise<ServerResponse>((resolve) => {
      receiver.answer('/busy', (_call, response) => resolve(response));
    });
    await hub.send({ type: 'job.created', data: { job: { id: 'job_1' } } });
    const response = await busy;
    const events = [...Array.from({ length: MANY }, () => submitted(person('gone'))), submitted(person('last'))];
    await hub.post('/v1/events/batch', { events });
    await beginErasing(hub, person('gone').id);
    response.writeHead(204).end();
    await untilDeliveries(hub, id, MANY + 2, ({ status }) => status !== 'pending');
    expect(receiver.on('/people')).toHaveLength(2);
  });
});
