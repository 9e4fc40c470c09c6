import { parentPort, workerData } from 'node:worker_threads';
import { type Numbered, packAnswers, type Parcel, unpackRequests } from './call-parcels.js';
import type { OutboundAnswer, OutboundRequest } from './outbound-answer.js';
import { OutboundCalls, type TargetOptions } from './outbound-calls.js';

/** What runs on the calls' own thread: makes those that it is sent. After `null` it takes no more, and says `null` when all are answered. */

if (!parentPort) throw new Error('This program is the other half of CallsThread, and of no use by itself.');
const port = parentPort;
const calls = new OutboundCalls(workerData as TargetOptions);
let packing: Numbered<OutboundAnswer>[] = [];

function post(): void {
  if (packing.length === 0) return;
  const parcel = packAnswers(packing);
  packing = [];
  port.postMessage(parcel, [parcel.bytes]);
}

async function answer({ number, content: request }: Numbered<OutboundRequest>): Promise<void> {
  const content = await calls.send(request);
  // Answers that are read from sockets together go back together.
  if (packing.length === 0) setImmediate(post);
  packing.push({ number, content });
}

async function end(): Promise<void> {
  await calls.close();
  post();
  port.postMessage(null);
}

port.on('message', (parcel: Parcel | null) => {
  if (parcel === null) void end();
  else for (const request of unpackRequests(parcel)) void answer(request);
});
