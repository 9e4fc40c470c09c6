import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../test/support/api-client.js';
import type { TimingReceiver } from './receiver.js';

/** Sends events at an even pace and says how long they took from accepted to received. */

export interface Paced {
  readonly type: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly key?: string;
}

export interface Latency {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
}

const ARRIVAL_LIMIT_MS = 60_000;
const POLL_MS = 20;
let sent = 0;

/** Answers when each of the events was accepted, by the id in its data. */
export async function sendPaced(
  client: ApiClient,
  { type, perSecond, seconds, key }: Paced,
): Promise<Map<string, number>> {
  const accepted = new Map<string, number>();
  const requests: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < perSecond * seconds; index++) {
    await delay(Math.max(0, startedAt + (index * 1_000) / perSecond - performance.now()));
    requests.push(send(client, type, key, accepted));
  }
  await Promise.all(requests);
  return accepted;
}

async function send(
  client: ApiClient,
  type: string,
  key: string | undefined,
  accepted: Map<string, number>,
): Promise<void> {
  const id = `e${++sent}`;
  const answer = await client.post('/v1/events', { type, data: { id } }, key === undefined ? {} : { key });
  if (answer.status !== 202) throw new Error(`The event was refused: ${answer.text}`);
  accepted.set(id, Date.parse((answer.body as { received_at: string }).received_at));
}

export async function latencyOf(accepted: ReadonlyMap<string, number>, receiver: TimingReceiver): Promise<Latency> {
  const deadline = performance.now() + ARRIVAL_LIMIT_MS;
  const missing = () => [...accepted.keys()].filter((id) => !receiver.arrivals.has(id)).length;
  while (missing() > 0) {
    if (performance.now() > deadline) throw new Error(`${missing()} of ${accepted.size} events never came.`);
    await delay(POLL_MS);
  }
  const times = [...accepted].map(([id, at]) => (receiver.arrivals.get(id) ?? 0) - at).sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? 0;
  return { events: times.length, p50: at(0.5), p99: at(0.99) };
}

/** Many events at once, in batches. */
export async function flood(client: ApiClient, type: string, events: number, key: string): Promise<void> {
  const BATCH = 500;
  for (let start = 0; start < events; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, events - start) }, () => ({ type, data: { id: `f${++sent}` } }));
    const answer = await client.post('/v1/events/batch', { events: batch }, { key });
    if (answer.status !== 202) throw new Error(`The events were refused: ${answer.text}`);
  }
}
