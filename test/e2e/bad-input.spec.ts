import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { apiOperations } from '../support/api-operations.js';
import { type ApiAnswer, TestHub } from '../support/hub.js';
import { rowCounts } from '../support/tables.js';
import { notOf, notText } from '../support/wrong-values.js';

/** Bad input is named field by field, never a 500, and never half applied. */

interface BodyCase {
  readonly operation: string;
  readonly method: string;
  readonly path: () => string;
  readonly valid: Readonly<Record<string, unknown>>;
  /** Wrong values of each field; `[value, field]` in a `Wrong` where the problem names a deeper one. */
  readonly fields: Readonly<Record<string, readonly unknown[]>>;
  readonly required: readonly string[];
}

/** A wrong value whose problem names another field than the one it stands in. */
class Wrong {
  constructor(
    readonly value: unknown,
    readonly named: string,
  ) {}
}
const wrong = (value: unknown, named: string) => new Wrong(value, named);

const ids = { partner: '', subscription: '', event: '', source: '' };
let hub: TestHub;
let countsBefore: Readonly<Record<string, number>>;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
  const partner = await hub.post('/v1/partners', { name: 'Partner' });
  const subscription = await hub.subscribe({ url: 'http://127.0.0.1:9/', events: ['*'] });
  const event = await hub.send({ type: 'custom.first', data: {} });
  const source = await hub.post('/v1/sources', { dialect: 'standard', name: 'Source' });
  Object.assign(ids, {
    partner: partner.body.id,
    subscription: subscription.id,
    event: event.id,
    source: source.body.id,
  });
  countsBefore = await rowCounts(hub.databaseUrl);
});

afterAll(async () => {
  await hub.stop();
});

const ID = 'x'.repeat(41);
const WRONG_TIMES = [...notOf('string'), '', 'soon', '2026-02-30T00:00:00Z', '2026-W05', '20260101T000000Z', 'a\u0000'];
const EVENT_FIELDS = (prefix: string) => ({
  type: [
    ...notText({ max: 255 }),
    '',
    'nonsense',
    'application',
    'application.',
    '.submitted',
    '__proto__',
    'custom.',
    'custom.Ä',
  ],
  data: [
    ...notOf('object'),
    wrong({}, `${prefix}data.application`),
    wrong({ application: null }, `${prefix}data.application`),
    wrong({ application: [] }, `${prefix}data.application`),
    wrong({ application: {} }, `${prefix}data.application.id`),
    ...notOf('string').map((id) => wrong({ application: { id } }, `${prefix}data.application.id`)),
    wrong({ application: { id: '' } }, `${prefix}data.application.id`),
    wrong({ application: { id: 'a', job: 'b' } }, `${prefix}data.application.job`),
    wrong({ application: { id: 'a', job: { id: 1 } } }, `${prefix}data.application.job.id`),
  ],
  id: [...notText({ max: 255 }), '', '\ud800'],
  occurred_at: [...notOf('string'), '', 'now', '2026-02-30T00:00:00Z', '2026-01-01', 'x'.repeat(10_000)],
  subject: [
    ...notOf('object'),
    wrong({ id: 'a' }, `${prefix}subject.entity`),
    wrong({ entity: 'a' }, `${prefix}subject.id`),
    ...[...notText({ max: 255 }), ''].map((id) => wrong({ entity: 'a', id }, `${prefix}subject.id`)),
    ...[...notText({ max: 255 }), ''].map((entity) => wrong({ entity, id: 'a' }, `${prefix}subject.entity`)),
    wrong({ entity: 'a', id: 'b', more: 1 }, `${prefix}subject.more`),
  ],
  actor: [
    ...notOf('object', 'null'),
    ...['id', 'name', 'email'].flatMap((name) =>
      [...notOf('string'), '', 'x'.repeat(256)].map((value) => wrong({ [name]: value }, `${prefix}actor.${name}`)),
    ),
    wrong({ phone: '1' }, `${prefix}actor.phone`),
  ],
  test: notOf('boolean'),
});

const FILTER = [
  ...notOf('object', 'null'),
  wrong({ nothing: 1 }, 'filter.nothing'),
  wrong({ 'data..x': 1 }, 'filter.data..x'),
  wrong({ type: { $like: 'x' } }, 'filter.type.$like'),
  wrong({ $and: {} }, 'filter.$and'),
  wrong({ $or: [{ $not: [] }] }, 'filter.$or[0].$not'),
  { type: 'a\u0000' },
  { $or: Array.from({ length: 101 }, () => ({ type: 'x' })) },
  { type: 'x'.repeat(11_000) },
];

const SUBSCRIPTION_FIELDS = {
  filter: FILTER,
  url: [
    ...notText({ max: 2048 }),
    ...['', 'text', '//x', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'http://', 'http://user:pass@127.0.0.1/'],
    ...['http://10.0.0.1/', 'http://169.254.169.254/latest', 'http://[::ffff:10.0.0.1]/', 'javascript:alert(1)'],
  ],
  events: [
    ...notOf('array'),
    [],
    Array.from({ length: 201 }, () => '*'),
    [null],
    [1],
    [['*']],
    ['x'.repeat(201)],
    wrong(['nonsense'], 'events[0]'),
    wrong(['*', 'application.submited'], 'events[1]'),
    wrong(['', '*'], 'events[0]'),
    ['a\u0000'],
  ],
  name: notText({ max: 200, also: ['null'] }),
  description: notText({ max: 2_000, also: ['null'] }),
  headers: [
    ...notOf('object', 'null'),
    wrong({ host: 'x' }, 'headers.host'),
    wrong({ 'Content-Length': '1' }, 'headers.Content-Length'),
    wrong({ 'webhook-id': 'x' }, 'headers.webhook-id'),
    wrong({ 'bad name': 'x' }, 'headers.bad name'),
    wrong({ '': 'x' }, 'headers.'),
    wrong({ 'x-a': 'line\r\nbreak' }, 'headers.x-a'),
    wrong({ 'x-a': 1 }, 'headers.x-a'),
    wrong({ 'x-a': 'ü' }, 'headers.x-a'),
    wrong({ 'x-a': 'a', 'X-A': 'b' }, 'headers.X-A'),
    { constructor: 'x' },
    JSON.parse('{"__proto__":"x"}') as object,
    Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`x-${index}`, 'v'])),
  ],
  auth: [
    ...notOf('object', 'null'),
    wrong({ type: 'digest' }, 'auth.type'),
    wrong({ type: '__proto__' }, 'auth.type'),
    wrong({ type: 'basic', username: 'u' }, 'auth.password'),
    wrong({ type: 'basic', username: 'a:b', password: 'p' }, 'auth.username'),
    wrong({ type: 'basic', username: 1, password: 'p' }, 'auth.username'),
    wrong({ type: 'bearer' }, 'auth.token'),
    wrong({ type: 'bearer', token: '' }, 'auth.token'),
    wrong({ type: 'bearer', token: 'a\nb' }, 'auth.token'),
    wrong({ type: 'bearer', token: 'x', more: 1 }, 'auth.more'),
    wrong({ type: 'header', name: 'host', value: 'x' }, 'auth.name'),
    wrong({ type: 'header', name: 'x-a', value: null }, 'auth.value'),
    wrong({ type: 'hmac', header: 'x y', encoding: 'hex' }, 'auth.header'),
    wrong({ type: 'hmac', header: 'x-sig', encoding: 'base32' }, 'auth.encoding'),
    wrong({ type: 'hmac', header: 'x-sig', encoding: 'hex', prefix: 1 }, 'auth.prefix'),
  ],
  timeout_ms: [...notOf('number', 'null'), 0, -1, 999, 60_001, 1_500.5, 1e300, '1000'],
  rate_limit: [...notOf('number', 'null'), 0, -1, 0.001, 10_001, 1e300, '10'],
  include_files: notOf('boolean'),
};

const SECRET = [
  ...notOf('string'),
  '',
  'short',
  'x'.repeat(257),
  'whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
  'whsec_c2hvcnQ=',
  'ü'.repeat(20),
  'x'.repeat(20) + '\u0000',
];

const SOURCE_FIELDS = {
  name: [...notText({ max: 200 }), ''],
  auth: [...notOf('object', 'null'), { type: 'digest' }, { type: 'basic', username: 'u', password: 'p' }],
  fetch: [
    ...notOf('object', 'null'),
    wrong({ username: 'u', password: 'p' }, 'fetch.base_url'),
    wrong({ base_url: 'http://127.0.0.1/', username: 1, password: 'p' }, 'fetch.username'),
    wrong({ base_url: 'http://127.0.0.1/', username: 'a:b', password: 'p' }, 'fetch.username'),
    wrong({ base_url: 'http://127.0.0.1/', username: 'u', password: 'p', more: 1 }, 'fetch.more'),
    { base_url: 'http://127.0.0.1/', username: 'u', password: 'p\u0000' },
    { base_url: 'http://127.0.0.1/', username: 'u', password: 'p' },
  ],
  events: [
    ...notOf('array'),
    [1],
    [null],
    ['NewApplication=application.submitted'],
    ['x'.repeat(301)],
    Array.from({ length: 101 }, () => 'a=b'),
    ['a\u0000=application.submitted'],
  ],
};

const PARTNER_FIELDS = {
  filter: FILTER,
  name: [...notText({ max: 200 }), ''],
  event_types: [
    ...notOf('array', 'null'),
    [null],
    [1],
    [''],
    ['Application.*'],
    ['a b'],
    Array.from({ length: 201 }, () => '*'),
    ['a\u0000.b'],
  ],
  source_ids: [
    ...notOf('array', 'null'),
    [null],
    [{}],
    Array.from({ length: 201 }, () => 'x'),
    wrong(['x'], 'source_ids[0]'),
    wrong(['ptn_01m7xr63cee52b9skadqbv3y6n'], 'source_ids[0]'),
    // Of nobody.
    wrong(['src_01m7xr63cee52b9skadqbv3y6n'], 'source_ids[0]'),
  ],
  status: [...notOf('string'), '', 'Active', 'deleted', 'a\u0000'],
};

const BODIES: readonly BodyCase[] = [
  {
    operation: 'createEvent',
    method: 'POST',
    path: () => '/v1/events',
    valid: { type: 'application.submitted', data: { application: { id: 'a' } } },
    required: ['type', 'data'],
    fields: EVENT_FIELDS(''),
  },
  {
    operation: 'createEventBatch',
    method: 'POST',
    path: () => '/v1/events/batch',
    valid: { events: [{ type: 'application.submitted', data: { application: { id: 'a' } } }] },
    required: ['events'],
    fields: {
      events: [
        ...notOf('array'),
        [],
        Array.from({ length: 1_001 }, () => 1),
        ...notOf('object').map((event) => wrong([event], 'events[0]')),
        wrong([{}], 'events[0].type'),
        ...Object.entries(EVENT_FIELDS('events[1].')).flatMap(([field, values]) =>
          values.map((value) => {
            const [inner, named] = value instanceof Wrong ? [value.value, value.named] : [value, `events[1].${field}`];
            const good = { type: 'application.submitted', data: { application: { id: 'a' } } };
            return wrong([good, { ...good, [field]: inner }], named);
          }),
        ),
      ],
    },
  },
  {
    operation: 'createSubscription',
    method: 'POST',
    path: () => '/v1/subscriptions',
    valid: { url: 'http://127.0.0.1:9/', events: ['*'] },
    required: ['url', 'events'],
    fields: {
      ...SUBSCRIPTION_FIELDS,
      dialect: [...notText({ max: 50 }), '', 'Standard', '__proto__', 'constructor'],
      secret: SECRET,
    },
  },
  {
    operation: 'updateSubscription',
    method: 'PATCH',
    path: () => `/v1/subscriptions/${ids.subscription}`,
    valid: {},
    required: [],
    fields: SUBSCRIPTION_FIELDS,
  },
  {
    operation: 'rotateSubscriptionSecret',
    method: 'POST',
    path: () => `/v1/subscriptions/${ids.subscription}/rotate-secret`,
    valid: {},
    required: [],
    fields: { overlap_hours: [...notOf('number'), -1, 169, 1.5, 1e300, '24'], secret: SECRET },
  },
  {
    operation: 'createSource',
    method: 'POST',
    path: () => '/v1/sources',
    valid: { dialect: 'standard', name: 'Source' },
    required: ['dialect', 'name'],
    fields: {
      ...SOURCE_FIELDS,
      dialect: [...notText({ max: 50 }), '', 'Standard', '__proto__', 'constructor'],
      secret: SECRET,
    },
  },
  {
    operation: 'updateSource',
    method: 'PATCH',
    path: () => `/v1/sources/${ids.source}`,
    valid: {},
    required: [],
    fields: { ...SOURCE_FIELDS, secret: SECRET, status: [...notOf('string'), '', 'Active', 'deleted'] },
  },
  {
    operation: 'rotateSourceSecret',
    method: 'POST',
    path: () => `/v1/sources/${ids.source}/rotate-secret`,
    valid: {},
    required: [],
    fields: { overlap_hours: [...notOf('number'), -1, 169, 1.5, 1e300, '24'], secret: SECRET },
  },
  {
    operation: 'replayEvent',
    method: 'POST',
    path: () => `/v1/events/${ids.event}/replay`,
    valid: {},
    required: [],
    fields: {
      subscription_ids: [
        ...notOf('array'),
        [],
        [null],
        [1],
        wrong(['x'], 'subscription_ids[0]'),
        wrong(['evt_01m7xr63cee52b9skadqbv3y6n'], 'subscription_ids[0]'),
        wrong(['wh_01m7xr63cee52b9skadqbv3y6n'], 'subscription_ids[0]'),
        [ID],
        Array.from({ length: 201 }, () => 'x'),
      ],
    },
  },
  {
    operation: 'recoverSubscription',
    method: 'POST',
    path: () => `/v1/subscriptions/${ids.subscription}/recover`,
    valid: { since: '2026-01-01T00:00:00Z' },
    required: ['since'],
    fields: {
      since: [...WRONG_TIMES, '2099-01-01T00:00:00Z'],
      until: [...WRONG_TIMES, wrong('2025-12-31T00:00:00Z', 'since')],
      dry_run: notOf('boolean'),
    },
  },
  {
    operation: 'retryDeliveries',
    method: 'POST',
    path: () => '/v1/deliveries/retry',
    valid: { status: 'failed', since: '2026-01-01T00:00:00Z' },
    required: [],
    fields: {
      delivery_ids: [
        ...notOf('array'),
        [],
        ...[[null], [1], [ID]],
        Array.from({ length: 1_001 }, () => 'dlv_01m7xr63cee52b9skadqbv3y6n'),
        wrong(['dlv_01m7xr63cee52b9skadqbv3y6n'], 'status'),
      ],
      subscription_id: [...notText({ max: 40 }), '', 'evt_01m7xr63cee52b9skadqbv3y6n', 'wh_01m7xr63cee52b9skadqbv3y6n'],
      event_id: [...notText({ max: 40 }), '', 'wh_01m7xr63cee52b9skadqbv3y6n'],
      type: notText({ max: 255 }),
      status: [...notOf('string'), '', 'Failed', 'active'],
      since: [...WRONG_TIMES, '2099-01-01T00:00:00Z'],
      until: [...WRONG_TIMES, wrong('2025-12-31T00:00:00Z', 'since')],
      dry_run: notOf('boolean'),
    },
  },
  {
    operation: 'eraseSubject',
    method: 'POST',
    path: () => '/v1/subjects/erase',
    valid: { entity: 'candidate', id: 'x' },
    required: ['entity', 'id'],
    fields: {
      entity: [...notOf('string'), '', 'candidates', 'job', 'employer', 'Candidate', '__proto__', 'a\u0000'],
      id: [...notText({ max: 255 }), '', '\ud800'],
      source_id: [
        ...notText({ max: 40 }),
        '',
        'x',
        ID,
        'src_01m7xr63cee52b9skadqbv3y6n',
        'evt_01m7xr63cee52b9skadqbv3y6n',
      ],
    },
  },
  {
    operation: 'createPartner',
    method: 'POST',
    path: () => '/v1/partners',
    valid: { name: 'Partner' },
    required: ['name'],
    fields: PARTNER_FIELDS,
  },
  {
    operation: 'updatePartner',
    method: 'PATCH',
    path: () => `/v1/partners/${ids.partner}`,
    valid: {},
    required: [],
    fields: PARTNER_FIELDS,
  },
  {
    operation: 'createApiKey',
    method: 'POST',
    path: () => '/v1/api-keys',
    valid: { name: 'Key', role: 'viewer' },
    required: ['name', 'role'],
    fields: {
      name: [...notText({ max: 200 }), ''],
      role: [...notOf('string'), '', 'owner', 'Admin', '__proto__', wrong('partner', 'partner_id')],
      partner_id: [...notText({ max: 40 }), '', ID, 'ptn_01m7xr63cee52b9skadqbv3y6n'],
      expires_at: [
        ...notOf('string', 'null'),
        '',
        'soon',
        '2026-02-30T00:00:00Z',
        '2026-W05',
        '20260101T000000Z',
        '2001-01-01T00:00:00Z',
      ],
    },
  },
  {
    operation: 'createAccount',
    method: 'POST',
    path: () => '/v1/accounts',
    valid: { name: 'Account' },
    required: ['name'],
    fields: { name: [...notText({ max: 200 }), ''] },
  },
];

function expectProblem(answer: ApiAnswer, statuses: readonly number[]): void {
  if (!statuses.includes(answer.status)) throw new Error(`Answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: expect.stringContaining('urn:ats-hub:problem:'),
    title: expect.any(String),
    status: answer.status,
    detail: expect.any(String),
    code: expect.stringMatching(/^[a-z_]+$/),
    request_id: answer.headers.get('x-request-id'),
  });
}

function namedFields({ body }: ApiAnswer): string[] {
  return ((body.errors ?? []) as { field: string }[]).map(({ field }) => field);
}

describe.each(BODIES)('the body of $operation', ({ method, path, valid, fields, required }) => {
  it.each(Object.entries(fields))('names `%s` when it is wrong', async (field, values) => {
    for (const entry of values) {
      const [value, named] = entry instanceof Wrong ? [entry.value, entry.named] : [entry, field];
      const answer = await hub.request(method, path(), { ...valid, [field]: value });
      const told = `${JSON.stringify(value).slice(0, 100)} was answered ${answer.status} ${answer.text.slice(0, 300)}`;
      if (answer.status !== 422 || !namedFields(answer).some((name) => isOrIsIn(name, named))) throw new Error(told);
      expectProblem(answer, [422]);
    }
  });

  it('names what is missing', async () => {
    for (const field of required) {
      const { [field]: _left, ...rest } = valid;
      const answer = await hub.request(method, path(), rest);
      expectProblem(answer, [422]);
      expect(namedFields(answer)).toContain(field);
    }
  });

  it('is missed when it is not there', async () => {
    if (required.length === 0) return;
    const given: Record<string, string>[] = [{}, { 'content-type': 'application/json' }];
    for (const headers of given) {
      for (const body of [undefined, '']) {
        const answer = await hub.request(method, path(), body, { headers });
        expectProblem(answer, [400, 422]);
        expect(namedFields(answer).length).toBeGreaterThan(0);
      }
    }
  });

  it('names a field that it does not know', async () => {
    for (const body of [
      { ...valid, surplus: 1 },
      `{"__proto__":{"a":1},${JSON.stringify(valid).slice(1)}`.replace(',}', '}'),
      { ...valid, 'a\u0000b': 1 },
      { ...valid, constructor: 1 },
    ]) {
      const answer = await hub.request(method, path(), body);
      expectProblem(answer, [422]);
      expect(namedFields(answer)).toEqual([expect.stringMatching(/^(surplus|__proto__|constructor|a\0b)$/)]);
    }
  });

  it.each(['null', '[]', '[{}]', '"text"', '1', 'true'])('must be an object, not %s', async (body) => {
    expectProblem(await hub.request(method, path(), body), [400, 422]);
  });

  it.each(['{', '{"a":1,}', "{'a':1}", '\u0000', '{"a":01}', '{"a":"\n"}', 'NaN', '{} {}', '{"a":"\\ud8"}'])(
    'must be JSON, not %j',
    async (body) => {
      const answer = await hub.request(method, path(), body);
      expectProblem(answer, [400]);
      expect(answer.body.code).toBe('invalid_json');
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'x',
  ])('must not be sent as %s', async (contentType) => {
    const body = JSON.stringify(valid);
    expectProblem(await hub.request(method, path(), body, { headers: { 'content-type': contentType } }), [415]);
  });

  it('must not be too large', async () => {
    const answer = await hub.request(method, path(), `{"surplus":"${'x'.repeat(17 * 262_144)}"}`);
    expectProblem(answer, [413]);
    expect(answer.body.code).toBe('body_too_large');
  });

  it('must not be nested too deeply', async () => {
    const answer = await hub.request(method, path(), `{"a":${'['.repeat(100)}${']'.repeat(100)}}`);
    expectProblem(answer, [400]);
    expect(answer.body.code).toBe('json_too_deep');
  });
});

/** A problem may name a part of the field: `events[0]` when `events` is wrong. */
function isOrIsIn(name: string, field: string): boolean {
  return name === field || name.startsWith(`${field}.`) || name.startsWith(`${field}[`);
}

describe('an empty form for a subscription', () => {
  it.each([
    [
      {},
      'is required: must be the http or https address that events are sent to',
      'is required: must be an array of event names',
    ],
    [
      { url: '', events: [] },
      'must be the http or https address that events are sent to',
      'must name at least one event',
    ],
  ])('that sends %j is told at each field what belongs there', async (body, url, events) => {
    const answer = await hub.post('/v1/subscriptions', body);
    expect(answer.body.errors).toEqual([
      { field: 'url', message: url },
      { field: 'events', message: events },
    ]);
  });

  it('says of every other missing field, too, what it must be, not how long it may be', async () => {
    const { body } = await hub.post('/v1/api-keys', {});
    expect(body.errors).toEqual([
      { field: 'name', message: 'is required: must be a string' },
      { field: 'role', message: expect.stringMatching(/^is required: must be one of .*admin/) },
    ]);
  });
});

describe('a source of a dialect that fetches and takes further events', () => {
  const valid = {
    dialect: 'jobaffinity',
    name: 'Source',
    auth: { type: 'basic', username: 'u', password: 'p' },
    fetch: { base_url: 'http://127.0.0.1:9/', username: 'u', password: 'p' },
    events: ['NewApplication=application.submitted'],
  };

  it.each<[string, object]>([
    ['auth', { auth: undefined }],
    ['auth.type', { auth: { type: 'hook_secret' } }],
    ['auth.password', { auth: { type: 'basic', username: 'u' } }],
    ['auth.header', { auth: { type: 'hmac', header: 'a b', encoding: 'hex' } }],
    ['secret', { secret: 'x'.repeat(16) }],
    ['secret', { auth: { type: 'hmac', header: 'x-sig', encoding: 'hex' }, secret: 'short' }],
    ['fetch.base_url', { fetch: { ...valid.fetch, base_url: 'ftp://127.0.0.1/' } }],
    ['fetch.base_url', { fetch: { ...valid.fetch, base_url: 'http://10.0.0.1/' } }],
    ['fetch.password', { fetch: { base_url: 'http://127.0.0.1:9/', username: 'u' } }],
    ['events[0]', { events: ['NewApplication'] }],
    ['events[0]', { events: ['=application.submitted'] }],
    ['events[1]', { events: ['A=application.submitted', 'B=nothing.known'] }],
  ])('has its `%s` checked', async (field, changes) => {
    const answer = await hub.post('/v1/sources', { ...valid, ...changes });
    expectProblem(answer, [422]);
    expect(namedFields(answer)).toContain(field);
  });
});

describe('an Idempotency-Key', () => {
  it.each(['', 'x'.repeat(256), 'a\tb', 'ü'])('must be 1 to 255 printable characters, not %j', async (key) => {
    const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
    for (const [path, body] of [
      ['/v1/events', { type: 'custom.x', data: {} }],
      ['/v1/events/batch', { events: [{ type: 'custom.x', data: {} }] }],
    ] as const) {
      const answer = await hub.post(path, body, { headers });
      expectProblem(answer, [422]);
      expect(namedFields(answer)).toEqual(['Idempotency-Key']);
    }
  });
});

describe('the table of bodies', () => {
  it('covers every field of every body under /v1', async () => {
    const { body } = await hub.get('/openapi.json');
    const documented = apiOperations(body as OpenAPIObject, '/v1/').filter(({ bodyFields }) => bodyFields.length > 0);
    const table = BODIES.map(({ operation, fields }) => [operation, Object.keys(fields).sort()]);
    expect(Object.fromEntries(table)).toEqual(
      Object.fromEntries(documented.map(({ id, bodyFields }) => [id, [...bodyFields].sort()])),
    );
  });
});

describe('after all that', () => {
  it('nothing is written', async () => {
    expect(await rowCounts(hub.databaseUrl)).toEqual(countsBefore);
  });
});
