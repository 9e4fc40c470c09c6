import { setTimeout as delay } from 'node:timers/promises';
import { until } from './child.js';
import { throughput } from './deliver.js';
import { BenchHub } from './hub.js';
import type { BenchOptions, QueueKind } from './options.js';
import type { BenchReceiver } from './receiver.js';
import type { Result } from './result.js';
import { flood, secondsSince } from './traffic.js';

/** What happens over time: after a kill, with more processes, under load for minutes. */

const BYTES = 1_024;
const SAMPLES = 10;
/** Events sent in at once to keep a backlog. */
const TOP_UP = 5_000;

/** `kill -9` in the middle of a run, then a start on the same data. */
export async function measureRecovery(
  queue: QueueKind,
  receiver: BenchReceiver,
  options: BenchOptions,
): Promise<Result[]> {
  const hub = await BenchHub.single(queue, options);
  try {
    await hub.subscribe(`${receiver.url}/recovery`);
    const half = await receiver.expect({ countTo: Math.ceil(options.deliveries / 2) });
    await flood(hub, { ...options, events: options.deliveries, bytes: BYTES });
    await half.reached;
    await hub.kill();
    const first = await receiver.expect({ countTo: 1 });
    const killedAt = performance.now();
    await hub.restart();
    const ready = secondsSince(killedAt);
    await first.reached;
    const flowing = secondsSince(killedAt);
    await until(async () => (await hub.pending()) === 0, 300_000);
    const part = `After kill -9 with about ${Math.floor(options.deliveries / 2)} deliveries owed, ${queue} queue`;
    return [
      { part, what: 'ready', seconds: ready },
      { part, what: 'first delivery', seconds: flowing },
      { part, what: 'nothing owed any more', seconds: secondsSince(killedAt) },
    ];
  } finally {
    await hub.stop();
  }
}

/** One API process and several workers on Bull. */
export async function measureProcesses(receiver: BenchReceiver, options: BenchOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const count of options.processCounts) {
    const hub = await BenchHub.withWorkers(count, options);
    try {
      results.push({
        part: 'One API process and several workers on Bull, fan-out 1, 1 KB',
        ...(await throughput(hub, receiver, undefined, options)),
        what: `${count} ${count === 1 ? 'worker' : 'workers'}`,
      });
    } finally {
      await hub.stop();
    }
  }
  return results;
}

/** Full load on a backlog: memory every so often. */
export async function soak(queue: QueueKind, receiver: BenchReceiver, options: BenchOptions): Promise<Result[]> {
  const hub = await BenchHub.single(queue, options);
  const part = `Full load on a backlog of ${options.soakBacklog}, ${queue} queue`;
  const results: Result[] = [];
  try {
    await hub.subscribe(`${receiver.url}/soak`);
    // Slow while the backlog is built, else it would be delivered as fast as it comes.
    await receiver.expect({ delayMs: 2_000 });
    let sent = 0;
    /** Sends in as many as were delivered, so that the backlog stays. Answers how many are missing. */
    const topUp = async () => {
      const missing = options.soakBacklog - (await hub.pending());
      // Counting what is owed reads all of it: not for every few that are missing.
      const events = missing < TOP_UP / 2 ? 0 : Math.min(TOP_UP, missing);
      if (events === 0) await delay(100);
      else await flood(hub, { ...options, events, bytes: BYTES });
      sent += events;
      return missing;
    };
    while ((await topUp()) > TOP_UP);
    await receiver.expect({});
    const everyMs = (options.soakMinutes * 60_000) / SAMPLES;
    const endsAt = performance.now() + options.soakMinutes * 60_000;
    const refill = async () => {
      while (performance.now() < endsAt) await topUp();
    };
    const watch = async () => {
      let [before, at] = [sent - (await hub.pending()), performance.now()];
      for (let sample = 1; sample <= SAMPLES; sample++) {
        await delay(everyMs);
        const owed = await hub.pending();
        const deliveriesPerSecond = (sent - owed - before) / secondsSince(at);
        [before, at] = [sent - owed, performance.now()];
        results.push({
          part,
          what: `after ${((sample * everyMs) / 60_000).toFixed(1)} min, ${owed} owed`,
          deliveriesPerSecond,
          residentMb: await hub.residentMb(),
        });
      }
    };
    await Promise.all([refill(), watch()]);
    return results;
  } finally {
    await hub.stop();
  }
}
