import { parseArgs } from 'node:util';
import { printReport } from './chaos/print.js';
import { type ChaosOptions, ChaosRun } from './chaos/run.js';

/** Kills the hub's processes, its Redis and its PostgreSQL under traffic, and checks that nothing is lost. docs/chaos.md */

const USAGE = `npm run chaos -- [--seed 1] [--minutes 1] [--queue bull|in-process] [--database separate|embedded] [--kill api,worker-1,worker-2,hub,redis,postgres] [--keep DIRECTORY]`;

/** HatchBeacon's whole schedule: what is still waiting afterwards waits for minutes. */
const HORIZON_SECONDS = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    queue: { type: 'string', default: 'bull' },
    database: { type: 'string' },
    kill: { type: 'string' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function readOptions(): ChaosOptions | null {
  const { queue, database = queue === 'bull' ? 'separate' : 'embedded' } = values;
  const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
  if (values.help || !Number.isInteger(seed) || !(minutes > 0)) return null;
  if (queue !== 'bull' && queue !== 'in-process') return null;
  if (database !== 'separate' && (database !== 'embedded' || queue === 'bull')) return null;
  return {
    seed,
    durationMs: minutes * 60_000,
    horizonSeconds: HORIZON_SECONDS,
    queue,
    database,
    ...(values.kill !== undefined && { targets: values.kill.split(',') }),
    ...(values.keep !== undefined && { keepIn: values.keep }),
    log: (line) => console.log(line),
  };
}

async function main(options: ChaosOptions): Promise<void> {
  const run = new ChaosRun(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void run.stop().finally(() => process.exit(130)));
  }
  console.log(
    `seed ${options.seed}, ${options.durationMs / 1_000} s, ${options.queue} queue, ${options.database} database`,
  );
  try {
    const report = await run.run();
    printReport(options, report);
    process.exitCode = report.checks.every(({ violations }) => violations.length === 0) ? 0 : 1;
  } finally {
    await run.stop();
  }
}

const options = readOptions();
if (options) await main(options);
else {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
}
