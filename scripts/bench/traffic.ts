import { setTimeout as delay } from 'node:timers/promises';

/** The events that the benchmark sends in. */

/** Takes a body for a path; rejects unless it was accepted. */
export interface Target {
  post(path: string, body: object | string): Promise<void>;
}

export interface Load {
  readonly events: number;
  /** Events in one request; 1: `POST /v1/events`. */
  readonly batch: number;
  /** Requests under way at once. */
  readonly producers: number;
  /** About the size of an event. */
  readonly bytes: number;
}

/** Sends as fast as the hub accepts. Answers the seconds that accepting took. */
export async function flood(target: Target, { events, batch, producers, bytes }: Load): Promise<number> {
  const [path, body] = request(batch, bytes);
  let left = Math.ceil(events / batch);
  const startedAt = performance.now();
  const produce = async () => {
    while (left-- > 0) await target.post(path, body);
  };
  await Promise.all(Array.from({ length: producers }, produce));
  return secondsSince(startedAt);
}

/** Sends at a steady rate, whatever the hub does. */
export async function pace(target: Target, load: Load & { readonly perSecond: number }): Promise<void> {
  const requests = Math.ceil(load.events / load.batch);
  const everyMs = (load.batch / load.perSecond) * 1_000;
  const startedAt = performance.now();
  const answers: Promise<void>[] = [];
  for (let index = 0; index < requests; index++) {
    const waitMs = startedAt + index * everyMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    answers.push(target.post(...request(load.batch, load.bytes)));
  }
  await Promise.all(answers);
}

export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}

function request(batch: number, bytes: number): [path: string, body: string] {
  if (batch === 1) return ['/v1/events', JSON.stringify(event(0, bytes))];
  const events = Array.from({ length: batch }, (_, index) => event(index, bytes));
  return ['/v1/events/batch', JSON.stringify({ events })];
}

function event(index: number, bytes: number) {
  const application = {
    id: `app_${index}`,
    status: 'pending',
    candidate: { id: `cand_${index}`, name: 'Jane Smith' },
    job: { id: 'job_1' },
    // Where latencies are measured from: before the request is sent, so accepting is in them.
    sent_at: (performance.timeOrigin + performance.now()).toFixed(3),
  };
  const padding = Math.max(0, bytes - JSON.stringify(application).length - 120);
  return { type: 'application.submitted', data: { application: { ...application, notes: 'x'.repeat(padding) } } };
}
