import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { CallsThread } from './calls-thread.js';
import type { OutboundAnswer, OutboundRequest } from './outbound-answer.js';
import { type Calls, OutboundCalls, type TargetOptions } from './outbound-calls.js';

const MIB = 1024 * 1024;
/** As it is in the sources: these tests need no build. */
const PROGRAM = {
  url: new URL('./calls-thread-program.ts', import.meta.url),
  execArgv: ['--import', new URL('../../test/support/register-typescript.mjs', import.meta.url).href],
};
const WHERE: readonly (readonly [string, (targets: TargetOptions) => Calls])[] = [
  ['on the main thread', (targets) => new OutboundCalls(targets)],
  ['on a thread of their own', (targets) => new CallsThread(targets, PROGRAM)],
];

describe.each(WHERE)('calls %s', (_where, createCalls) => {
  let calls: Calls;
  let receivers: Server[];
  let sockets: Socket[];

  beforeEach(() => {
    calls = createCalls({ targetAllowCidrs: ['127.0.0.0/8'], allowHttp: true });
    receivers = [];
    sockets = [];
  });
  afterEach(async () => {
    await calls.close();
    for (const socket of sockets) socket.destroy();
    for (const receiver of receivers) receiver.close();
  });

  async function listen(receiver: Server): Promise<string> {
    receivers.push(receiver);
    receiver.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => {})));
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?a=1`;
  }
  const receiving = (listener: RequestListener) => listen(createServer(listener));
  /** Answers with raw bytes once a request came in. */
  const answering = (answer: (socket: Socket) => void) =>
    listen(createTcpServer((socket) => socket.once('data', () => answer(socket))));

  function send(url: string, request: Partial<OutboundRequest> = {}): Promise<OutboundAnswer> {
    return calls.send({ url, headers: {}, body: '{}', timeoutMs: 5_000, ...request });
  }

  it('sends the request as given and returns status, headers and body of the answer', async () => {
    let seen: IncomingMessage | undefined;
    const url = await receiving((request, response) => {
      seen = request;
      request.pipe(response.writeHead(201, { 'X-Kind': 'a', 'Set-Cookie': ['b', 'c'] }));
    });
    const answer = await send(url, { headers: { 'X-Signature': 'abc', 'Accept-Encoding': 'gzip' }, body: '{"ü":1}' });

    expect(answer).toMatchObject({ status: 201, error: null, bodyTruncated: false });
    expect(answer.body.toString()).toBe('{"ü":1}');
    expect(answer.headers).toMatchObject({ 'x-kind': 'a', 'set-cookie': ['b', 'c'] });
    expect(answer.startedAt).toBeInstanceOf(Date);
    expect(answer.durationMs).toBeGreaterThanOrEqual(0);
    expect(seen).toMatchObject({ method: 'POST', url: '/hook?a=1', httpVersion: '1.1' });
    expect(seen?.headers).toMatchObject({ 'x-signature': 'abc', 'accept-encoding': 'identity', 'content-length': '8' });
  });

  it('fetches with GET and the login it is given', async () => {
    const url = await receiving((request, response) =>
      response.end(`${request.method} ${request.headers.authorization}`),
    );
    const answer = await send(url, { method: 'GET', body: undefined, headers: { authorization: 'Basic YTpi' } });
    expect(answer.body.toString()).toBe('GET Basic YTpi');
  });

  it.each([204, 302, 410, 500])('returns status %i as it is and follows no redirect', async (status) => {
    const requests: string[] = [];
    const url = await receiving((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    await expect(send(url)).resolves.toMatchObject({ status, error: null });
    expect(requests).toEqual(['/hook?a=1']);
  });

  it('gives up at the deadline when no answer comes', async () => {
    const url = await receiving(() => {});
    const answer = await send(url, { timeoutMs: 60 });
    expect(answer).toMatchObject({
      status: 0,
      error: { code: 'timeout', message: 'The receiver did not answer within 60 ms.' },
    });
    expect(answer.durationMs).toBeGreaterThanOrEqual(59);
    expect(answer.durationMs).toBeLessThan(1_000);
  });

  it('gives up at the deadline when the answer trickles in, and cuts the connection', async () => {
    let onCut = () => {};
    const cut = new Promise<void>((resolve) => (onCut = resolve));
    const url = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const trickle = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(trickle)).on('close', onCut);
    });
    const answer = await send(url, { timeoutMs: 150 });
    expect(answer).toMatchObject({
      status: 200,
      error: { code: 'timeout', message: 'The answer did not end within 150 ms.' },
    });
    expect(answer.body.toString()).toMatch(/^x+$/);
    expect(answer.durationMs).toBeLessThan(1_000);
    await cut;
  });

  it('gives up at the deadline when the headers of the answer trickle in', async () => {
    const url = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const trickle = setInterval(() => socket.write('x-more: 1\r\n'), 20);
      socket.on('close', () => clearInterval(trickle));
    });
    await expect(send(url, { timeoutMs: 150 })).resolves.toMatchObject({ status: 0, error: { code: 'timeout' } });
  });

  it('never sends a request whose deadline passed while it waited for a connection', async () => {
    const seen: string[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const url = await receiving((request, response) => {
      seen.push(request.url ?? '');
      void released.then(() => response.end());
    });
    const held = Array.from({ length: 256 }, () => send(url));
    const late = await send(`${url}&late`, { timeoutMs: 100 });
    expect(late).toMatchObject({ status: 0, error: { code: 'timeout' } });
    release();
    await Promise.all(held);
    await send(`${url}&next`);
    expect(seen).not.toContain('/hook?a=1&late');
    expect(seen).toHaveLength(257);
  });

  it.each([
    ['with a declared length', { 'content-length': 100 * MIB }],
    ['in chunks', {}],
  ])('reads the first 16 KiB of a 100 MB answer %s, and no more', async (_how, headers) => {
    let socket: Socket | undefined;
    const url = await receiving((request, response) => {
      socket = request.socket;
      response.writeHead(200, headers);
      const block = Buffer.alloc(64 * 1024, 'x');
      let leftBytes = 100 * MIB;
      const pour = () => {
        while (leftBytes > 0 && response.write(block)) leftBytes -= block.length;
      };
      response.on('drain', pour);
      pour();
    });
    const answer = await send(url);
    expect(answer).toMatchObject({ status: 200, bodyTruncated: true, error: null });
    expect(answer.body).toHaveLength(16_384);
    await new Promise((resolve) => (socket?.closed ? resolve(null) : socket?.on('close', resolve)));
    expect(socket?.bytesWritten).toBeLessThan(20 * MIB);
  });

  it('keeps the connection when little of the answer is left over, and drops it when much is', async () => {
    let onDropped = () => {};
    const dropped = new Promise<void>((resolve) => (onDropped = resolve));
    const url = await receiving((request, response) => {
      const size = Number(request.headers['x-size']);
      if (size > 100_000) request.socket.on('close', onDropped);
      response.end('x'.repeat(size));
    });
    for (const size of ['30000', '1', '1']) await send(url, { headers: { 'x-size': size } });
    expect(sockets.map((socket) => socket.destroyed)).not.toContain(true);
    await send(url, { headers: { 'x-size': '500000' } });
    await dropped;
  });

  it('joins an answer that comes in small pieces and cuts it at the limit asked for', async () => {
    const url = await receiving((_request, response) => {
      for (let piece = 0; piece < 100; piece += 1) response.write(String(piece % 10));
      response.end();
    });
    const whole = await send(url);
    expect(whole.body.toString()).toBe('0123456789'.repeat(10));
    const cut = await send(url, { maxAnswerBytes: 25 });
    expect(cut).toMatchObject({ bodyTruncated: true, error: null });
    expect(cut.body.toString()).toBe('0123456789012345678901234');
  });

  it('records at most 8 KiB of headers', async () => {
    const url = await receiving((_request, response) => {
      for (let n = 0; n < 12; n += 1) response.setHeader(`x-${n}`, 'v'.repeat(1_000));
      response.end();
    });
    const answer = await send(url);
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.headers).length).toBeLessThan(9 * 1024);
  });

  it('reports a refused connection', async () => {
    const closed = createTcpServer();
    const url = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    await expect(send(url)).resolves.toMatchObject({ status: 0, error: { code: 'connection_refused' } });
  });

  it.each([
    ['reset', (socket: Socket) => void socket.resetAndDestroy()],
    ['closed', (socket: Socket) => void socket.end()],
  ])('reports a connection that is %s before an answer', async (_how, answer) => {
    const url = await answering(answer);
    await expect(send(url)).resolves.toMatchObject({ status: 0, error: { code: 'connection_reset' } });
  });

  it('returns what came of an answer that broke off, together with the error', async () => {
    const url = await answering((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));
    const answer = await send(url);
    expect(answer).toMatchObject({ status: 200, error: { code: 'connection_reset' } });
    expect(answer.body.toString()).toBe('half');
  });

  it.each([
    ['of another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['with a word for a status', 'HTTP/1.1 fine OK\r\n\r\n'],
    ['with a status below 100', 'HTTP/1.1 042 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['that switches protocols', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['with two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['with a NUL byte in a header', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n'],
    ['with 20 KiB of headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_480)}\r\n\r\n`],
    ['with a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['that only says to wait', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)],
  ])('reports an answer %s as invalid', async (_what, bytes) => {
    const url = await answering((socket) => socket.write(bytes));
    await expect(send(url)).resolves.toMatchObject({ error: { code: 'invalid_answer' } });
  });

  it('reports a receiver that does not speak TLS', async () => {
    const url = await receiving((_request, response) => response.end());
    const answer = await send(url.replace('http:', 'https:'));
    expect(answer).toMatchObject({ status: 0, error: { code: 'tls' } });
  });

  it.each([
    ['transfer-encoding', 'chunked'],
    ['Host', 'other.example'],
    ['x y', '1'],
    ['x', 'a\r\nb: c'],
    ['x', '✓'],
  ])('refuses the header %j: %j and still serves the origin afterwards', async (name, value) => {
    const url = await receiving((_request, response) => response.end());
    const refused = await Promise.all(Array.from({ length: 300 }, () => send(url, { headers: { [name]: value } })));
    expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set(['connection_failed']));
    await expect(send(url)).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ['a private address', 'http://10.0.0.1/'],
    ['a metadata service', 'http://169.254.169.254/latest/meta-data/'],
    ['a file', 'file:///etc/passwd'],
  ])('refuses %s', async (_what, url) => {
    await expect(send(url)).resolves.toMatchObject({ status: 0, error: { code: 'address_not_allowed' } });
  });

  it('takes many requests at once, each with its own body or one that they share', async () => {
    const url = await receiving((request, response) => request.pipe(response.writeHead(200)));
    const shared = Buffer.from('to all: ü \u{1f600}');
    const sent = Array.from(
      { length: 200 },
      (_, n) => [`just ${n}`, shared, Buffer.from([0, 255, n]), ''][n % 4] ?? '',
    );
    const answers = await Promise.all(sent.map((body) => send(url, { body })));
    expect(answers.map(({ body }) => body)).toEqual(sent.map((body) => Buffer.from(body)));
    expect(shared.toString()).toBe('to all: ü \u{1f600}');
  });

  it('does not wait for a connection that nobody waits for', async () => {
    const mute = await listen(createTcpServer());
    await expect(send(mute.replace('http:', 'https:'), { timeoutMs: 50 })).resolves.toMatchObject({
      error: { code: 'timeout' },
    });
    const startedAt = performance.now();
    await calls.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('waits for requests in flight when it closes, and takes no more', async () => {
    let answerNow = () => {};
    let onArrival = () => {};
    const arrived = new Promise<void>((resolve) => (onArrival = resolve));
    const url = await receiving((_request, response) => {
      answerNow = () => response.end('done');
      onArrival();
    });
    const pending = send(url);
    await arrived;
    expect(calls.inFlight).toBe(1);

    const closed = calls.close();
    await expect(send('http://127.0.0.1:1/')).resolves.toMatchObject({
      status: 0,
      error: { code: 'connection_failed' },
    });
    answerNow();
    await closed;
    await expect(pending).resolves.toMatchObject({ status: 200 });
    expect(calls.inFlight).toBe(0);
  });
});
