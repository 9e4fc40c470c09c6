import { besideBare } from './bare.js';
import { BenchHub } from './hub.js';
import type { BenchOptions, QueueKind } from './options.js';
import type { BenchReceiver } from './receiver.js';
import { percentiles, type Result } from './result.js';
import { flood, pace, secondsSince } from './traffic.js';

/** Throughput and latency: what a user of the hub gets from sending events in to their receipt. */

export interface Scenario {
  readonly name: string;
  readonly fanout: number;
  readonly bytes: number;
  readonly delayMs: number;
  /** Every so-manyth call is answered 500; 0: none. */
  readonly failEvery: number;
}

const BASE: Scenario = { name: 'fan-out 1, 1 KB', fanout: 1, bytes: 1_024, delayMs: 0, failEvery: 0 };
const SCENARIOS: readonly Scenario[] = [
  BASE,
  { ...BASE, name: 'fan-out 10', fanout: 10 },
  { ...BASE, name: 'fan-out 100', fanout: 100 },
  { ...BASE, name: '10 KB', bytes: 10_240 },
  { ...BASE, name: 'receiver takes 50 ms', delayMs: 50 },
  { ...BASE, name: '5 % answered 500', failEvery: 20 },
];
const WARM_UP_DELIVERIES = 5_000;
/** The first calls of a subscription are claimed from the table, all later ones handed over in memory: both ways get warm. */
const WARM_UPS = 2;
const ACCEPT_CONCURRENCY = 32;
/** Full load, of which half is taken, is measured with the same small batches. */
const LATENCY_LOAD = { batch: 10, producers: 32 };
const LATENCY_SECONDS = 10;

/** Events accepted a second that nobody has subscribed to. */
export async function measureAccepting(options: BenchOptions): Promise<Result[]> {
  const hub = await BenchHub.single('in-process', options);
  try {
    const single = { events: options.deliveries, batch: 1, producers: ACCEPT_CONCURRENCY, bytes: BASE.bytes };
    const batch = { ...single, batch: options.batch, producers: options.producers };
    await flood(hub, { ...single, events: 2_000 });
    const rows = [
      [`POST /v1/events, ${ACCEPT_CONCURRENCY} at once`, await flood(hub, single)],
      [`POST /v1/events/batch of ${options.batch}`, await flood(hub, batch)],
    ] as const;
    return rows.map(([what, seconds]) => ({
      part: 'Accepting, nobody subscribed',
      what,
      acceptedPerSecond: options.deliveries / seconds,
    }));
  } finally {
    await hub.stop();
  }
}

export async function measureDelivering(
  queue: QueueKind,
  receiver: BenchReceiver,
  options: BenchOptions,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const scenario of options.baseOnly ? [BASE] : SCENARIOS) {
    const hub = await BenchHub.single(queue, options);
    try {
      results.push({
        part: `Delivering, ${queue} queue`,
        ...(await throughput(hub, receiver, scenario, options)),
      });
    } finally {
      await hub.stop();
    }
  }
  return results;
}

/** From the first event sent in until the last delivery has been received. Retries come later and are not waited for. */
export async function throughput(
  hub: BenchHub,
  receiver: BenchReceiver,
  scenario: Scenario = BASE,
  options: BenchOptions,
): Promise<Omit<Result, 'part'>> {
  const { name, fanout, delayMs, failEvery } = scenario;
  for (let index = 0; index < fanout; index++) await hub.subscribe(`${receiver.url}/hub-${index}`);
  const run = async (deliveries: number) => {
    const events = Math.ceil(deliveries / fanout);
    const calls = events * fanout;
    const countTo = calls - (failEvery > 0 ? Math.floor(calls / failEvery) : 0);
    const { reached } = await receiver.expect({ delayMs, failEvery, countTo });
    const startedAt = performance.now();
    const batch = Math.min(options.batch, Math.max(1, Math.ceil(events / options.producers)));
    const acceptedSeconds = await flood(hub, { ...options, events, batch, bytes: scenario.bytes });
    await reached;
    return { deliveries: countTo, events, seconds: secondsSince(startedAt), acceptedSeconds };
  };
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) await run(Math.min(options.deliveries, WARM_UP_DELIVERIES));
  const load = { calls: options.deliveries, bytes: scenario.bytes };
  const { result, barePerSecond } = await besideBare(receiver, load, async () => {
    const before = await hub.usage();
    const measured = await run(options.deliveries);
    return { ...measured, before, after: await hub.usage() };
  });
  const { deliveries, events, seconds, acceptedSeconds, before, after } = result;
  const per10000 = 10_000 / deliveries;
  const deliveriesPerSecond = deliveries / seconds;
  return {
    what: name,
    acceptedPerSecond: events / acceptedSeconds,
    deliveriesPerSecond,
    // A receiver that takes its time is no limit of the machine.
    ...(delayMs === 0 && { barePerSecond, overBare: deliveriesPerSecond / barePerSecond }),
    hubCpuSecondsPer10000: (after.hubCpuSeconds - before.hubCpuSeconds) * per10000,
    databaseCpuSecondsPer10000: (after.databaseCpuSeconds - before.databaseCpuSeconds) * per10000,
    commitsPerDelivery: (after.commits - before.commits) / deliveries,
    residentMb: await hub.residentMb(),
  };
}

/** From before an event is sent in until it has been received, at half of the rate that the hub can deliver. */
export async function measureLatency(
  queue: QueueKind,
  receiver: BenchReceiver,
  options: BenchOptions,
): Promise<Result> {
  const hub = await BenchHub.single(queue, options);
  try {
    const full = await throughput(hub, receiver, BASE, { ...options, ...LATENCY_LOAD });
    const perSecond = Math.round((full.deliveriesPerSecond ?? 0) / 2);
    const events = perSecond * LATENCY_SECONDS;
    const { reached } = await receiver.expect({ countTo: events, latencies: true });
    await pace(hub, { events, ...LATENCY_LOAD, bytes: BASE.bytes, perSecond });
    const { latencies } = await reached;
    return {
      part: 'From sent in to received, at half load',
      what: `${queue} queue, batches of ${LATENCY_LOAD.batch}`,
      deliveriesPerSecond: perSecond,
      latencyMs: percentiles(latencies),
    };
  } finally {
    await hub.stop();
  }
}
