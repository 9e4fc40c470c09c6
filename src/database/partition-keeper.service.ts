import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { errorText } from '../common/error-text.js';
import { firstUuidAt } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { Transactions } from './transactions.service.js';

const PARTITIONED = [
  { table: 'events', column: 'id', options: '' },
  { table: 'event_entities', column: 'event_id', options: '' },
  // More than half is left free for the one update that each of them gets: it stays on its page, and writes no index.
  { table: 'deliveries', column: 'id', options: ' WITH (fillfactor = 45)' },
  { table: 'attempts', column: 'id', options: '' },
  { table: 'inbound_requests', column: 'id', options: '' },
] as const;
type Partitioned = (typeof PARTITIONED)[number];
const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;
const CHECK_MS = 3_600_000;
/** After a check in which something could not be done. */
const CHECK_AGAIN_MS = 60_000;
/** Whoever comes after a lock that is waited for waits too: nobody is to wait long for the sake of a partition. */
const LOCK_TIMEOUT_MS = 500;

/**
 * Makes a partition a day, ahead of time, and drops those that retention no longer wants. One with pending deliveries is
 * kept until they are done.
 */
@Injectable()
export class PartitionKeeper implements BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    const isDone = await this.keep();
    this.timer = setTimeout(() => void this.start(), isDone ? CHECK_MS : CHECK_AGAIN_MS).unref();
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** Answers whether all was done that is to be done. One thing that fails holds no other up. */
  async keep(): Promise<boolean> {
    const steps = [
      ...this.partitionsAhead(),
      () => this.dropOld(),
      () => this.deleteOldKeys(),
      () => this.deleteOldNotes(),
    ];
    const failures: string[] = [];
    for (const step of steps) await step().catch((error: unknown) => failures.push(errorText(error)));
    if (failures.length === 0) return true;
    this.logger.error(
      { event: 'partitions.failed', failures: failures.length, error: failures[0] },
      'Partitions could not be kept; will try again',
    );
    return false;
  }

  /** Rows of a day without a partition are in the default one, where they block making it: such a day stays there until it is old. */
  private partitionsAhead(): (() => Promise<void>)[] {
    const today = startOfDay(this.clock.now());
    return Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) =>
      this.partitionsOf(new Date(today.getTime() + ahead * DAY_MS)),
    ).flat();
  }

  /** For history that is brought in later. */
  async makeDay(time: Date): Promise<void> {
    for (const make of this.partitionsOf(startOfDay(time))) await make();
  }

  private partitionsOf(from: Date): (() => Promise<void>)[] {
    const to = new Date(from.getTime() + DAY_MS);
    return PARTITIONED.map((partitioned) => () => this.make(partitioned, from, to));
  }

  private async make({ table, column, options }: Partitioned, from: Date, to: Date): Promise<void> {
    const name = partitionName(table, from);
    await this.transactions.run(async (transaction) => {
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('hub:partitions'))`);
      const [existing] = await transaction.query(`SELECT 1 FROM pg_class WHERE relname = $1`, [name]);
      if (existing) return;
      const bounds = [firstUuidAt(from), firstUuidAt(to)];
      const [occupied] = await transaction.query(
        `SELECT 1 FROM ${table}_default WHERE ${column} >= $1 AND ${column} < $2 LIMIT 1`,
        bounds,
      );
      if (occupied) return;
      await transaction.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await transaction.query(
        `CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES FROM ('${bounds[0]}') TO ('${bounds[1]}')${options}`,
      );
    });
  }

  private async dropOld(): Promise<void> {
    const firstKept = startOfDay(new Date(this.clock.now().getTime() - this.config.retentionDays * DAY_MS));
    const [oldest] = await this.transactions.query<{ event_id: string | null; delivery_id: string | null }>(
      `SELECT min(event_id::text) AS event_id, min(delivery_id::text) AS delivery_id FROM pending_deliveries`,
    );
    for (const { table, column } of PARTITIONED) {
      const pending =
        (table === 'events' || table === 'event_entities' ? oldest?.event_id : oldest?.delivery_id) ?? null;
      const rows = await this.transactions.query<{ name: string }>(
        `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = $1::regclass AND c.relname ~ '_[0-9]{8}$'`,
        [table],
      );
      for (const { name } of rows) await this.dropIfOld(table, name, firstKept, pending);
      const bounds = [firstUuidAt(firstKept), ...(pending === null ? [] : [pending])].sort();
      await this.transactions.query(`DELETE FROM ${table}_default WHERE ${column} < $1`, [bounds[0]]);
    }
  }

  private async dropIfOld(table: string, name: string, firstKept: Date, pending: string | null): Promise<void> {
    const end = new Date(partitionDay(name).getTime() + DAY_MS);
    if (end > firstKept || (pending !== null && pending < firstUuidAt(end))) return;
    await this.transactions.run(async (transaction) => {
      await transaction.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await transaction.query(`DROP TABLE IF EXISTS ${name}`);
    });
    this.logger.info(
      { event: 'partition.dropped', table, partition: name },
      'Dropped a partition that is past its retention',
    );
  }

  private async deleteOldKeys(): Promise<void> {
    await this.transactions.query(
      `DELETE FROM idempotency_keys WHERE created_at < ${this.clock.sqlNow} - interval '7 days'`,
    );
  }

  /** By id, for which there is an index. What people changed is kept. */
  private async deleteOldNotes(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.retentionDays * DAY_MS);
    await this.transactions.query(`DELETE FROM audit_log WHERE id < $1 AND action = 'events.accepted'`, [
      firstUuidAt(before),
    ]);
  }
}

function startOfDay(time: Date): Date {
  return new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS);
}

function partitionName(table: string, day: Date): string {
  return `${table}_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
}

function partitionDay(name: string): Date {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
  return new Date(`${year}-${month}-${day}T00:00:00Z`);
}
