import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { parsePublicId } from '../../src/common/ids.js';
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

  const EVENT = { type: 'job.closed', data: { job: { id: 'job_1' } } };

  async function suspend(): Promise<Subscribed> {
    const subscribed = await Subscribed.to([hub, receiver], ['jobaffinity', 'It=job.closed', 'job.closed'], 500);
    await subscribed.sendMany(SERVER_ERRORS);
    expect(await subscribed.status()).toBe('suspended');
    subscribed.answer(200);
    return subscribed;
  }

  /** The accepting transaction has read that the subscription is suspended, and waits before it writes the delivery. Answers the event's id. */
  async function sendMeanwhile(change: () => Promise<unknown>): Promise<string> {
    await database.query('BEGIN; LOCK TABLE deliveries IN SHARE MODE');
    const sent = hub.send(EVENT);
    await untilWaiting(database, 1);
    const changed = change();
    await Promise.race([changed, untilWaiting(database, 2)]);
    await database.query('COMMIT');
    await changed;
    return (await sent).id;
  }

  async function untilOver(eventId: string): Promise<object[]> {
    const over = ({ data }: { data: { status: string }[] }) => data.every(({ status }) => status !== 'pending');
    return ((await hub.until(`/v1/deliveries?event_id=${eventId}`, over)) as { data: object[] }).data;
  }

  it('is delivered at once, not at the end that the suspension would have had', async () => {
    const subscribed = await suspend();
    const eventId = await sendMeanwhile(() => subscribed.post('enable'));
    expect(await untilOver(eventId)).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    await hub.delete(`/v1/subscriptions/${subscribed.id}`);
  });

  it('is accepted while the deletion is still busy with what waits', async () => {
    const subscribed = await suspend();
    const { id: waitingId } = await subscribed.sendInVain();
    await database.query('BEGIN');
    await database.query('SELECT FROM pending_deliveries WHERE delivery_id = $1 FOR UPDATE', [
      parsePublicId('delivery', waitingId),
    ]);
    const deleted = hub.delete(`/v1/subscriptions/${subscribed.id}`);
    await untilWaiting(database, 1);
    const { id: eventId } = await hub.send(EVENT);
    await database.query('COMMIT');
    expect((await deleted).status).toBe(204);
    const reason = 'the subscription was deleted';
    expect(await untilOver(eventId)).toMatchObject([{ status: 'cancelled', reason }]);
    expect((await hub.get(`/v1/deliveries/${waitingId}`)).body).toMatchObject({ status: 'cancelled', reason });
  });

  it('is cancelled at once when the subscription is deleted instead', async () => {
    const subscribed = await suspend();
    const eventId = await sendMeanwhile(() => hub.delete(`/v1/subscriptions/${subscribed.id}`));
    expect(await untilOver(eventId)).toMatchObject([
      { status: 'cancelled', attempts: 0, reason: 'the subscription was deleted' },
    ]);
  });
});
