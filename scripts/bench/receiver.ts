import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The receiver of the benchmark, a process of its own: answers 200 and counts. Told by its parent what to report. */
let calls = 0;
let target = Number.POSITIVE_INFINITY;

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, { 'content-length': '2' }).end('ok');
    if (++calls === target) process.send?.({ reached: calls });
  });
});
server.keepAliveTimeout = 60_000;

process.on('message', (message: { readonly countTo?: number }) => {
  if (message.countTo === undefined) return;
  calls = 0;
  target = message.countTo;
  process.send?.({ counting: target });
});

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
