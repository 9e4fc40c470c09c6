import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestHub } from '../support/hub.js';
import { RawConnection } from '../support/raw-connection.js';

/** Clients that do not speak as HTTP libraries do: too slowly, too much, or nonsense. */

/** The hub gives a request 30 s; here it is less. */
const REQUEST_TIMEOUT_MS = 600;
/** It looks once a second, and the machine may be busy. */
const CUT_WITHIN_MS = 10_000;
const BYTE_EVERY_MS = 50;
const MAX_HEADER_BYTES = 16_384;

let hub: TestHub;
let ingestPath: string;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const { body } = await hub.post('/v1/sources', { dialect: 'standard', name: 'Source' });
  ingestPath = new URL(body.ingest_url as string).pathname;
});

afterAll(() => hub.stop());

const head = (line: string, ...headers: string[]) =>
  [line, 'host: hub', `authorization: Bearer ${hub.adminKey}`, ...headers, ''].join('\r\n');

function expectProblem(connection: RawConnection, status: number, code: string): void {
  expect(connection.text).toMatch(/^content-type: application\/problem\+json\r$/m);
  expect([connection.status, connection.body]).toEqual([
    status,
    expect.objectContaining({ status, code, request_id: expect.stringMatching(/^req_/) }),
  ]);
}

describe('a client that takes its time', () => {
  const slow: readonly (readonly [what: string, begin: (connection: RawConnection) => RawConnection])[] = [
    ['sends nothing', (connection) => connection],
    ['stops in the request line', (connection) => connection.send('GET /v1/m')],
    ['stops in the headers', (connection) => connection.send(head('GET /v1/me HTTP/1.1'))],
    [
      'trickles its headers',
      (connection) => connection.send(`${head('GET /v1/me HTTP/1.1')}x-slow: `).sendSlowly('a', BYTE_EVERY_MS),
    ],
    [
      'stops before its body',
      (connection) =>
        connection.send(
          `${head('POST /v1/events HTTP/1.1', 'content-type: application/json', 'content-length: 1000')}\r\n`,
        ),
    ],
    [
      'trickles its body',
      (connection) =>
        connection
          .send(
            `${head('POST /v1/events HTTP/1.1', 'content-type: application/json', 'content-length: 100000')}\r\n{"a":"`,
          )
          .sendSlowly('a', BYTE_EVERY_MS),
    ],
    [
      'trickles a body in chunks',
      (connection) =>
        connection
          .send(
            `${head('POST /v1/events HTTP/1.1', 'content-type: application/json', 'transfer-encoding: chunked')}\r\n`,
          )
          .sendSlowly('1\r\na\r\n', BYTE_EVERY_MS),
    ],
    [
      'trickles what a vendor sends',
      (connection) =>
        connection
          .send(`${head(`POST ${ingestPath} HTTP/1.1`, 'content-length: 100000')}\r\n`)
          .sendSlowly('a', BYTE_EVERY_MS),
    ],
  ];

  it.each(slow)('and %s is cut with a 408', async (_what, begin) => {
    const connection = begin(await RawConnection.to(hub.url));
    const livedMs = await connection.closed;
    expect(livedMs).toBeGreaterThanOrEqual(REQUEST_TIMEOUT_MS - BYTE_EVERY_MS);
    expect(livedMs).toBeLessThan(CUT_WITHIN_MS);
    expectProblem(connection, 408, 'request_timeout');
  });

  it('holds up nobody else', async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => RawConnection.to(hub.url)));
    for (const connection of many) connection.send(head('GET /v1/me HTTP/1.1'));
    expect((await hub.get('/v1/me')).status).toBe(200);
    expect((await hub.send({ type: 'custom.x', data: {} })).id).toMatch(/^evt_/);
    await Promise.all(many.map(({ closed }) => closed));
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([408]));
  });
});

describe('headers', () => {
  it.each([
    ['one large one', `x-large: ${'x'.repeat(MAX_HEADER_BYTES)}`],
    ['many small ones', Array.from({ length: 2_000 }, (_, n) => `x-${n}: 12345`).join('\r\n')],
    ['a large key', `x-key: Bearer ${'k'.repeat(20_000)}`],
    ['a large name', `${'x'.repeat(20_000)}: 1`],
  ])('over 16 KiB are a 431: %s', async (_what, headers) => {
    const connection = (await RawConnection.to(hub.url)).send(`${head('GET /v1/me HTTP/1.1', headers)}\r\n`);
    await connection.closed;
    expectProblem(connection, 431, 'headers_too_large');
    expect((await hub.get('/v1/me')).status).toBe(200);
  });

  it('of just under 16 KiB are read', async () => {
    const large = `x-large: ${'x'.repeat(MAX_HEADER_BYTES - 500)}`;
    const connection = (await RawConnection.to(hub.url)).send(
      `${head('GET /v1/me HTTP/1.1', large, 'connection: close')}\r\n`,
    );
    await connection.closed;
    expect(connection.status).toBe(200);
  });

  it('are too large in the path as well', async () => {
    const connection = (await RawConnection.to(hub.url)).send(
      `${head(`GET /v1/events?type=${'x'.repeat(20_000)} HTTP/1.1`)}\r\n`,
    );
    await connection.closed;
    expectProblem(connection, 431, 'headers_too_large');
  });
});

describe('what is no HTTP', () => {
  const JSON_HEADERS = 'host: hub\r\ncontent-type: application/json\r\n';
  it.each<[string, string | Buffer]>([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['TLS', Buffer.from('160301020001000001fc0303', 'hex')],
    ['another version', 'GET / HTTP/9.9\r\nhost: hub\r\n\r\n'],
    ['an unknown method', 'FETCH /v1/me HTTP/1.1\r\nhost: hub\r\n\r\n'],
    ['a space before a colon', 'GET /v1/me HTTP/1.1\r\nhost : hub\r\n\r\n'],
    ['a NUL in a header', 'GET /v1/me HTTP/1.1\r\nhost: hub\r\nx: a\0b\r\n\r\n'],
    ['a bare line feed in a header', 'GET /v1/me HTTP/1.1\r\nhost: hub\r\nx: a\nb\r\n\r\n'],
    ['two lengths', `POST /v1/events HTTP/1.1\r\n${JSON_HEADERS}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a negative length', `POST /v1/events HTTP/1.1\r\n${JSON_HEADERS}content-length: -1\r\n\r\n{}`],
    [
      'a length that overflows',
      `POST /v1/events HTTP/1.1\r\n${JSON_HEADERS}content-length: 99999999999999999999\r\n\r\n{}`,
    ],
    [
      'a length and chunks: a way to smuggle a second request',
      `POST /v1/events HTTP/1.1\r\n${JSON_HEADERS}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'chunks that are not the last coding: another way',
      `POST /v1/events HTTP/1.1\r\n${JSON_HEADERS}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    ],
    ['a chunk without a size', `POST /v1/events HTTP/1.1\r\n${JSON_HEADERS}transfer-encoding: chunked\r\n\r\nzz\r\n`],
  ])('is a 400: %s', async (_what, bytes) => {
    const connection = (await RawConnection.to(hub.url)).send(bytes);
    await connection.closed;
    expectProblem(connection, 400, 'bad_request');
  });
});
