import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { publicId } from '../../src/common/ids.js';
import { ApiClient } from '../support/api-client.js';
import { searchDatabase } from '../support/database-search.js';
import { createTestDatabase } from '../support/databases.js';
import { person, submitted, tracesOf } from '../support/erasure.js';
import { type Environment, HubProcess, requireFreshBuild } from '../support/hub-process.js';
import { Receiver } from '../support/receiver.js';

/** An erasure that was begun is finished, whatever dies; and no log tells whose it was. */

const EVENTS = 1_000;
/** Oldest first: the steps before this event are done, the step that it is in waits. */
const HELD = 550;
const ERASED_LIMIT_MS = 30_000;

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('kill -9 in the middle of an erasure', () => {
  beforeAll(requireFreshBuild);

  it('leaves it for the next start to finish', async () => {
    const database = await createTestDatabase();
    cleanUps.push(() => database.drop());
    const receiver = await Receiver.start();
    cleanUps.push(() => receiver.close());
    const key = `hub_${randomBytes(32).toString('base64url')}`;
    const environment: Environment = {
      DATABASE_URL: database.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: key,
      LOG_LEVEL: 'trace',
    };
    const first = await HubProcess.start(environment);
    cleanUps.push(() => first.stop('SIGKILL'));
    const api = new ApiClient(first.url, key);
    await api.subscribe({ url: `${receiver.url}/told`, events: ['application.*'] });
    const [jane, omar] = [person('jane'), person('omar')];
    const events = Array.from({ length: EVENTS }, () => submitted(jane));
    expect((await api.post('/v1/events/batch', { events })).status).toBe(202);
    await api.send(submitted(omar));
    await receiver.waitFor('/told', EVENTS + 1, ERASED_LIMIT_MS);
    await api.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    cleanUps.push(() => client.end());
    await client.query(`BEGIN; SELECT 1 FROM (SELECT id FROM events ORDER BY id OFFSET ${HELD} LIMIT 1) held
      JOIN events e USING (id) FOR UPDATE OF e`);
    const asked = api.post('/v1/subjects/erase', { entity: 'candidate', id: jane.id }).catch(() => 'killed');
    await untilErased(client, Math.floor(HELD / 100) * 100);
    await first.stop('SIGKILL');
    expect(await asked).toBe('killed');
    expect(await statusOf(client)).toMatchObject({ status: 'running', events: 500 });
    expect(await searchDatabase(database.url, [jane.email])).not.toEqual([]);
    await client.query('COMMIT');

    const second = await HubProcess.start(environment);
    cleanUps.push(() => second.stop());
    const { id } = await statusOf(client);
    const erasure = (await new ApiClient(second.url, key).until(
      `/v1/erasures/${publicId('erasure', id)}`,
      ({ status }) => status === 'done',
      ERASED_LIMIT_MS,
    )) as object;
    expect(erasure).toMatchObject({ events: EVENTS, attempts: EVENTS, cancelled_deliveries: 0 });
    const [, notice] = (await receiver.waitFor('/told', EVENTS + 2)).slice(-2);
    expect(notice?.body.toString()).toContain('candidate.anonymized');
    expect(await searchDatabase(database.url, tracesOf(jane))).toEqual([]);
    expect(await searchDatabase(database.url, [omar.email])).not.toEqual([]);
    for (const trace of tracesOf(jane)) {
      for (const hub of [first, second]) expect(hub.stdout + hub.stderr).not.toContain(trace);
    }
  });
});

async function statusOf(client: pg.Client): Promise<{ id: string; status: string; events: number }> {
  const { rows } = await client.query<{ id: string; status: string; events: number }>(
    'SELECT id, status, events FROM erasures',
  );
  return rows[0] ?? { id: '', status: 'not begun', events: 0 };
}

/** As soon as so many events are blank, and the next step waits. */
async function untilErased(client: pg.Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`,
    );
    if (rows.length > 0 && (await statusOf(client)).events === count) return;
  }
}
