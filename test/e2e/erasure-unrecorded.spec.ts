import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Clock } from '../../src/common/clock.js';
import { parsePublicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { claimByIds, releaseClaims } from '../../src/dispatch/claim-statements.js';
import { erase, person, submitted } from '../support/erasure.js';
import { TestHub } from '../support/hub.js';

/** What a worker sent and did not live to record counts as told: its receiver is asked to forget, too. */

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
});

afterAll(async () => {
  await hub.stop();
});

describe('a call of a worker that was killed', () => {
  it('makes its receiver one that is told of the erasure, long after the lease and whoever had it since', async () => {
    const subscribe = (path: string) => hub.subscribe({ url: `http://127.0.0.1:9/${path}`, events: ['application.*'] });
    const [maybe, never] = [await subscribe('maybe'), await subscribe('never')];
    const jane = person('jane');
    await hub.send(submitted(jane));
    await leaveClaimed(maybe.id);
    await claimAllAndGiveBack();

    expect(await erase(hub, jane.id)).toMatchObject({ cancelled_deliveries: 2, subscription_ids: [maybe.id] });
    const { body } = await hub.get(`/v1/deliveries?subscription_id=${never.id}`);
    expect(body.data).toMatchObject([{ event_type: 'application.submitted', status: 'cancelled' }]);
  });
});

async function claimAllAndGiveBack(): Promise<void> {
  const transactions = hub.app.get(Transactions);
  const { sqlNow } = hub.app.get(Clock);
  const owed = await transactions.query<{ id: string }>(`SELECT delivery_id AS id FROM pending_deliveries`);
  const ids = owed.map(({ id }) => id);
  const claims = await claimByIds(ids, '{"standard":1000}', sqlNow, transactions);
  expect(claims.map(({ id }) => id).sort()).toEqual(ids.sort());
  await releaseClaims(claims, { sent: false }, sqlNow, transactions);
}

/** As a kill leaves a delivery behind: claimed, its lease run out. */
async function leaveClaimed(subscriptionId: string): Promise<void> {
  const client = new pg.Client({ connectionString: hub.databaseUrl });
  await client.connect();
  const { rowCount } = await client.query(
    `UPDATE pending_deliveries SET lease_token = nextval('lease_token_seq'), lease_until = now() - interval '1 hour'
     WHERE subscription_id = $1`,
    [parsePublicId('subscription', subscriptionId)],
  );
  await client.end();
  expect(rowCount).toBe(1);
}
