import { parseArgs } from 'node:util';

/** What is measured. `soak` only when it is asked for: it takes as long as it says. */
export const PARTS = ['accept', 'deliver', 'latency', 'recovery', 'processes', 'afternoon', 'soak'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly deliveries: number;
  readonly batch: number;
  readonly producers: number;
  readonly queues: readonly QueueKind[];
  readonly redisUrl: string;
  readonly parts: readonly Part[];
  /** Only the first scenario of `deliver`. */
  readonly baseOnly: boolean;
  readonly processCounts: readonly number[];
  readonly soakMinutes: number;
  readonly soakBacklog: number;
  /** Where the hub's CPU profiles go; `null`: none are made. */
  readonly profileDir: string | null;
}

export type QueueKind = 'in-process' | 'bull';

export const USAGE = `npm run bench -- [options]

  --deliveries 20000         in each measured run
  --batch 100                events in one POST /v1/events/batch
  --producers 4              requests under way at once
  --queues in-process,bull   Bull needs a Redis
  --redis redis://127.0.0.1:6379
  --only accept,deliver,latency,recovery,processes,afternoon
  --base-only                of deliver only fan-out 1, 1 KB
  --processes 1,2,4          worker processes beside one API process
  --soak-minutes 10          with --only soak: full load on a backlog of --soak-backlog 200000
  --profile DIR              keeps CPU profiles of the hub, for Chrome's DevTools`;

/** `null`: only the usage is asked for. */
export function readOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      deliveries: { type: 'string', default: '20000' },
      batch: { type: 'string', default: '100' },
      producers: { type: 'string', default: '4' },
      queues: { type: 'string', default: 'in-process,bull' },
      redis: { type: 'string', default: 'redis://127.0.0.1:6379' },
      only: { type: 'string', default: PARTS.filter((part) => part !== 'soak').join() },
      'base-only': { type: 'boolean', default: false },
      processes: { type: 'string', default: '1,2,4' },
      'soak-minutes': { type: 'string', default: '10' },
      'soak-backlog': { type: 'string', default: '200000' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    deliveries: positive('deliveries', values.deliveries),
    batch: positive('batch', values.batch),
    producers: positive('producers', values.producers),
    queues: values.queues.split(',').map((text) => oneOf('queues', text, ['in-process', 'bull'] as const)),
    redisUrl: values.redis,
    parts: values.only.split(',').map((text) => oneOf('only', text, PARTS)),
    baseOnly: values['base-only'],
    processCounts: values.processes.split(',').map((text) => positive('processes', text)),
    soakMinutes: positive('soak-minutes', values['soak-minutes']),
    soakBacklog: positive('soak-backlog', values['soak-backlog']),
    profileDir: values.profile ?? null,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number of at least 1.`);
  return value;
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((value) => value === text);
  if (found === undefined) throw new Error(`--${name} takes ${known.join(', ')}; not "${text}".`);
  return found;
}
