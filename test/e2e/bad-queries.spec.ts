import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type ApiOperation, apiOperations } from '../support/api-operations.js';
import { type ApiAnswer, TestHub } from '../support/hub.js';
import { makeKey } from '../support/keys.js';
import { rowCounts } from '../support/tables.js';

/** Queries and paths that make no sense: every parameter of every operation under /v1. */

const OTHER_KIND_OF_ID = 'aud_01m7xr63cee52b9skadqbv3y6n';
const WRONG_TIMES = ['', 'x', '2026-02-30', '2026-W05', '2026-01-01T00:00:00', '12026-01-01', '%00', 'now'];
const WRONG_IDS = (also: readonly string[] = []) => ['', 'x', '%00', OTHER_KIND_OF_ID, 'x'.repeat(101), ...also];

/** Wrong values of each query parameter, as they stand in a URL. */
const WRONG_QUERIES: Readonly<Record<string, readonly string[]>> = {
  limit: ['', '0', '201', '-1', '1.5', 'x', 'null', 'NaN', 'Infinity', '1&limit=2', '%00'],
  cursor: [...WRONG_IDS().filter((id) => id !== OTHER_KIND_OF_ID), 'key_01m7xr63cee52b9skadqbv3y6', 'a&cursor=b'],
  since: WRONG_TIMES,
  until: WRONG_TIMES,
  type: ['x'.repeat(256), '%00', 'a&type=b'],
  subject: ['', 'x', ':x', 'x:', '%00', 'a:%00', 'x'.repeat(301), 'a:b&subject=c:d'],
  subscription_id: WRONG_IDS(['evt_01m7xr63cee52b9skadqbv3y6n']),
  delivery_id: WRONG_IDS(['wh_01m7xr63cee52b9skadqbv3y6n']),
  event_id: WRONG_IDS(['wh_01m7xr63cee52b9skadqbv3y6n']),
  status: ['', 'x', 'Pending', '%00', 'pending&status=failed'],
  outcome: ['', 'x', 'Failed', '%00'],
  response_status: ['', 'x', '-1', '1000', '200.5', '%00'],
  max_seconds: ['', 'x', '-1', '1.5', '86401', '%00', '1&max_seconds=2'],
  bucket: ['', 'x', 'Minute', '%00', 'minute&bucket=hour'],
  ailing: ['', 'x', '1', 'TRUE', '%00'],
  search: ['', 'x'.repeat(201), '%00', 'a&search=b'],
  ids: [...WRONG_IDS(['evt_01m7xr63cee52b9skadqbv3y6n']), ',', 'wh_01m7xr63cee52b9skadqbv3y6n,', 'x'.repeat(4_001)],
  deleted: ['', 'x', '1', 'TRUE', '%00'],
  partner_id: WRONG_IDS(['wh_01m7xr63cee52b9skadqbv3y6n']),
  action: ['x'.repeat(101), '%00', 'a&action=b'],
  dialect: ['', 'x', 'Standard', '__proto__', 'x'.repeat(51), '%00', 'standard&dialect=standard'],
  verdict: ['', 'x', 'Refused', '%00', 'refused&verdict=test'],
  changes_only: ['', 'x', '1', 'TRUE', '%00'],
  target_id: ['x'.repeat(101), '%00', 'a&target_id=b'],
};

let hub: TestHub;
let eventId: string;
let sourceId: string;
let operations: readonly ApiOperation[];
let countsBefore: Readonly<Record<string, number>>;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
  await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['*'] });
  ({ id: eventId } = await hub.send({ type: 'custom.first', data: {} }));
  const { body: source } = await hub.post('/v1/sources', { dialect: 'standard', name: 'Source' });
  sourceId = source.id as string;
  const { body } = await hub.get('/openapi.json');
  operations = apiOperations(body as OpenAPIObject, '/v1/');
  countsBefore = await rowCounts(hub.databaseUrl);
});

afterAll(async () => {
  await hub.stop();
});

function expectProblem(answer: ApiAnswer, status: number, code: string, told: string): void {
  if (answer.status !== status) throw new Error(`${told} was answered ${answer.status} ${answer.text.slice(0, 300)}`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status, code, request_id: answer.headers.get('x-request-id') });
}

describe('a query', () => {
  it.each(Object.entries(WRONG_QUERIES))('with a wrong `%s` is refused wherever it is known', async (name, values) => {
    const known = operations.filter(({ queryFields }) => queryFields.includes(name));
    expect(known.length).toBeGreaterThan(0);
    for (const { path: template } of known) {
      const path = template.replace('{id}', template.startsWith('/v1/sources') ? sourceId : eventId);
      for (const value of values) {
        const answer = await hub.get(`${path}?${name}=${value}`);
        expectProblem(answer, 400, 'invalid_query', `${path}?${name}=${value.slice(0, 40)}`);
        expect(answer.body.errors).toMatchObject([{ field: name, message: expect.any(String) }]);
      }
    }
  });

  it('is known to the table with every parameter', () => {
    const documented = new Set(operations.flatMap(({ queryFields }) => queryFields));
    expect([...documented].sort()).toEqual(Object.keys(WRONG_QUERIES).sort());
  });

  it('for a time that ends before it begins is refused', async () => {
    const known = operations.filter(({ queryFields }) => queryFields.includes('since'));
    expect(known.length).toBeGreaterThan(0);
    for (const { path } of known) {
      const answer = await hub.get(`${path}?since=2026-02-01T00:00:00%2B01:00&until=2026-01-31T22:59:59Z`);
      expectProblem(answer, 400, 'invalid_query', path);
      expect(answer.body.errors).toEqual([{ field: 'since', message: 'must not be after until' }]);
      const moment = await hub.get(`${path}?since=2026-02-01T00:00:00%2B01:00&until=2026-01-31T23:00:00Z`);
      expect(moment.status).toBe(200);
    }
  });

  it.each(['surplus=1', '__proto__=1', 'constructor=1', 'toString=1', 'limit[]=1', '%00=1'])(
    'with an unknown parameter is refused: %s',
    async (query) => {
      const lists = operations.filter(({ queryFields }) => queryFields.includes('limit'));
      for (const { path: template } of lists) {
        const path = template.replace('{id}', sourceId);
        const answer = await hub.get(`${path}?${query}`);
        expectProblem(answer, 400, 'invalid_query', `${path}?${query}`);
        expect(answer.body.errors).toHaveLength(1);
      }
    },
  );

  it('may stand where none is expected', async () => {
    const answer = await hub.get('/v1/me?utm_source=mail');
    expect(answer.status).toBe(200);
  });
});

/** Of operations that refuse an empty one before they look for what they change. */
const WHOLE_BODIES: Readonly<Record<string, object>> = { recoverSubscription: { since: '2026-01-01T00:00:00Z' } };
const WHOLE_QUERIES: Readonly<Record<string, string>> = {
  previewEvent: '?dialect=standard',
  explainEvent: '?subscription_id=wh_01m7xr63cee52b9skadqbv3y6n',
};

describe('an id in a path', () => {
  const WRONG = [
    'x',
    '0',
    'undefined',
    '%00',
    '%F0%9F%98%80',
    '..%2F..%2Fv1%2Fme',
    "'%3B--",
    'x'.repeat(499),
    'evt_01m7xr63cee52b9skadqbv3y6n',
    'src_01m7xr63cee52b9skadqbv3y6n',
    'wh_01m7xr63cee52b9skadqbv3y6n',
    'wh_01M7XR63CEE52B9SKADQBV3Y6N',
    '__proto__',
    'constructor',
  ];

  it('that names nothing is a 404 in every operation', async () => {
    const withPath = operations.filter(({ pathFields }) => pathFields.length > 0);
    expect(withPath.length).toBeGreaterThan(15);
    for (const { id, method, path, bodyFields } of withPath) {
      for (const text of WRONG) {
        const url = path.replaceAll(/\{\w+\}/g, text) + (WHOLE_QUERIES[id] ?? '');
        const body = bodyFields.length > 0 ? (WHOLE_BODIES[id] ?? {}) : undefined;
        expectProblem(await hub.request(method, url, body), 404, 'not_found', `${method} ${url.slice(0, 100)}`);
      }
    }
  });
});

describe('a path', () => {
  it.each(['/', '/v1', '/v1/', '/v1/nothing', '/v2/events', '/v1/events/a/b/c', '/V1/EVENTS', '//v1/events'])(
    'that leads nowhere is a 404: %s',
    async (path) => {
      expectProblem(await hub.get(path), 404, 'not_found', path);
    },
  );

  it.each([
    ['an id that is far too long', `/v1/events/${'x'.repeat(2_000)}`, [404, 414]],
    ['a broken escape', '/v1/events/%E0%A4%A', [400]],
    ['a broken escape in the query', '/v1/events?limit=%E0%A4%A', [400]],
  ])('with %s is a problem like any other', async (_what, path, statuses) => {
    const answer = await hub.get(path);
    expect(statuses).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      status: answer.status,
      code: expect.any(String),
      request_id: expect.any(String),
    });
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    'is not changed by a method that it does not know: %s',
    async (method) => {
      const answer = await hub.request(method, '/v1/events');
      expect([404, 405]).toContain(answer.status);
      expect(answer.body).toMatchObject({ code: expect.any(String), request_id: expect.any(String) });
    },
  );
});

describe('headers', () => {
  it.each(['Bearer', 'Bearer ', 'bearer x y', 'Basic eA==', 'Digest x', 'hub_x', `Bearer ${'x'.repeat(5_000)}`])(
    'that hold no valid key are a 401: %s',
    async (authorization) => {
      const answer = await hub.get('/v1/me', { key: null, headers: { authorization } });
      expectProblem(answer, 401, 'unauthorized', authorization);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    },
  );
});

describe('after all that', () => {
  it('nothing is written', async () => {
    expect(await rowCounts(hub.databaseUrl)).toEqual(countsBefore);
    expect(await makeKey(hub, 'viewer')).toMatch(/^hub_/);
  });
});
