import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';

/** What events may hold, and how much of it: the odd corners of JSON, text and size. */

const MAX_BODY_BYTES = 8_192;
const MAX_JSON_DEPTH = 16;

let hub: TestHub;
let receiver: Receiver;
let secret: string;

beforeAll(async () => {
  const environment = { MAX_BODY_BYTES: String(MAX_BODY_BYTES), MAX_JSON_DEPTH: String(MAX_JSON_DEPTH) };
  [hub, receiver] = await Promise.all([TestHub.start({ environment }), Receiver.start()]);
  ({ secret } = await hub.subscribe({ url: `${receiver.url}/all`, events: ['*'] }));
});

afterAll(async () => {
  await hub.stop();
  await receiver.close();
});

/** Sends an event, and answers what the receiver got and verified, and what the hub shows of it. */
async function roundTrip(body: string) {
  const answer = await hub.post('/v1/events', body);
  expect(`${answer.status} ${answer.text}`).toMatch(/^202 /);
  const { id } = answer.body as { id: string };
  const { body: page } = await hub.get(`/v1/events/${id}`);
  const [delivery] = page.deliveries as { id: string }[];
  const isIt = (call: ReceivedCall) => call.headers['webhook-id'] === delivery?.id;
  await receiver.waitUntil(
    () => receiver.calls.some(isIt),
    10_000,
    () => `the delivery of ${id}`,
  );
  const call = receiver.calls.find(isIt);
  const text = call?.body.toString('utf8') ?? '';
  new Webhook(secret).verify(text, call?.headers as Record<string, string>);
  return { text, shown: page, sent: JSON.parse(text) as { data: unknown } };
}

describe('text in an event', () => {
  it.each([
    ['NUL characters', 'a\u0000b'],
    ['a lone surrogate', 'half \ud83d of a pair'],
    ['emoji and combining marks', 'e\u0301 👩‍👩‍👧 \u202e'],
    ['line separators and markup', '\u2028\u2029</script><!--'],
    ['300 characters', 'x'.repeat(300)],
    ['backslashes and quotes', '\\"\\\\u0000'],
  ])('may hold %s, in its values, its ids and its keys', async (_what, text) => {
    const data = {
      application: { id: text, status: text, candidate: { id: `${text}2`, name: text }, job: { id: text } },
      [text]: { [text]: text },
    };
    const { shown, sent } = await roundTrip(JSON.stringify({ type: 'application.submitted', data }));
    expect(shown.data).toEqual(data);
    expect(sent.data).toMatchObject({ application: data.application });
  });

  it('may differ in nothing but broken characters', async () => {
    const people = ['\ud800', '\ud801', '\udc00'].map((id) => ({ id, name: id }));
    const data = { application: { id: 'x', candidate: people[0], interviewers: people, user: people[2] } };
    const events = [{ type: 'application.submitted', data }];
    const answer = await hub.post('/v1/events/batch', { events });
    expect(answer.status).toBe(202);
  });

  it('is kept under keys that mean something to JavaScript', async () => {
    const application =
      '{"id":"app_proto","__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":"x","hasOwnProperty":null}';
    const body = `{"type":"application.submitted","data":{"application":${application},"__proto__":{"id":"p"}}}`;
    const { text } = await roundTrip(body);
    expect(text).toContain('"__proto__":{"polluted":true}');
    expect(text).toContain('"constructor":{"prototype":1}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['a NUL character in its id', { id: 'a\u0000' }, 'id'],
    ['a lone surrogate in its id', { id: '\ud800' }, 'id'],
    ['a NUL character in its subject', { subject: { entity: 'a', id: '\u0000' } }, 'subject.id'],
    ['a lone surrogate in its subject', { subject: { entity: '\udfff', id: 'a' } }, 'subject.entity'],
    ['a NUL character in its type', { type: 'custom.a\u0000' }, 'type'],
    ['a lone surrogate in its type', { type: 'custom.\ud800' }, 'type'],
  ])('is refused with the field named: %s', async (_what, fields, field) => {
    const answer = await hub.post('/v1/events', { type: 'custom.text', data: {}, ...fields });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it('that is no UTF-8 is refused', async () => {
    const body = Buffer.from('{"type":"custom.text","data":{"a":"\xff\xfe"}}', 'latin1');
    const answer = await hub.post('/v1/events', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_json', detail: expect.stringContaining('UTF-8') });
  });

  it('may begin with a byte order mark', async () => {
    const answer = await hub.post('/v1/events', Buffer.from('\ufeff{"type":"custom.bom","data":{}}'));
    expect(answer.status).toBe(202);
  });
});

describe('a number that JavaScript cannot hold', () => {
  const ROUNDED = [expect.stringContaining('rounded')];

  it.each([
    ['12345678901234567890', ROUNDED],
    ['0.1000000000000000000001', ROUNDED],
    ['1e400', ROUNDED],
    ['-1e-400', ROUNDED],
    ['9007199254740993', ROUNDED],
    ['9007199254740991', []],
    ['1.50', []],
    ['1e3', []],
    ['0.1', []],
    ['"12345678901234567890"', []],
  ])('%s: the event says whether it was rounded', async (number, warnings) => {
    const { shown } = await roundTrip(`{"type":"custom.number","data":{"number":${number}}}`);
    expect(shown.warnings).toEqual(warnings);
  });

  it.each(['12345678901234567890', '0.1000000000000000000001', '1e400'])(
    'in a batch is told of the event that holds it: %s',
    async (number) => {
      const numbers = ['1', number, '"text"'];
      const events = numbers.map((value) => `{"type":"custom.number","data":{"deep":[{"n":${value}}]}}`).join();
      const { body } = await hub.post('/v1/events/batch', `{"events":[${events}]}`);
      const ids = (body.data as { id: string }[]).map(({ id }) => id);
      const shown = await Promise.all(ids.map((id) => hub.get(`/v1/events/${id}`)));
      expect(shown[1]?.body.warnings).toEqual(ROUNDED);
      expect(shown[2]?.body.warnings).toEqual([]);
    },
  );
});

describe('the time of an event', () => {
  it.each([
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.123456789-05:30', '2026-01-31T17:30:00.123Z'],
    ['2024-02-29t23:59:59z', '2024-02-29T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is read as %s', async (occurredAt, expected) => {
    const { id } = await hub.send({ type: 'custom.time', data: {}, occurred_at: occurredAt });
    const { body } = await hub.get(`/v1/events/${id}`);
    expect(body.occurred_at).toBe(expected);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:00:00+99:00',
    '2026-01-31T12:00:00',
    '2026-01-31',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:00',
    '+12026-01-01T00:00:00Z',
    'yesterday',
    '',
  ])('%j is refused', async (occurredAt) => {
    const answer = await hub.post('/v1/events', { type: 'custom.time', data: {}, occurred_at: occurredAt });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ field: 'occurred_at' }]);
  });
});

describe('limits', () => {
  const ofSize = (bytes: number) => {
    const empty = '{"type":"custom.size","data":{"text":""}}';
    return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
  };
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it('an event may be as large as MAX_BODY_BYTES', async () => {
    const fits = await hub.post('/v1/events', ofSize(MAX_BODY_BYTES));
    const over = await hub.post('/v1/events', ofSize(MAX_BODY_BYTES + 1));
    expect([fits.status, over.status]).toEqual([202, 413]);
    expect(over.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(over.body).toMatchObject({ code: 'body_too_large', detail: expect.stringContaining('8192') });
  });

  it('a batch may be 16 times as large', async () => {
    const batchOf = (bytes: number) => {
      const events = Array.from({ length: 15 }, () => ofSize(MAX_BODY_BYTES));
      const rest = bytes - `{"events":[${events.join()},]}`.length;
      return `{"events":[${events.join()},${ofSize(rest)}]}`;
    };
    const fits = await hub.post('/v1/events/batch', batchOf(16 * MAX_BODY_BYTES));
    const over = await hub.post('/v1/events/batch', batchOf(16 * MAX_BODY_BYTES + 1));
    expect([fits.status, over.status]).toEqual([202, 413]);
    expect(over.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(over.body).toMatchObject({ code: 'body_too_large', request_id: expect.any(String) });
  });

  it('JSON may be nested MAX_JSON_DEPTH deep, brackets in texts not counted', async () => {
    const body = (depth: number) => `{"type":"custom.deep","data":{"text":"[[[[[[[[{\\"","deep":${nested(depth - 2)}}}`;
    const fits = await hub.post('/v1/events', body(MAX_JSON_DEPTH));
    const over = await hub.post('/v1/events', body(MAX_JSON_DEPTH + 1));
    const far = await hub.post('/v1/events', nested(4_000));
    expect([fits.status, over.status, far.status]).toEqual([202, 400, 400]);
    expect([over.body.code, far.body.code]).toEqual(['json_too_deep', 'json_too_deep']);
  });

  it('a batch holds 1 to 1,000 events', async () => {
    const event = { type: 'custom.n', data: {} };
    const batchOf = (length: number) => ({ events: Array.from({ length }, () => event) });
    const answers = await Promise.all(
      [0, 1, 1_000, 1_001].map((length) => hub.post('/v1/events/batch', batchOf(length))),
    );
    expect(answers.map(({ status }) => status)).toEqual([422, 202, 202, 422]);
    expect(answers[2]?.body.data).toHaveLength(1_000);
    expect(answers[3]?.body.errors).toEqual([{ field: 'events', message: 'must be an array of 1 to 1000 events' }]);
  });

  it('a batch tells of its first problems only', async () => {
    const events = Array.from({ length: 900 }, () => ({}));
    const { status, body } = await hub.post('/v1/events/batch', { events });
    expect(status).toBe(422);
    expect((body.errors as unknown[]).length).toBeLessThanOrEqual(52);
  });
});
