import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestHub } from '../support/hub.js';
import { makeAccount } from '../support/keys.js';

const NOWHERE = 'src_01m7xr63cee52b9skadqbv3y6n';

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
});

afterAll(async () => {
  await hub.stop();
});

async function makeSource(key = hub.adminKey): Promise<string> {
  const { body } = await hub.post('/v1/sources', { dialect: 'standard', name: 'An ATS' }, { key });
  return body.id as string;
}

function refusalOf(...indexes: number[]) {
  const message = 'must be the id of a source of this account (src_…)';
  return {
    status: 422,
    code: 'validation_failed',
    errors: indexes.map((index) => ({ field: `source_ids[${index}]`, message })),
  };
}

describe('The sources that a partner may receive from', () => {
  it('are sources of its account: others are refused by their place in the list, and nothing is saved', async () => {
    const ours = await makeSource();
    const theirs = await makeSource(await makeAccount(hub));
    const gone = await makeSource();
    await hub.delete(`/v1/sources/${gone}`);

    const refused = await hub.post('/v1/partners', { name: 'Refused', source_ids: [ours, theirs, NOWHERE, gone] });
    expect(refused.body).toMatchObject(refusalOf(1, 2, 3));
    expect((await hub.get('/v1/partners')).body.data).toEqual([]);

    const { body: partner } = await hub.post('/v1/partners', { name: 'Ours', source_ids: [ours] });
    expect(partner.source_ids).toEqual([ours]);
    for (const id of [theirs, NOWHERE, gone]) {
      const answer = await hub.patch(`/v1/partners/${partner.id}`, { name: 'Theirs', source_ids: [id, ours] });
      expect(answer.body).toMatchObject(refusalOf(0));
    }
    expect((await hub.get(`/v1/partners/${partner.id}`)).body).toEqual(partner);
  });

  it('may be sent back as they were read after one of them was deleted', async () => {
    const [first, second] = [await makeSource(), await makeSource()];
    const { body: partner } = await hub.post('/v1/partners', { name: 'Both', source_ids: [first, second] });
    await hub.delete(`/v1/sources/${first}`);
    const { body: read } = await hub.get(`/v1/partners/${partner.id}`);

    const changes = { name: 'Renamed', source_ids: read.source_ids };
    expect((await hub.patch(`/v1/partners/${partner.id}`, changes)).body).toMatchObject(changes);
    expect((await hub.patch(`/v1/partners/${partner.id}`, { source_ids: [second] })).status).toBe(200);
    // Once it is off the list it can't come back.
    const again = await hub.patch(`/v1/partners/${partner.id}`, { source_ids: [first] });
    expect(again.body).toMatchObject(refusalOf(0));
    expect((await hub.patch(`/v1/partners/${partner.id}`, { source_ids: null })).body.source_ids).toBeNull();
  });
});
