import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { ShownDelivery } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** The accepting transaction of an event with an id writes here after it has reserved places in the worker; nobody else does. */
const LATE_TABLE = 'idempotency_keys';

describe('a delivery that is handed to the worker of the process that accepted its event', () => {
  let hub: TestHub;
  let receiver: Receiver;
  let database: pg.Client;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
    database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await hub.stop();
    await receiver.close();
  });

  /** A subscription whose target the worker has at hand, since it has been called once. */
  async function warm(path: string, type: string): Promise<string> {
    const { id } = await hub.subscribe({ url: receiver.url + path, events: [type] });
    const event = await send(type);
    await untilDelivery(event.id, ({ status }) => status === 'delivered');
    return id;
  }

  const jobEvent = (type: string) => ({ type, id: randomUUID(), data: { job: { id: 'job_1' } } });
  const send = (type: string) => hub.send(jobEvent(type));

  async function untilDelivery(eventId: string, accept: (delivery: ShownDelivery) => boolean): Promise<ShownDelivery> {
    const { data } = (await hub.until(
      `/v1/deliveries?event_id=${eventId}`,
      ({ data: page }: { data: ShownDelivery[] }) => page.length > 0 && page.every(accept),
    )) as { data: ShownDelivery[] };
    return data[0] as ShownDelivery;
  }

  /** Runs `meanwhile` while an accepting transaction waits for a lock. */
  async function whileAccepting<T>(meanwhile: (processId: number) => Promise<void>, accept: () => Promise<T>) {
    await database.query(`BEGIN; LOCK TABLE ${LATE_TABLE} IN SHARE MODE`);
    const accepting = accept();
    try {
      await meanwhile(await waiting());
    } finally {
      await database.query('COMMIT');
    }
    return accepting;
  }

  /** The session that waits for the lock. */
  async function waiting(): Promise<number> {
    for (;;) {
      const { rows } = await database.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE relation = '${LATE_TABLE}'::regclass AND NOT granted`,
      );
      if (rows[0]) return rows[0].pid;
    }
  }

  it('is written with its first lease, so that nobody claims it', async () => {
    await warm('/leased', 'job.created');
    const answer = new Promise<ServerResponse>((resolve) => {
      receiver.answer('/leased', (_call, response) => resolve(response));
    });
    const event = await send('job.created');
    const response = await answer;
    const { rows } = await database.query<{ lease_token: string; leased: boolean }>(
      `SELECT lease_token, lease_until > clock_timestamp() + interval '30 seconds' AS leased FROM pending_deliveries`,
    );
    expect(rows).toEqual([{ lease_token: '0', leased: true }]);
    response.writeHead(204).end();
    const delivery = await untilDelivery(event.id, ({ status }) => status === 'delivered');
    expect(delivery).toMatchObject({ attempts: 1 });
  });

  it('goes to the new address of a subscription that changed while the event was being accepted', async () => {
    const id = await warm('/before', 'job.updated');
    const before = receiver.on('/before').length;
    const event = await whileAccepting(
      async () => {
        expect(await hub.patch(`/v1/subscriptions/${id}`, { url: `${receiver.url}/after` })).toMatchObject({
          status: 200,
        });
      },
      () => send('job.updated'),
    );
    await untilDelivery(event.id, ({ status }) => status === 'delivered');
    expect(receiver.on('/after')).toHaveLength(1);
    expect(receiver.on('/before')).toHaveLength(before);
  });

  it('is cancelled when its subscription was disabled while the event was being accepted', async () => {
    const id = await warm('/disabled', 'job.closed');
    const event = await whileAccepting(
      async () => {
        expect(await hub.post(`/v1/subscriptions/${id}/disable`)).toMatchObject({ status: 200 });
      },
      () => send('job.closed'),
    );
    const delivery = await untilDelivery(event.id, ({ status }) => status !== 'pending');
    expect(delivery).toMatchObject({ status: 'cancelled', attempts: 0 });
    expect(receiver.on('/disabled')).toHaveLength(1);
  });

  it('leaves its place to others when the event could not be accepted', async () => {
    await warm('/refused', 'job.deleted');
    const refused = await whileAccepting(
      async (processId) => {
        await database.query('SELECT pg_terminate_backend($1)', [processId]);
      },
      () => hub.post('/v1/events', jobEvent('job.deleted')),
    );
    expect(refused.status).toBe(503);
    const events = Array.from({ length: 200 }, () => ({ type: 'job.deleted', data: { job: { id: 'job_1' } } }));
    expect(await hub.post('/v1/events/batch', { events })).toMatchObject({ status: 202 });
    await receiver.waitFor('/refused', 201);
    expect(receiver.on('/refused')).toHaveLength(201);
  });
});
