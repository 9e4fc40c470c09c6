import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The receiver of the benchmark, a process of its own: answers and counts. Its parent tells it how to answer and what to
 * report. An event that carries `sent_at` (milliseconds) is measured from there to its last byte.
 */

export interface ReceiverOrders {
  readonly delayMs?: number;
  /** Every so-manyth call is answered 500; 0: none. */
  readonly failEvery?: number;
  /** Report once so many calls were answered 200. */
  readonly countTo?: number;
  readonly latencies?: boolean;
}

const MARK = Buffer.from('"sent_at":"');
const DIGITS = 17;
let orders: Required<ReceiverOrders> = { delayMs: 0, failEvery: 0, countTo: 0, latencies: false };
let [calls, answered] = [0, 0];
let latencies: number[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => {
    if (orders.latencies) chunks.push(chunk);
  });
  request.on('end', () => {
    if (orders.latencies) noteLatency(Buffer.concat(chunks));
    const status = orders.failEvery > 0 && ++calls % orders.failEvery === 0 ? 500 : 200;
    const answer = () => {
      response.writeHead(status, { 'content-length': '2' }).end('ok');
      if (status === 200 && ++answered === orders.countTo) process.send?.({ reached: answered, latencies });
    };
    if (orders.delayMs > 0) setTimeout(answer, orders.delayMs);
    else answer();
  });
});
server.keepAliveTimeout = 60_000;

function noteLatency(body: Buffer): void {
  const now = performance.timeOrigin + performance.now();
  const at = body.indexOf(MARK);
  if (at < 0) return;
  const start = at + MARK.length;
  latencies.push(now - Number(body.toString('latin1', start, start + DIGITS)));
}

process.on('message', (message: ReceiverOrders) => {
  orders = { delayMs: 0, failEvery: 0, countTo: 0, latencies: false, ...message };
  [calls, answered] = [0, 0];
  latencies = [];
  process.send?.({ ready: true });
});

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
