import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { firstUuidAt } from '../../src/common/ids.js';
import { PartitionKeeper } from '../../src/database/partition-keeper.service.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { hubNow, untilDeliveries } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

const DAY_MS = 86_400_000;
const RETENTION_DAYS = 30;
/** Beyond those that are made ahead, whatever tests before did to the clock. */
const DAYS_BEYOND = 8;
const TABLES = ['events', 'event_entities', 'deliveries', 'attempts'];

describe('keeping partitions', () => {
  let hub: TestHub;
  let receiver: Receiver;
  let keeper: PartitionKeeper;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
    keeper = hub.app.get(PartitionKeeper);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const sql = <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
    hub.app.get(Transactions).query<Row>(text, parameters);

  async function partitionsOf(table: string): Promise<string[]> {
    const rows = await sql<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1`,
      [table],
    );
    return rows.map(({ name }) => name);
  }

  const nameOf = (table: string, days: number) =>
    `${table}_${new Date(hubNow(hub).getTime() + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`;

  async function countOf(table: string): Promise<number> {
    const [row] = await sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row?.count ?? 0;
  }

  it('makes them for today and the next days, whatever became of one of them', async () => {
    await sql(`ALTER TABLE events RENAME TO events_away`);
    expect(await keeper.keep()).toBe(false);
    await sql(`ALTER TABLE events_away RENAME TO events`);
    for (const table of ['deliveries', 'attempts', 'inbound_requests']) {
      expect(await partitionsOf(table)).toEqual([
        ...[0, 1, 2, 3].map((days) => nameOf(table, days)),
        `${table}_default`,
      ]);
    }
    expect(await keeper.keep()).toBe(true);
    expect(await partitionsOf('events')).toContain(nameOf('events', 3));
  });

  it('holds nobody up for long where somebody reads for hours', async () => {
    const reader = new pg.Client({ connectionString: hub.databaseUrl });
    await reader.connect();
    await reader.query('BEGIN; SELECT count(*) FROM events');
    await hub.advance(DAY_MS);
    expect(await keeper.keep()).toBe(false);
    await hub.send({ type: 'custom.read', data: {} });
    await reader.query('COMMIT');
    await reader.end();
    expect(await keeper.keep()).toBe(true);
    expect(await partitionsOf('events')).toContain(nameOf('events', 3));
  });

  it('deletes what is past its retention of a day that had no partition', async () => {
    const days = [-RETENTION_DAYS - 1, -RETENTION_DAYS + 1].map(
      (offset) => new Date(hubNow(hub).getTime() + offset * DAY_MS),
    );
    for (const day of days) {
      await sql(
        `INSERT INTO event_entities (account_id, entity, entity_id, event_id) SELECT id, 'job', 'job_1', $1 FROM accounts`,
        [firstUuidAt(day)],
      );
    }
    expect(await countOf('event_entities_default')).toBe(2);
    expect(await keeper.keep()).toBe(true);
    expect(await countOf('event_entities_default')).toBe(1);
  });

  it('makes and drops them while traffic runs, and refuses nothing', async () => {
    const { id } = await hub.subscribe({ url: `${receiver.url}/traffic`, events: ['custom.traffic'] });
    const statuses: number[] = [];
    let isOver = false;
    const produce = async () => {
      while (!isOver) statuses.push((await hub.post('/v1/events', { type: 'custom.traffic', data: {} })).status);
    };
    const producers = Array.from({ length: 8 }, produce);
    const dayOf = (days: number) => new Date(hubNow(hub).getTime() + days * DAY_MS);
    for (const days of [-3, -2, -1, DAYS_BEYOND, DAYS_BEYOND + 1, DAYS_BEYOND + 2]) {
      const day = days < 0 ? days - RETENTION_DAYS : days;
      await untilTrue(async () => {
        await keeper.makeDay(dayOf(day));
        return true;
      });
      expect(await partitionsOf('attempts')).toContain(nameOf('attempts', day));
    }
    await untilTrue(() => keeper.keep());
    isOver = true;
    await Promise.all(producers);

    for (const table of TABLES) {
      const kept = await partitionsOf(table);
      for (const days of [1, 2, 3]) expect(kept).not.toContain(nameOf(table, -RETENTION_DAYS - days));
      expect(kept).toContain(nameOf(table, DAYS_BEYOND + 2));
    }
    expect(statuses.length).toBeGreaterThan(producers.length);
    expect(new Set(statuses)).toEqual(new Set([202]));
    await receiver.waitFor('/traffic', statuses.length);
    await hub.delete(`/v1/subscriptions/${id}`);
  });

  /** A partition that has to wait for others is given up, and tried again later. */
  async function untilTrue(step: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!(await step().catch(() => false))) {
      if (Date.now() > deadline) throw new Error('The partitions were never kept.');
    }
  }

  it('drops what is past its retention, but not while it is owed', async () => {
    receiver.answerNext('/hook', 500);
    const { id } = await hub.subscribe({ url: `${receiver.url}/hook`, events: ['application.submitted'] });
    await hub.send({ type: 'application.submitted', data: { application: { id: 'app_1' } } });
    const [waiting] = await untilDeliveries(hub, id, 1, ({ attempts }) => attempts === 1);
    // What is owed keeps its time, whatever the clock says.
    await sql(`UPDATE pending_deliveries SET next_attempt_at = 'infinity', enqueue_at = NULL`);
    await hub.advance((RETENTION_DAYS + 2) * DAY_MS);
    expect(await keeper.keep()).toBe(true);
    expect(await Promise.all(TABLES.map(countOf))).not.toContain(0);

    await sql(`UPDATE pending_deliveries SET next_attempt_at = now(), enqueue_at = now()`);
    await hub.advance(0);
    await untilDeliveries(hub, id, 1, ({ status }) => status === 'delivered');
    expect(await keeper.keep()).toBe(true);
    expect(waiting?.status).toBe('pending');
    expect(await Promise.all(TABLES.map(countOf))).toEqual(TABLES.map(() => 0));
  });
});
