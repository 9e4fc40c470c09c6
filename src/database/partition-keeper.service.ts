import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { firstUuidAt } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { Transactions } from './transactions.service.js';

const PARTITIONED = [
  { table: 'events', options: '' },
  { table: 'event_entities', options: '' },
  { table: 'deliveries', options: ' WITH (fillfactor = 70)' },
  { table: 'attempts', options: '' },
  { table: 'inbound_requests', options: '' },
] as const;
const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;
const CHECK_MS = 3_600_000;

/**
 * Makes a partition a day, ahead of time, and drops those that retention no longer wants. One with pending deliveries is
 * kept until they are done.
 */
@Injectable()
export class PartitionKeeper {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    await this.keep();
    this.timer = setInterval(() => void this.keep(), CHECK_MS).unref();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  async keep(): Promise<void> {
    try {
      await this.makeAhead();
      await this.dropOld();
      await this.transactions.query(
        `DELETE FROM idempotency_keys WHERE created_at < ${this.clock.sqlNow} - interval '7 days'`,
      );
      await this.transactions.query(
        `DELETE FROM audit_log WHERE action = 'events.accepted' AND created_at < ${this.clock.sqlNow} - $1 * interval '1 day'`,
        [this.config.retentionDays],
      );
    } catch (error) {
      this.logger.error(
        { event: 'partitions.failed', error: String(error) },
        'Partitions could not be kept; will try again',
      );
    }
  }

  /** Rows of a day without a partition are in the default one, where they block making it: such a day stays there. */
  private async makeAhead(): Promise<void> {
    const today = startOfDay(this.clock.now());
    for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
      const from = new Date(today.getTime() + ahead * DAY_MS);
      const to = new Date(from.getTime() + DAY_MS);
      for (const { table, options } of PARTITIONED) await this.make(table, options, from, to);
    }
  }

  private async make(table: string, options: string, from: Date, to: Date): Promise<void> {
    const name = partitionName(table, from);
    const column = table === 'event_entities' ? 'event_id' : 'id';
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
    for (const { table } of PARTITIONED) {
      const pending = table === 'events' || table === 'event_entities' ? oldest?.event_id : oldest?.delivery_id;
      const rows = await this.transactions.query<{ name: string }>(
        `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = $1::regclass AND c.relname ~ '_[0-9]{8}$'`,
        [table],
      );
      for (const { name } of rows) await this.dropIfOld(table, name, firstKept, pending ?? null);
    }
  }

  private async dropIfOld(table: string, name: string, firstKept: Date, pending: string | null): Promise<void> {
    const end = new Date(partitionDay(name).getTime() + DAY_MS);
    if (end > firstKept || (pending !== null && pending < firstUuidAt(end))) return;
    await this.transactions.query(`DROP TABLE IF EXISTS ${name}`);
    this.logger.info(
      { event: 'partition.dropped', table, partition: name },
      'Dropped a partition that is past its retention',
    );
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
