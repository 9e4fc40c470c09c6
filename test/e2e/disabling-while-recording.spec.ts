import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { untilAttempts, untilDeliveries } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { untilWaiting } from '../support/lock-waits.js';
import { Receiver } from '../support/receiver.js';

describe('disabling a subscription while the result of a call to it is recorded', () => {
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

  it('does not deadlock with it', async () => {
    const answer = new Promise<ServerResponse>((resolve) => {
      receiver.answer('/failing', (_call, response) => resolve(response));
    });
    const { id } = await hub.subscribe({ url: `${receiver.url}/failing`, events: ['custom.n'] });
    await hub.send({ type: 'custom.n', data: {} });
    const response = await answer;

    await database.query('BEGIN; SELECT FROM subscriptions FOR UPDATE');
    const disabled = hub.post(`/v1/subscriptions/${id}/disable`);
    await untilWaiting(database, 1);
    response.writeHead(500).end();
    await untilWaiting(database, 2);
    await database.query('COMMIT');
    expect((await disabled).status).toBe(200);
    const [attempt] = await untilAttempts(hub, id, 1);
    expect(attempt).toMatchObject({ response: { status: 500 } });
    await untilDeliveries(hub, id, 1, ({ status }) => status === 'cancelled');

    const { rows } = await database.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(rows).toEqual([{ deadlocks: '0' }]);
  });
});
