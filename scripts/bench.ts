import { measureAfternoon } from './bench/afternoon.js';
import { bareLoop, measureAccepting, measureDelivering, measureLatency, SIZES } from './bench/deliver.js';
import { measureProcesses, measureRecovery, soak } from './bench/lifetime.js';
import { type BenchOptions, type Part, readOptions, USAGE } from './bench/options.js';
import { BenchReceiver } from './bench/receiver.js';
import { print, type Result } from './bench/result.js';

/**
 * Measures the hub beside the limit of this machine, a bare signed POST loop to the same receiver, and beside the sender that a
 * NestJS team would write in an afternoon. Each is a process of its own; the hub runs as a user starts it.
 */

const options = readOptions(process.argv.slice(2));
if (options === null) console.log(USAGE);
else await main(options);

async function main(options: BenchOptions): Promise<void> {
  const receiver = await BenchReceiver.start();
  const results: Result[] = [];
  try {
    const bare = new Map<number, number>();
    for (const bytes of SIZES) {
      const perSecond = await measureBare(receiver, bytes, options);
      bare.set(bytes, perSecond);
      results.push({ part: 'A bare loop of signed POSTs', what: `${bytes} bytes`, deliveriesPerSecond: perSecond });
    }
    for (const part of options.parts) {
      console.error(`measuring: ${part}`);
      results.push(...(await measure(part, receiver, bare, options)));
    }
  } finally {
    receiver.stop();
    print(results, options);
  }
}

async function measure(
  part: Part,
  receiver: BenchReceiver,
  bare: ReadonlyMap<number, number>,
  options: BenchOptions,
): Promise<Result[]> {
  const onEachQueue = async (work: (queue: BenchOptions['queues'][number]) => Promise<Result[]>) => {
    const results: Result[] = [];
    for (const queue of options.queues) results.push(...(await work(queue)));
    return results;
  };
  switch (part) {
    case 'accept':
      return measureAccepting(options);
    case 'deliver':
      return onEachQueue((queue) => measureDelivering(queue, receiver, bare, options));
    case 'latency':
      return onEachQueue(async (queue) => [await measureLatency(queue, receiver, options)]);
    case 'recovery':
      return onEachQueue((queue) => measureRecovery(queue, receiver, options));
    case 'processes':
      return measureProcesses(receiver, options);
    case 'afternoon':
      return [await measureAfternoon(receiver, options)];
    case 'soak':
      return onEachQueue((queue) => soak(queue, receiver, options));
  }
}

async function measureBare(receiver: BenchReceiver, bytes: number, { deliveries }: BenchOptions): Promise<number> {
  await receiver.expect({});
  return bareLoop(receiver.url, deliveries, bytes);
}
