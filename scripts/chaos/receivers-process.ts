import { createWriteStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from './random.js';
import type { Behaviour } from './subscriptions.js';

/**
 * All receivers, in a process of their own that nobody kills. Each call that came whole is written down before it is
 * answered: one JSON line with path, headers, body and what it is answered. `receivers-process.ts <seed> <file>`
 */
const [seed = '0', journalFile = ''] = process.argv.slice(2);
const random = new Random(Number(seed));
const journal = createWriteStream(journalFile);
const callsByPath = new Map<string, number>();

const FLOOD_BYTES = 100 * 1024 * 1024;
const FLOOD_CHUNK = Buffer.alloc(64 * 1024, 'x');
const TRICKLE_MS = 1_000;
const CALLS_BEFORE_GONE = 30;
const MAX_ANSWER_DELAY_MS = 20;

type Answer = { readonly status: number; give(response: ServerResponse): void };

const plain = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  give: (response) => {
    // Takes its time, so that a kill finds calls under way.
    setTimeout(() => response.writeHead(status, headers).end('ok'), random.integer(0, MAX_ANSWER_DELAY_MS));
  },
});
/** 0: no answer that counts. */
const hang: Answer = { status: 0, give: () => undefined };
const reset: Answer = { status: 0, give: (response) => response.socket?.destroy() };
const trickle: Answer = {
  status: 0,
  give: (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), TRICKLE_MS);
    response.on('close', () => clearInterval(timer));
  },
};
const flood: Answer = {
  status: 200,
  give: (response) => {
    response.writeHead(200, { 'content-length': String(FLOOD_BYTES) });
    pour(response, FLOOD_BYTES);
  },
};

function pour(response: ServerResponse, leftBytes: number): void {
  let left = leftBytes;
  while (left > 0 && !response.destroyed) {
    left -= FLOOD_CHUNK.length;
    if (!response.write(FLOOD_CHUNK)) return void response.once('drain', () => pour(response, left));
  }
  response.end();
}

const BEHAVIOURS: Readonly<Record<Behaviour, (account: string, callNumber: number) => Answer>> = {
  well: () => plain(200),
  'sometimes-500': () => plain(random.chance(0.15) ? 500 : 200),
  hangs: () => (random.chance(0.3) ? hang : plain(200)),
  trickles: () => (random.chance(0.3) ? trickle : plain(200)),
  floods: () => flood,
  resets: () => (random.chance(0.3) ? reset : plain(204)),
  redirects: (account) => plain(random.chance(0.5) ? 302 : 307, { location: `/${account}/redirected` }),
  down: () => plain(503),
  dead: () => reset,
  gone: (_account, callNumber) => plain(callNumber > CALLS_BEFORE_GONE ? 410 : 200),
};

function answerTo(path: string): Answer {
  const [, account = '', behaviour = ''] = path.split('/');
  const callNumber = (callsByPath.get(path) ?? 0) + 1;
  callsByPath.set(path, callNumber);
  // Whoever follows a redirect is answered, and found out by the journal.
  return BEHAVIOURS[behaviour as Behaviour]?.(account, callNumber) ?? plain(200);
}

const server = createServer((request: IncomingMessage, response) => {
  const chunks: Buffer[] = [];
  // Callers are killed in the middle of their calls.
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method = '', url: path = '', headers } = request;
    const answer = answerTo(path);
    const body = Buffer.concat(chunks).toString('base64');
    journal.write(`${JSON.stringify({ method, path, headers, body, status: answer.status })}\n`);
    answer.give(response);
  });
});

process.on('message', (message) => {
  if (message === 'finish') journal.end(() => process.send?.({ finished: true }));
});
// Without its parent it has nobody to receive for; Ctrl-C is the parent's to obey.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
