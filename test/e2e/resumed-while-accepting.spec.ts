import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { TestHub } from '../support/hub.js';
import { untilWaiting } from '../support/lock-waits.js';
import { Receiver } from '../support/receiver.js';
import { Subscribed } from '../support/subscribed.js';

const SERVER_ERRORS = 20;

describe('an event that is accepted while the suspension of its subscription ends', () => {
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

  it('is delivered at once, not at the end that the suspension would have had', async () => {
    const subscribed = await Subscribed.to([hub, receiver], ['jobaffinity', 'It=job.closed', 'job.closed'], 500);
    await subscribed.sendMany(SERVER_ERRORS);
    expect(await subscribed.status()).toBe('suspended');
    subscribed.answer(200);

    // The accepting transaction has read that the subscription is suspended, and waits before it writes the delivery.
    await database.query('BEGIN; LOCK TABLE deliveries IN SHARE MODE');
    const sent = subscribed.send();
    await untilWaiting(database, 1);
    const enabled = subscribed.post('enable');
    await Promise.race([enabled, untilWaiting(database, 2)]);
    await database.query('COMMIT');

    await enabled;
    expect(await sent).toMatchObject({ status: 'delivered', attempts: 1 });
  });
});
