import { parentPort, workerData } from 'node:worker_threads';
import { type Numbered, packAnswers, type Parcel, unpackRequests } from './call-parcels.js';
import { type OutboundAnswer, unsent } from './outbound-answer.js';
import { OutboundCalls, type TargetOptions } from './outbound-calls.js';

/** What runs on the calls' own thread: makes those that it is sent, and is over when it is sent `null`. */

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

async function answer({ number, content: request }: ReturnType<typeof unpackRequests>[number]): Promise<void> {
  const content = await calls.send(request).catch((error: unknown) => unsent('connection_failed', String(error)));
  // Answers that are read from sockets together go back together.
  if (packing.length === 0) setImmediate(post);
  packing.push({ number, content });
}

async function end(): Promise<void> {
  await calls.close();
  post();
  port.close();
}

port.on('message', (parcel: Parcel | null) => {
  if (parcel === null) void end();
  else for (const request of unpackRequests(parcel)) void answer(request);
});
