import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from '../../src/ats/canonical-event.js';
import { newUuid, parsePublicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { TestHub } from '../support/hub.js';

/** More than a page looks at. */
const ATTEMPTS = 12_000;
const RARE_EVERY = 4_000;

interface Page {
  readonly data: readonly { readonly id: string; readonly outcome?: string; readonly status?: string }[];
  readonly next_cursor: string | null;
}

function contentOf(type: string): Omit<CanonicalEvent, 'id'> {
  const source = { dialect: 'standard', source_id: null, event_id: null, type: null };
  const occurredAt = new Date(0).toISOString();
  return { type, occurred_at: occurredAt, source, subject: null, actor: null, data: {}, extensions: {}, test: false };
}

describe('a history longer than one look at it', () => {
  let hub: TestHub;
  let busy: string;
  let small: string;
  let busyKey: string;
  let smallKey: string;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
    [busyKey, smallKey] = await Promise.all([partnerKey('Busy'), partnerKey('Small')]);
    const url = 'http://127.0.0.1:9/hook';
    busy = (await hub.subscribe({ url, events: ['*'] }, { key: busyKey })).id;
    small = (await hub.subscribe({ url, events: ['*'], dialect: 'jobaffinity' }, { key: smallKey })).id;
    await fill();
  });

  afterAll(() => hub.stop());

  async function partnerKey(name: string): Promise<string> {
    const { body: partner } = await hub.post('/v1/partners', { name });
    const { id } = partner as { id: string };
    const { body: made } = await hub.post('/v1/api-keys', { name, role: 'partner', partner_id: id });
    return (made as { key: string }).key;
  }

  /** Every so often a rare type, a failure and one of the small subscription, all older than the newest thousands. */
  async function fill(): Promise<void> {
    const rows = Array.from({ length: ATTEMPTS }, (_, index) => {
      const isRare = index % RARE_EVERY === 0;
      return {
        event_id: newUuid(),
        id: newUuid(),
        subscription_id: parsePublicId('subscription', isRare ? small : busy),
        dialect: isRare ? 'jobaffinity' : 'standard',
        event_type: isRare ? 'custom.rare' : 'custom.frequent',
        outcome: isRare ? 'failed' : 'delivered',
        status: isRare ? 500 : 200,
        content: JSON.stringify(contentOf(isRare ? 'custom.rare' : 'custom.frequent')),
      };
    });
    const transactions = hub.app.get(Transactions);
    const table = `json_to_recordset($1::json) AS r(event_id uuid, id uuid, subscription_id uuid, dialect text, event_type text, outcome text, status int, content text)`;
    await transactions.query(
      `INSERT INTO attempts (id, account_id, subscription_id, kind, dialect, event_type, event_name, number, outcome, url, request_headers,
         request_body, response_status, response_headers, response_body, response_truncated, started_at, duration_ms)
       SELECT r.id, a.id, r.subscription_id, 'delivery', r.dialect, r.event_type, r.event_type, 1, r.outcome, 'http://127.0.0.1:9', '{}',
         '{}', r.status, '{}', '', false, now(), 1 FROM ${table}, accounts a`,
      [JSON.stringify(rows)],
    );
    await transactions.query(
      `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, reason, created_at, finished_at)
       SELECT r.id, a.id, r.event_id, r.subscription_id, r.event_type, r.event_type, r.outcome,
         CASE WHEN r.outcome = 'failed' THEN 'gave up' END, now(), now() FROM ${table}, accounts a`,
      [JSON.stringify(rows)],
    );
    await transactions.query(
      `INSERT INTO events (id, account_id, type, occurred_at, received_at, test, content)
       SELECT r.event_id, a.id, r.event_type, now(), now(), false, convert_to(r.content, 'UTF8') FROM ${table}, accounts a`,
      [JSON.stringify(rows)],
    );
  }

  async function pagesOf(path: string, key = hub.adminKey): Promise<Page[]> {
    const pages: Page[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await hub.get(`${path}${cursor && `&cursor=${cursor}`}`, { key });
      expect(status).toBe(200);
      pages.push(body as Page);
      cursor = (body as Page).next_cursor;
    }
    return pages;
  }

  const RARE = ATTEMPTS / RARE_EVERY;

  it.each(['attempts', 'deliveries'])('is all there, once each and newest first, page by page: %s', async (list) => {
    const ids = (await pagesOf(`/v1/${list}?limit=200`)).flatMap(({ data }) => data.map(({ id }) => id));
    expect(ids).toHaveLength(ATTEMPTS);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });

  it.each(['attempts', 'deliveries'])('gives all of a rare type, on pages that may hold none: %s', async (list) => {
    const pages = await pagesOf(`/v1/${list}?type=custom.rare`);
    expect(pages.flatMap(({ data }) => data)).toHaveLength(RARE);
    expect(pages.length).toBeGreaterThan(1);
    const none = await pagesOf(`/v1/${list}?type=custom.never`);
    expect(none.flatMap(({ data }) => data)).toEqual([]);
    expect(none.length).toBeLessThan(5);
  });

  it('finds the few failures on the first page', async () => {
    for (const query of ['attempts?outcome=failed', 'attempts?response_status=500', 'deliveries?status=failed']) {
      const [first] = await pagesOf(`/v1/${query}`);
      expect(first?.data).toHaveLength(RARE);
      expect(first?.next_cursor).toBeNull();
    }
    expect((await pagesOf(`/v1/attempts?outcome=failed&subscription_id=${busy}`))[0]).toEqual({
      data: [],
      next_cursor: null,
    });
  });

  it('shows a partner its own on the first page, however many others there are', async () => {
    for (const list of ['attempts', 'deliveries']) {
      const pages = await pagesOf(`/v1/${list}?`, smallKey);
      expect(pages.map(({ data }) => data.length)).toEqual([RARE]);
      expect(await pagesOf(`/v1/${list}?subscription_id=${busy}`, smallKey)).toEqual([{ data: [], next_cursor: null }]);
    }
  });

  it('shows a partner that was owed little all of those events on the first page', async () => {
    expect((await pagesOf('/v1/events?', smallKey)).map(({ data }) => data.length)).toEqual([RARE]);
    const [first, ...others] = await pagesOf('/v1/events?limit=2', smallKey);
    expect([first, ...others].map((page) => page?.data.length)).toEqual([2, 1]);
    const [newest, second] = first?.data ?? [];
    expect(await pagesOf('/v1/events?type=custom.frequent', smallKey)).toEqual([{ data: [], next_cursor: null }]);
    expect((newest?.id ?? '') > (second?.id ?? '')).toBe(true);
  });

  it('shows a partner that was owed much those events, on pages that may hold none', async () => {
    const owed = (await pagesOf('/v1/events?limit=200', busyKey)).flatMap(({ data }) => data.map(({ id }) => id));
    expect(owed).toHaveLength(ATTEMPTS - RARE);
    expect(owed).toEqual([...new Set(owed)].sort().reverse());
    const rare = await pagesOf('/v1/events?type=custom.rare', busyKey);
    expect(rare.flatMap(({ data }) => data)).toEqual([]);
    expect(rare.length).toBeGreaterThan(1);
    expect((await pagesOf('/v1/events?limit=200')).flatMap(({ data }) => data)).toHaveLength(ATTEMPTS);
  });

  it('shows a partner an old event that it was sent only now in its place, below all newer ones', async () => {
    const all = (await pagesOf('/v1/events?limit=200')).flatMap(({ data }) => data.map(({ id }) => id));
    const oldest = all.at(-1) ?? '';
    const { status } = await hub.post(`/v1/events/${oldest}/replay`, { subscription_ids: [busy] });
    expect(status).toBe(202);
    const owed = (await pagesOf('/v1/events?limit=200', busyKey)).flatMap(({ data }) => data.map(({ id }) => id));
    expect(owed).toHaveLength(ATTEMPTS - RARE + 1);
    expect(owed.at(-1)).toBe(oldest);
    expect(owed).toEqual([...new Set(owed)].sort().reverse());
  });

  it('shows the calls of one dialect on the first page of its own history', async () => {
    const { body } = await hub.get('/jobaffinity/restapi/v1/webhook/task');
    expect(body).toMatchObject({ _next: '' });
    expect((body as { items: unknown[] }).items).toHaveLength(RARE);
  });
});
