import { measureAfternoon } from './bench/afternoon.js';
import { measureAccepting, measureDelivering, measureLatency } from './bench/deliver.js';
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
    for (const part of options.parts) {
      console.error(`measuring: ${part}`);
      results.push(...(await measure(part, receiver, options)));
    }
  } finally {
    receiver.stop();
    print(results, options);
  }
}

async function measure(part: Part, receiver: BenchReceiver, options: BenchOptions): Promise<Result[]> {
  const onEachQueue = async (work: (queue: BenchOptions['queues'][number]) => Promise<Result[]>) => {
    const results: Result[] = [];
    for (const queue of options.queues) results.push(...(await work(queue)));
    return results;
  };
  switch (part) {
    case 'accept':
      return measureAccepting(options);
    case 'deliver':
      return onEachQueue((queue) => measureDelivering(queue, receiver, options));
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
