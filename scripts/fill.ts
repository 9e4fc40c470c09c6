import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { PartitionKeeper } from '../src/database/partition-keeper.service.js';
import { Transactions } from '../src/database/transactions.service.js';
import { makeCast } from './fill/cast.js';
import { attemptsPerEvent, type Day, prepare, writeDay } from './fill/history.js';
import { compare } from './fill/compare.js';
import { measurePages } from './fill/measure.js';
import { openHub, type OpenHub } from './fill/open-hub.js';
import { writeStatistics } from './fill/statistics.js';

/**
 * Fills a hub's database with the history of RETENTION_DAYS days, as if it had been running all that time. The hub itself must
 * not run on an embedded database meanwhile. `npm run fill -- --help`.
 */

const DAY_MS = 86_400_000;
const FILLED_TABLES = ['events', 'event_entities', 'deliveries', 'attempts'];

const { values: options } = parseArgs({
  options: {
    attempts: { type: 'string', default: '10000000' },
    subscriptions: { type: 'string', default: '50' },
    measure: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(
    'npm run fill -- [--attempts 10000000] [--subscriptions 50]\nnpm run fill -- --measure   times pages of what is filled\nnpm run fill -- --compare   what accepting and delivering cost beside an empty database',
  );
} else if (options.compare) {
  await compare();
} else {
  const hub = await openHub();
  try {
    if (!options.measure) await fill(hub, Number(options.attempts), Number(options.subscriptions));
    else if (!(await measurePages(hub))) process.exitCode = 1;
  } finally {
    await hub.stop();
  }
}

async function fill({ app, config, operator }: OpenHub, attempts: number, subscriptions: number): Promise<void> {
  const transactions = app.get(Transactions);
  const cast = await makeCast(app, operator, subscriptions);
  const days = spread(Math.ceil(attempts / attemptsPerEvent(cast)), config.retentionDays, new Date());
  for (const { from } of days) await app.get(PartitionKeeper).makeDay(from);
  const startedAt = performance.now();
  for (const [index, day] of days.entries()) {
    await transactions.run(async (transaction) => {
      await prepare(cast, transaction);
      await writeDay(cast, day, transaction);
      await writeStatistics(day, transaction);
    });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    console.log(
      `${day.from.toISOString().slice(0, 10)}  day ${index + 1} of ${days.length}  ${day.events} events  ${seconds} s`,
    );
  }
  for (const name of await partitions(transactions)) await transactions.query(`VACUUM (ANALYZE) ${name}`);
  for (const table of FILLED_TABLES) await transactions.query(`ANALYZE ${table}`);
  await report(transactions);
}

/** Evenly over the days that retention keeps, the last one up to now. */
function spread(events: number, retentionDays: number, now: Date): Day[] {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const first = today - (retentionDays - 1) * DAY_MS;
  return Array.from({ length: retentionDays }, (_, index) => {
    const from = first + index * DAY_MS;
    const to = Math.min(from + DAY_MS, now.getTime());
    return {
      from: new Date(from),
      to: new Date(to),
      events: Math.ceil((events * (to - from)) / (now.getTime() - first)),
    };
  });
}

async function partitions(transactions: Transactions): Promise<string[]> {
  const rows = await transactions.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = ANY($1::regclass[]) ORDER BY 1`,
    [FILLED_TABLES],
  );
  return rows.map(({ name }) => name);
}

async function report(transactions: Transactions): Promise<void> {
  const rows = await transactions.query<{ table: string; rows: string; bytes: string; index_bytes: string }>(
    `SELECT p.inhparent::regclass::text AS table, sum(c.reltuples)::bigint AS rows, sum(pg_total_relation_size(c.oid)) AS bytes,
       sum(pg_indexes_size(c.oid)) AS index_bytes
     FROM pg_inherits p JOIN pg_class c ON c.oid = p.inhrelid WHERE p.inhparent = ANY($1::regclass[]) GROUP BY 1 ORDER BY 1`,
    [FILLED_TABLES],
  );
  console.table(
    rows.map((row) => ({
      table: row.table,
      rows: Number(row.rows),
      MB: Math.round(Number(row.bytes) / 1_000_000),
      'of that indexes': Math.round(Number(row.index_bytes) / 1_000_000),
    })),
  );
}
