import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { uuidTime } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import type { Transaction } from '../common/transaction.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { Transactions } from '../database/transactions.service.js';
import { floorTo } from './grains.js';
import { WHOLE_ACCOUNT, type Grain, GRAINS } from './stats.entities.js';
import { MINUTES_KEPT_MS } from './stats-range.js';
import {
  type BucketRow,
  deleteBuckets,
  findBuckets,
  partnersOf,
  saveBuckets,
  takeDeltas,
  type TakenDelta,
} from './stats-statements.js';
import { addTally, emptyTally } from './tally.js';

const ROLL_UP_MS = 5_000;
const DELTAS_PER_STEP = 500;
const EXPIRE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Rolls up what was noted: by minute, hour and day, for each subscription, its partner and its account. One process at a time does, in
 * transactions that take the notes and add them, so nothing is counted twice or lost, whoever is killed.
 */
@Injectable()
export class StatsRollup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private rolling: Promise<void> | null = null;
  private expiredAt = 0;

  constructor(
    private readonly transactions: Transactions,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), ROLL_UP_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.rolling?.catch(() => undefined);
  }

  /** Rolls up all that is noted by now, unless another process is at it. */
  rollUp(): Promise<void> {
    this.rolling ??= this.takeSteps().finally(() => {
      this.rolling = null;
    });
    return this.rolling;
  }

  /** Drops what is older than its time; minutes sooner than hours and days. */
  async expire(): Promise<void> {
    const retentionMs = this.config.retentionDays * DAY_MS;
    for (const grain of GRAINS) {
      const keptMs = grain === 'minute' ? Math.min(MINUTES_KEPT_MS, retentionMs) : retentionMs;
      await deleteBuckets(grain, floorTo('day', new Date(Date.now() - keptMs)), this.transactions);
    }
  }

  private async tick(): Promise<void> {
    try {
      await this.rollUp();
      if (Date.now() - this.expiredAt < EXPIRE_MS) return;
      this.expiredAt = Date.now();
      await this.expire();
    } catch (error) {
      this.logger.warn(
        { event: 'stats.failed', error: String(error) },
        'Statistics could not be rolled up; will try again',
      );
    }
  }

  private async takeSteps(): Promise<void> {
    while (await this.transactions.run((transaction) => this.step(transaction)));
  }

  /** Answers whether there may be more. */
  private async step(transaction: Transaction): Promise<boolean> {
    const taken = await takeDeltas(DELTAS_PER_STEP, transaction);
    if (taken.length === 0) return false;
    const ids = taken.flatMap(({ content }) => content.map((delta) => delta.subscriptionId));
    const rows = rolledUp(taken, await partnersOf([...new Set(ids)], transaction));
    for (const known of await findBuckets([...rows.values()], transaction)) {
      const row = rows.get(keyOf(known));
      if (row) addTally(row, known);
    }
    await saveBuckets([...rows.values()], transaction);
    return taken.length === DELTAS_PER_STEP;
  }
}

function rolledUp(taken: readonly TakenDelta[], partners: ReadonlyMap<string, string>): Map<string, BucketRow> {
  const rows = new Map<string, BucketRow>();
  for (const { id, content } of taken) {
    const time = uuidTime(id);
    for (const delta of content) {
      const { accountId, subscriptionId } = delta;
      const scopeIds = [subscriptionId, partners.get(subscriptionId) ?? [], WHOLE_ACCOUNT].flat();
      for (const grain of GRAINS) {
        const at = floorTo(grain, time);
        for (const scopeId of scopeIds) addTally(rowOf(rows, { accountId, scopeId, grain, at }), delta);
      }
    }
  }
  return rows;
}

interface BucketKey {
  readonly accountId: string;
  readonly scopeId: string;
  readonly grain: Grain;
  readonly at: Date;
}

function rowOf(rows: Map<string, BucketRow>, bucket: BucketKey): BucketRow {
  const key = keyOf(bucket);
  let row = rows.get(key);
  if (!row) rows.set(key, (row = { ...bucket, ...emptyTally() }));
  return row;
}

function keyOf({ accountId, scopeId, grain, at }: BucketKey): string {
  return `${accountId} ${scopeId} ${grain} ${at.getTime()}`;
}
