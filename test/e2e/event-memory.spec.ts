import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parsePublicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { EventReader } from '../../src/ingestion/event-reader.service.js';
import { TestHub } from '../support/hub.js';

const BATCHES = 12;
const EVENTS_A_BATCH = 16;
/** All together more than a process keeps in memory. */
const NOTE = 'x'.repeat(200_000);

describe('the events that a process keeps in memory', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    // Only what is still to be read for a delivery is kept.
    await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['custom.n'] });
  });

  afterAll(() => hub.stop());

  async function sendBatch(): Promise<string[]> {
    const events = Array.from({ length: EVENTS_A_BATCH }, () => ({ type: 'custom.n', data: { note: NOTE } }));
    const { body } = await hub.post('/v1/events/batch', { events });
    return (body.data as { id: string }[]).map(({ id }) => parsePublicId('event', id) ?? '');
  }

  it('are few where they are large, and the others are read again', async () => {
    const ids: string[] = [];
    for (let batch = 0; batch < BATCHES; batch++) ids.push(...(await sendBatch()));
    const reads = jest.spyOn(hub.app.get(Transactions), 'query');
    const reader = hub.app.get(EventReader);

    expect((await reader.load(ids.slice(-EVENTS_A_BATCH))).size).toBe(EVENTS_A_BATCH);
    expect(reads).not.toHaveBeenCalled();
    const oldest = await reader.load(ids.slice(0, 1));
    expect(reads).toHaveBeenCalledTimes(1);
    expect([...oldest.values()].map(({ data }) => data)).toEqual([{ note: NOTE }]);
  });
});
