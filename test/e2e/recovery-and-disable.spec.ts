import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { untilDeliveries } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { untilWaiting } from '../support/lock-waits.js';
import { Receiver } from '../support/receiver.js';

const MISSED = 100;
const MINUTE_MS = 60_000;

describe('a subscription that is disabled in the middle of a step of its recovery', () => {
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

  it('is owed nothing afterwards', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/hook`, events: ['custom.n'] });
    await hub.post(`/v1/subscriptions/${id}/disable`);
    const events = Array.from({ length: MISSED }, () => ({ type: 'custom.n', data: {} }));
    await hub.post('/v1/events/batch', { events });
    await hub.post(`/v1/subscriptions/${id}/enable`);

    await database.query('BEGIN; SELECT FROM deliveries FOR UPDATE');
    const since = new Date(Date.now() - MINUTE_MS).toISOString();
    await hub.post(`/v1/subscriptions/${id}/recover`, { since });
    await untilWaiting(database, 1);
    const disabled = hub.post(`/v1/subscriptions/${id}/disable`);
    await Promise.race([disabled, untilWaiting(database, 2)]);
    await database.query('COMMIT');
    expect((await disabled).status).toBe(200);
    // What was called in between may have been delivered.
    await untilDeliveries(hub, id, MISSED, ({ status }) => status !== 'pending');
  });
});
