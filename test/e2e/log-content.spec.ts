import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { untilAttempts, untilDeliveries } from '../support/deliveries.js';
import { person, submitted, tracesOf } from '../support/erasure.js';
import { QUEUES, TestHub } from '../support/hub.js';
import { findLeaks } from '../support/log-leaks.js';
import { Receiver } from '../support/receiver.js';
import { VendorSource } from '../support/vendor-source.js';

/** Whatever goes wrong, the log tells that it did, and of whom or with which secret it does not. */

const JANE = person('jane');
const IN_URL = 'secret-in-the-address';
const IN_HEADER = 'secret-in-a-header';
const CHOSEN_SECRET = 'a-signing-secret-of-their-own';
const MARKERS = [...tracesOf(JANE), JANE.name.toUpperCase(), IN_URL, IN_HEADER, CHOSEN_SECRET];

interface LogLine {
  readonly event?: string;
  readonly error?: string;
}

describe.each(QUEUES)('the log, on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;
  let database: pg.Client;
  let lines: string[] = [];

  beforeAll(async () => {
    const log = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString().trim());
        done();
      },
    });
    [hub, receiver] = await Promise.all([TestHub.start({ queue, log }), Receiver.start()]);
    database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
  });

  afterAll(async () => {
    await database.end();
    await hub.stop();
    await receiver.close();
  });

  beforeEach(() => {
    lines = [];
  });

  const logged = (event: string) =>
    lines.map((line) => JSON.parse(line) as LogLine).filter((one) => one.event === event);
  const expectNoLeak = () => expect(findLeaks(lines, MARKERS)).toEqual([]);

  /** Makes every write to a table fail, as `expression` of the new row does. */
  async function whileBroken(table: string, expression: string, work: () => Promise<void>): Promise<void> {
    await database.query(`CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM ${expression}; RETURN NEW; END $$`);
    await database.query(`CREATE TRIGGER broken BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION break_it()`);
    try {
      await work();
    } finally {
      await database.query(`DROP TRIGGER broken ON ${table}; DROP FUNCTION break_it()`);
    }
  }

  it.each([
    ['quotes a value in its message', `convert_from(NEW.content, 'UTF8')::integer`],
    ['quotes JSON in its context', `(convert_from(NEW.content, 'UTF8') || '}')::json`],
  ])('does not repeat what a database error %s', async (_what, expression) => {
    await whileBroken('events', expression, async () => {
      expect((await hub.post('/v1/events', submitted(JANE))).status).toBe(500);
    });
    expect(logged('request.failed')).toEqual([
      expect.objectContaining({ error: expect.stringMatching(/invalid input syntax for type (integer|json)/) }),
    ]);
    expectNoLeak();
  });

  it('names the constraint that a row violates, and not the row', async () => {
    await database.query(`ALTER TABLE events ADD CONSTRAINT nobody CHECK (octet_length(content) < 10) NOT VALID`);
    expect((await hub.post('/v1/events', submitted(JANE))).status).toBe(500);
    await database.query(`ALTER TABLE events DROP CONSTRAINT nobody`);
    expect(logged('request.failed')).toEqual([
      expect.objectContaining({ error: expect.stringContaining('violates check constraint "nobody"') }),
    ]);
    expectNoLeak();
  });

  it('does not repeat a subscription that could not be saved', async () => {
    await whileBroken('subscriptions', 'NEW.url::integer', async () => {
      const fields = { url: `https://example.com/${IN_URL}`, events: ['*'], secret: CHOSEN_SECRET };
      expect((await hub.post('/v1/subscriptions', fields)).status).toBe(500);
    });
    expect(logged('request.failed')).toHaveLength(1);
    expectNoLeak();
  });

  it('does not repeat what a call was answered that could not be recorded', async () => {
    receiver.answer('/echo', (call, response) => response.end(call.body));
    const { id } = await hub.subscribe({ url: `${receiver.url}/echo`, events: ['application.*'] });
    await whileBroken('attempts', `convert_from(NEW.response_body, 'UTF8')::integer`, async () => {
      await hub.send(submitted(JANE));
      await receiver.waitFor('/echo', 1);
      while (logged('delivery.record_failed').length === 0) await new Promise(setImmediate);
    });
    expectNoLeak();
    await hub.post(`/v1/subscriptions/${id}/disable`);
  });

  it('says nothing of the bodies, tokens and signatures of calls that are refused', async () => {
    const source = await VendorSource.connect(hub);
    expect(await source.send('evt_1', 'application.submitted', submitted(JANE).data, CHOSEN_SECRET)).toBe(401);
    const broken = [`{"candidate":"${JANE.name}`, `"${JANE.email}`, `[${JSON.stringify(JANE)}`];
    for (const body of broken) expect((await hub.post('/v1/events', body)).status).toBe(400);
    expect((await hub.get('/v1/me', { key: `hub_${IN_HEADER}${'x'.repeat(25)}` })).status).toBe(401);
    expect((await hub.get(`/v1/events/${encodeURIComponent(JANE.email)}?subject=${JANE.id}`)).status).toBe(404);
    expectNoLeak();
  });

  it('says nothing of where and how a receiver that fails was called', async () => {
    const [gone, down] = [await Receiver.start(), `${receiver.url}/down?token=${IN_URL}`];
    const away = `${gone.url}/${IN_URL}`;
    await gone.close();
    receiver.answer(`/down?token=${IN_URL}`, { status: 500, body: `no ${JANE.name}` });
    const fields = { events: ['application.*'], secret: CHOSEN_SECRET, headers: { 'x-tenant': IN_HEADER } };
    const ids = await Promise.all([away, down].map(async (url) => (await hub.subscribe({ ...fields, url })).id));
    await hub.send(submitted(JANE));
    for (const id of ids) {
      await untilAttempts(hub, id, 1);
      await untilDeliveries(hub, id, 1, ({ attempts }) => attempts > 0);
      await hub.post(`/v1/subscriptions/${id}/disable`);
    }
    expectNoLeak();
  });
});
