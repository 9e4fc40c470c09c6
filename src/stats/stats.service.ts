import { Injectable } from '@nestjs/common';
import type { Caller } from '../accounts/caller.js';
import { Transactions } from '../database/transactions.service.js';
import { DispatchStatus, type OwnBacklog } from '../dispatch/dispatch-status.service.js';
import type { Subscription } from '../subscriptions/subscription.entity.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { WHOLE_ACCOUNT } from './stats.entities.js';
import type { StatsRange } from './stats-range.js';
import { type BucketRow, listBuckets } from './stats-statements.js';
import { addTally, emptyTally, type Tally } from './tally.js';

/** Counting what is owed reads all of it: no more often than this, however many look. */
const BACKLOG_MAX_AGE_MS = 5_000;
const MAX_BACKLOGS = 1_000;

export interface Stats {
  readonly total: Tally;
  /** By when the bucket begins, in milliseconds; those in which nothing happened are missing. */
  readonly buckets: ReadonlyMap<number, Tally>;
}

/** Reads what was counted. A partner's are those of its own subscriptions. */
@Injectable()
export class StatsService {
  private readonly backlogs = new Map<string, { readonly at: number; readonly read: Promise<OwnBacklog> }>();

  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionsService,
    private readonly dispatch: DispatchStatus,
  ) {}

  /** Of one subscription, or of all. */
  async read({ accountId, partnerId }: Caller, subscriptionId: string | null, range: StatsRange): Promise<Stats> {
    const scopeIds = [subscriptionId ?? partnerId ?? WHOLE_ACCOUNT];
    const rows = await listBuckets({ accountId, scopeIds, ...range }, this.transactions);
    const total = emptyTally();
    for (const row of rows) addTally(total, row);
    return { total, buckets: new Map(rows.map((row) => [row.at.getTime(), row])) };
  }

  /** By bucket of each of these subscriptions, in one query. */
  async ofEach({ accountId }: Caller, rows: readonly Subscription[], range: StatsRange): Promise<BucketRow[]> {
    if (rows.length === 0) return [];
    return listBuckets({ accountId, scopeIds: rows.map((row) => row.id), ...range }, this.transactions);
  }

  /** Refuses another's subscription. */
  async requireOwn(caller: Caller, subscriptionId: string | null): Promise<void> {
    if (subscriptionId !== null) await this.subscriptions.get(caller, subscriptionId);
  }

  async backlog({ accountId, partnerId }: Caller, subscriptionId: string | null): Promise<OwnBacklog> {
    const key = `${accountId} ${partnerId ?? ''} ${subscriptionId ?? ''}`;
    const known = this.backlogs.get(key);
    if (known && performance.now() - known.at < BACKLOG_MAX_AGE_MS) return known.read;
    if (this.backlogs.size >= MAX_BACKLOGS) this.backlogs.clear();
    const read = this.dispatch.backlogOf({ accountId, partnerId, subscriptionId });
    this.backlogs.set(key, { at: performance.now(), read });
    read.catch(() => this.backlogs.delete(key));
    return read;
  }
}
