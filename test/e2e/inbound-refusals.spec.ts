import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mapTexts } from '../conformance/json-values.js';
import { TestHub } from '../support/hub.js';
import { type RawAnswer, rawRequest } from '../support/raw-request.js';
import { senderOf } from '../support/vendors/senders.js';
import { type SendOptions, SourceAtHub } from '../support/vendors/source-at-hub.js';
import { TELLERS } from '../support/vendors/tellers.js';

/** What is not the vendor's, or cannot be read, is refused as the contract says, kept with its verdict, and never an event. */

const MAX_BODY_BYTES = 262_144;
const MAX_KEPT_BYTES = 65_536;
const OTHER_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const DAY_SECONDS = 86_400;

const UNREADABLE: readonly (readonly [what: string, body: Buffer])[] = [
  ['no JSON', Buffer.from('no JSON')],
  ['half a JSON', Buffer.from('{"event": ')],
  ['two of them', Buffer.from('{}{}')],
  ['null', Buffer.from('null')],
  ['a number', Buffer.from('42')],
  ['a text', Buffer.from('"text"')],
  ['a list of lists', Buffer.from('[[]]')],
  ['an object that says nothing', Buffer.from('{"nothing": 1}')],
  ['XML', Buffer.from('<event id="1">created</event>')],
  ['a form', Buffer.from('payload=%7B%22event%22%3A%22x%22%7D')],
  ['no UTF-8', Buffer.from('7b2265223a22ff227d', 'hex')],
  ['UTF-16', Buffer.from('\ufeff{"event": "x"}', 'utf16le')],
  ['a NUL byte', Buffer.from('{"event": "a\u0000b"}')],
  ['NUL bytes alone', Buffer.alloc(10)],
  ['an array of more than 1,000 items', Buffer.from(`[${'{"id":"1"},'.repeat(1_000)}{"id":"1"}]`)],
  ['no JSON, and long', Buffer.from('x'.repeat(100_000))],
];

const CONTENT_TYPES: readonly (string | null)[] = [
  null,
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json;charset="utf-8',
  'APPLICATION/JSON',
  'application/json, text/plain',
  '???',
  ';',
];

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
});

afterAll(async () => {
  await hub.stop();
});

describe.each(TELLERS)('a source of $dialect', ({ dialect, event }) => {
  const { proves, auth } = senderOf(dialect);
  let key: string;
  let source: SourceAtHub;
  let before: number;
  let told = 0;

  beforeAll(async () => {
    const account = await hub.post('/v1/accounts', { name: dialect });
    key = account.body.api_key.key;
  });

  beforeEach(async () => {
    source = await SourceAtHub.start(hub, dialect, {}, key);
    before = await eventCount();
  });

  async function eventCount(): Promise<number> {
    const { body } = await hub.get('/v1/events?limit=200', { key });
    return (body as { data: unknown[] }).data.length;
  }

  /** A call that would be accepted. */
  function next(): { body: string; options: SendOptions } {
    const { body, callId, eventName } = event(++told);
    return { body: JSON.stringify(body), options: { callId, eventName } };
  }

  async function expectRefused(answer: RawAnswer, status: number, verdict: string, body: Buffer): Promise<void> {
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`"status":${status}`)]);
    const kept = await source.lastRequest();
    expect(kept).toMatchObject({ verdict, answer_status: status, event_ids: [], body_bytes: body.length });
    expect(kept.reason).toMatch(/^[`A-Z].+\.$/);
    const shown = body.length > MAX_BODY_BYTES ? '' : body.subarray(0, MAX_KEPT_BYTES).toString('utf8');
    expect(kept.body === shown).toBe(true);
    expect(await eventCount()).toBe(before);
  }

  async function expectAccepted(answer: RawAnswer, body: string): Promise<void> {
    expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
    expect(await source.lastRequest()).toMatchObject({ verdict: 'accepted', answer_status: 200, reason: null, body });
    expect(await eventCount()).toBe(before + 1);
  }

  it('takes a call that is as it should be', async () => {
    const { body, options } = next();
    await expectAccepted(await source.send(body, options), body);
  });

  it('refuses a call that proves nothing, or with another secret', async () => {
    const { body, options } = next();
    const bytes = Buffer.from(body);
    await expectRefused(await source.send(body, { ...options, isProved: false }), 401, 'refused', bytes);
    await expectRefused(await source.send(body, { ...options, secret: OTHER_SECRET }), 401, 'refused', bytes);
    const proof = senderOf(dialect).prove({ body: bytes, secret: source.secret, at: new Date(), callId: 'x' });
    for (const name of Object.keys(proof)) {
      for (const value of ['', 't=1,v1=', '\u00e9', 'x'.repeat(8_000)]) {
        const headers = { [name]: value };
        await expectRefused(await source.send(body, { ...options, headers }), 401, 'refused', bytes);
      }
    }
    await expectAccepted(await source.send(body, options), body);
  });

  if (proves !== 'the sender') {
    it('refuses a call of which any byte was changed', async () => {
      const { body, options } = next();
      for (let index = 0; index < body.length; index += 29) {
        const tampered = Buffer.from(body);
        tampered.writeUInt8(tampered.readUInt8(index) ^ 1, index);
        const answer = await source.send(tampered, { ...options, provedBody: body });
        await expectRefused(answer, 401, 'refused', tampered);
      }
      const longer = Buffer.from(`${body}x`);
      await expectRefused(await source.send(longer, { ...options, provedBody: body }), 401, 'refused', longer);
    });
  }

  if (proves === 'the body and its time') {
    it.each([360, DAY_SECONDS, -360, -DAY_SECONDS])('refuses a call of %s seconds ago', async (secondsAgo) => {
      const { body, options } = next();
      const at = (seconds: number) => new Date(Date.now() - seconds * 1_000);
      const answer = await source.send(body, { ...options, at: at(secondsAgo) });
      await expectRefused(answer, 401, 'refused', Buffer.from(body));
      await expectAccepted(await source.send(body, { ...options, at: at(Math.sign(secondsAgo) * 200) }), body);
    });
  }

  it.each(UNREADABLE)('cannot read %s', async (_what, body) => {
    await expectRefused(await source.send(body), 400, 'unreadable', body);
  });

  it('cannot read what is compressed', async () => {
    const { body, options } = next();
    const compressed = gzipSync(body);
    const headers = { 'content-encoding': 'gzip' };
    const answer = await source.send(compressed, { ...options, headers });
    await expectRefused(answer, 400, 'unreadable', compressed);
  });

  it('takes no empty body for an event', async () => {
    const isConfirmation = auth?.type === 'hook_secret';
    for (const contentType of ['application/json', null]) {
      for (const isChunked of [false, true]) {
        const answer = await source.send('', { contentType, isChunked });
        if (!isConfirmation) await expectRefused(answer, 400, 'unreadable', Buffer.alloc(0));
        else expect([answer.status, answer.headers['x-hook-secret']]).toEqual([200, source.secret]);
      }
    }
    expect(await eventCount()).toBe(before);
    if (isConfirmation) expect(await source.lastRequest()).toMatchObject({ verdict: 'confirmation', event_ids: [] });
  });

  it.each([65, 10_000, 100_000])('refuses a body that is nested %s deep', async (depth) => {
    for (const body of ['['.repeat(depth) + ']'.repeat(depth), '{"data":'.repeat(depth) + '1' + '}'.repeat(depth)]) {
      const answer = await source.send(body);
      const status = body.length > MAX_BODY_BYTES ? 413 : 400;
      await expectRefused(answer, status, 'refused', Buffer.from(body));
    }
  });

  it.each([1, 5])('refuses a body of %s MB, and keeps its size alone', async (megabytes) => {
    const { body, options } = next();
    const large = Buffer.from(body.padEnd(megabytes * 1_000_000));
    for (const isChunked of [false, true]) {
      const answer = await source.send(large, { ...options, isChunked });
      await expectRefused(answer, 413, 'refused', large);
      expect((await source.lastRequest()).headers).toMatchObject({ 'content-type': 'application/json' });
    }
    await expectAccepted(await source.send(body, options), body);
  });

  it('takes a body of just the size that is allowed', async () => {
    const { body, options } = next();
    const largest = body + ' '.repeat(MAX_BODY_BYTES - Buffer.byteLength(body));
    const larger = `${largest} `;
    await expectRefused(await source.send(larger, options), 413, 'refused', Buffer.from(larger));
    await expectAccepted(await source.send(largest, options), largest);
  });

  it.each(CONTENT_TYPES)('looks at the body, not at the content type %s', async (contentType) => {
    const { body, options } = next();
    const answer = await source.send(body, { ...options, contentType, isChunked: true });
    await expectAccepted(answer, body);
    expect((await source.lastRequest()).headers['content-type']).toBe(contentType ?? undefined);
    const again = await source.send('no JSON', { contentType });
    expect(again.status).toBe(400);
  });

  it('takes escaped NUL characters and half surrogate pairs wherever a text stands', async () => {
    const { body, callId, eventName } = event(++told);
    const name = JSON.stringify(eventName).slice(1, -1);
    const hostile = (text: string) => (text === name || text.startsWith('/restapi') ? text : `${text}\u0000\ud800`);
    const isEvent = dialect !== 'jobaffinity';
    const sent = JSON.stringify(mapTexts(body, isEvent ? hostile : (text) => text));
    await expectAccepted(await source.send(sent, { callId, eventName }), sent);
    const list = await hub.get('/v1/events?limit=1', { key });
    const shown = await hub.get(`/v1/events/${list.body.data[0].id}`, { key });
    expect(shown.status).toBe(200);
  });

  it('refuses a call that has come through three hubs, and any while it is disabled', async () => {
    const { body, options } = next();
    const round = await source.send(body, { ...options, headers: { 'hub-hops': '3' } });
    await expectRefused(round, 403, 'refused', Buffer.from(body));
    await hub.patch(`/v1/sources/${source.id}`, { status: 'disabled' }, { key });
    await expectRefused(await source.send(body, options), 403, 'refused', Buffer.from(body));
    await hub.patch(`/v1/sources/${source.id}`, { status: 'active' }, { key });
    await expectAccepted(await source.send(body, options), body);
  });

  it('has no address but its own, and takes nothing but POST', async () => {
    const { body, options } = next();
    const path = source.path(options.eventName);
    const elsewhere = [
      `/in/${'x'.repeat(32)}`,
      `${path}/x`,
      `${path}%00`,
      `${path}x`,
      path.toUpperCase(),
      `/in/${'x'.repeat(5_000)}`,
      ...(auth?.type === 'hook_secret' ? [path.replace(/\/[^/]+$/, '')] : [`${path}/employee-created`]),
    ];
    const headers = { 'content-type': 'application/json', 'x-hook-secret': source.secret };
    for (const other of elsewhere) {
      const answer = await rawRequest(hub.url + other, { headers, body: Buffer.from(body) });
      expect([other.slice(0, 99), answer.status]).toEqual([other.slice(0, 99), 404]);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const { status } = await rawRequest(hub.url + path, { method, headers, body: Buffer.alloc(0) });
      expect([404, 405]).toContain(status);
    }
    expect(await eventCount()).toBe(before);
  });

  it('shows no secret among the calls that it keeps', async () => {
    const { body, options } = next();
    await source.send(body, options);
    await source.send(body, { ...options, headers: { authorization: 'Basic c2VjcmV0', cookie: 'session=secret' } });
    const { text } = await hub.get(`/v1/sources/${source.id}/requests`, { key });
    for (const secret of [source.secret, 'c2VjcmV0', 'session=secret']) expect(text).not.toContain(secret);
  });
});
