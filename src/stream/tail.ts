import { parsePublicId } from '../common/ids.js';
import type { Transaction } from '../common/transaction.js';
import { ChangeFeed } from './change-feed.js';
import { attemptEvent, deliveryEvent, retriedEvent, type StreamEvent, subscriptionEvent } from './stream-events.js';
import type { StreamScope } from './stream-scope.js';
import {
  type AttemptRow,
  type ChangeRow,
  deliveriesWithin,
  type DeliveryRow,
  newAttempts,
  newChanges,
  newDeliveries,
  statusesOf,
  subscriptionsWithin,
} from './stream-statements.js';

const ROWS_AT_ONCE = 500;
/** Whoever is as far behind as that is told so instead. */
const MAX_LOOKS_BEHIND = 4;

export interface Looked {
  readonly events: readonly StreamEvent[];
  /** There is more already. */
  readonly isBehind: boolean;
  /** How many events are left out; `null`: unknown. */
  readonly missed: number | null;
}

/** The end of the history that one stream shows: attempts, planned deliveries, and changes, in the order of their ids. */
export class Tail {
  private readonly attempts: ChangeFeed<AttemptRow>;
  private readonly deliveries: ChangeFeed<DeliveryRow>;
  private readonly changes: ChangeFeed<ChangeRow>;
  private looksBehind = 0;

  constructor(
    private readonly scope: StreamScope,
    private readonly runner: Pick<Transaction, 'query'>,
    since: Date,
    alreadySeen: readonly string[],
  ) {
    this.attempts = new ChangeFeed(newAttempts(scope, runner), since, alreadySeen);
    this.deliveries = new ChangeFeed(newDeliveries(scope, runner), since, alreadySeen);
    this.changes = new ChangeFeed(newChanges(scope, runner), since, alreadySeen);
  }

  async look(): Promise<Looked> {
    if (this.looksBehind >= MAX_LOOKS_BEHIND) {
      this.looksBehind = 0;
      return { events: [], isBehind: true, missed: await this.skip() };
    }
    const now = new Date();
    const attempts = await this.attempts.next(ROWS_AT_ONCE, now);
    const deliveries = await this.deliveries.next(ROWS_AT_ONCE, now);
    const changes = await this.changes.next(ROWS_AT_ONCE, now);
    const events = [
      ...(await this.attemptEvents(attempts)),
      ...deliveries.map(deliveryEvent),
      ...(await this.changeEvents(changes)),
    ].sort((left, right) => (left.order < right.order ? -1 : 1));
    const isBehind = [attempts, deliveries, changes].some((rows) => rows.length === ROWS_AT_ONCE);
    this.looksBehind = isBehind ? this.looksBehind + 1 : 0;
    return { events, isBehind, missed: 0 };
  }

  private async skip(): Promise<number | null> {
    const now = new Date();
    const feeds = [this.attempts, this.deliveries, this.changes];
    let missed: number | null = 0;
    for (const feed of feeds) {
      const skipped = await feed.skip(now);
      missed = missed === null || skipped === null ? null : missed + skipped;
    }
    return missed;
  }

  private async attemptEvents(rows: readonly AttemptRow[]): Promise<StreamEvent[]> {
    const ids = rows.flatMap((row) => row.delivery_id ?? []);
    const statuses = await statusesOf(ids, this.runner);
    return rows.map((row) => attemptEvent(row, statuses));
  }

  private async changeEvents(rows: readonly ChangeRow[]): Promise<StreamEvent[]> {
    const idsOf = (kind: 'subscription' | 'delivery') =>
      rows.flatMap((row) => parsePublicId(kind, row.target_id) ?? []);
    const subscriptionIds = this.scope.eventId === null ? idsOf('subscription') : [];
    const subscriptions = await subscriptionsWithin(this.scope, subscriptionIds, this.runner);
    const deliveries = await deliveriesWithin(this.scope, idsOf('delivery'), this.runner);
    return rows.flatMap((row) => {
      const delivery = deliveries.get(parsePublicId('delivery', row.target_id) ?? '');
      if (delivery) return [retriedEvent(row, delivery)];
      return subscriptions.has(parsePublicId('subscription', row.target_id) ?? '') ? [subscriptionEvent(row)] : [];
    });
  }
}
