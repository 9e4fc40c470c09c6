import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** Lists: newest first, stable under inserts, `next_cursor` until the last page. */

const ROWS = 7;

interface ListCase {
  readonly path: string;
  /** Adds one row to the list, and answers when it is in it. */
  readonly add: () => Promise<unknown>;
}

let hub: TestHub;
let receiver: Receiver;
let subscriptionId: string;

beforeAll(async () => {
  [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  ({ id: subscriptionId } = await hub.subscribe({ url: receiver.url, events: ['custom.paged'] }));
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

const send = () => hub.send({ type: 'custom.paged', data: {} });
const subscribe = () => hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['job.created'] });

const recover = () => hub.post(`/v1/subscriptions/${subscriptionId}/recover`, { since: '2026-01-31T12:00:00Z' });

const LISTS: readonly ListCase[] = [
  { path: '/v1/events', add: send },
  { path: '/v1/events?type=custom.paged', add: send },
  { path: '/v1/deliveries', add: send },
  { path: '/v1/attempts', add: () => hub.post(`/v1/subscriptions/${subscriptionId}/test`) },
  { path: '/v1/subscriptions', add: subscribe },
  { path: '/v1/audit-log', add: subscribe },
  { path: '/v1/recoveries', add: recover },
  {
    path: '/v1/erasures',
    add: () => hub.post('/v1/subjects/erase', { entity: 'candidate', id: `cand_${randomUUID()}` }),
  },
  { path: '/v1/partners', add: () => hub.post('/v1/partners', { name: 'P' }) },
  { path: '/v1/api-keys', add: () => hub.post('/v1/api-keys', { name: 'K', role: 'viewer' }) },
  { path: '/v1/accounts', add: () => hub.post('/v1/accounts', { name: 'A' }) },
];

async function readPage(path: string, query: string): Promise<{ ids: string[]; next: string | null }> {
  const { status, body } = await hub.get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
  expect(status).toBe(200);
  expect(Object.keys(body as object).sort()).toEqual(['data', 'next_cursor']);
  return { ids: (body.data as { id: string }[]).map(({ id }) => id), next: body.next_cursor as string | null };
}

async function readAll(path: string, limit: number): Promise<string[]> {
  const all: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { ids, next } = await readPage(path, `limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(ids.length).toBeLessThanOrEqual(limit);
    if (next !== null) expect(ids).toHaveLength(limit);
    all.push(...ids);
    cursor = next;
  }
  return all;
}

describe.each(LISTS)('the list $path', ({ path, add }) => {
  beforeAll(async () => {
    for (let row = 0; row < ROWS; row++) await add();
    // Each recorded call is a row of the task history.
    await hub.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
  });

  it('is newest first, and the same whatever the size of its pages', async () => {
    const all = await readAll(path, 200);
    expect(all.length).toBeGreaterThanOrEqual(ROWS);
    expect(all).toEqual([...new Set(all)].sort().reverse());
    for (const limit of [1, 2, 3, all.length, all.length + 1]) expect(await readAll(path, limit)).toEqual(all);
  });

  it('neither repeats nor loses a row while others are added', async () => {
    const before = await readAll(path, 200);
    const first = await readPage(path, 'limit=3');
    await add();
    const second = await readPage(path, `limit=3&cursor=${first.next}`);
    await add();
    const third = await readPage(path, `limit=3&cursor=${second.next}`);
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(before.slice(0, 9));
  });

  it('ends with a null cursor, also when the last page is full', async () => {
    const all = await readAll(path, 200);
    const last = await readPage(path, `limit=${all.length}`);
    expect(last).toEqual({ ids: all, next: null });
    const beyond = await readPage(path, `cursor=${all.at(-1)}`);
    expect(beyond).toEqual({ ids: [], next: null });
  });
});

it('a page holds 50 rows unless told', async () => {
  const events = Array.from({ length: 60 }, () => ({ type: 'custom.fifty', data: {} }));
  await hub.post('/v1/events/batch', { events });
  const { ids, next } = await readPage('/v1/events?type=custom.fifty', '');
  expect(ids).toHaveLength(50);
  expect(next).toBe(ids.at(-1));
});

it('since takes its moment in, until leaves it out', async () => {
  const first = await hub.send({ type: 'custom.bounded', data: {} });
  const { body } = await hub.get(`/v1/events/${first.id}`);
  const receivedAt = new Date(body.received_at as string);
  const shifted = (ms: number) => encodeURIComponent(new Date(receivedAt.getTime() + ms).toISOString());
  const count = async (query: string) => (await readPage('/v1/events?type=custom.bounded', query)).ids.length;
  expect(await count(`since=${shifted(-1_000)}&until=${shifted(1_000)}`)).toBe(1);
  expect(await count(`since=${shifted(-2_000)}&until=${shifted(-1_000)}`)).toBe(0);
  expect(await count(`since=${shifted(1_000)}`)).toBe(0);
  expect(await count('since=2020-01-01&until=2020-12-31')).toBe(0);
  expect(await count('since=2020-01-01T00:00:00%2B02:00')).toBe(1);
});
