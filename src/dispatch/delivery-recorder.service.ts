import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { isDatabaseAway } from '../common/database-away.js';
import type { Transaction } from '../common/transaction.js';
import { GroupCommit } from '../database/group-commit.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AttemptMade } from '../event-bus/internal-events.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import type { ClaimedDelivery } from './claim-statements.js';
import { type SentDelivery, UNRECORDED } from './delivery-sender.service.js';
import { findErased } from './erasure-statements.js';
import { finishDeliveries, rescheduleRetries } from './result-statements.js';

/** A commit costs as much as recording many calls: a few milliseconds bring company, and keep no more than a place in the worker. */
const LINGER_MS = 10;
/** As long as nobody can claim, a result is good even after its lease. */
const AWAY_LIMIT_MS = 120_000;
const AWAY_RETRY_MS = 200;

/** Records what calls came to: many deliveries in one transaction, the task history and the receivers' health with them. */
@Injectable()
export class DeliveryRecorder {
  private readonly group: GroupCommit<SentDelivery, void>;

  constructor(
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    private readonly subscriptions: SubscriptionsService,
  ) {
    this.group = new GroupCommit((sent) => this.commit(sent), {
      maxWeight: 500,
      maxConcurrent: 1,
      weigh: () => 1,
      lingerMs: LINGER_MS,
    });
  }

  /** Resolves once it is committed. A database that is away for a while is waited for: else the call would be made again. */
  async record(sent: SentDelivery): Promise<void> {
    const giveUpAt = performance.now() + AWAY_LIMIT_MS;
    for (;;) {
      try {
        return await this.group.submit(sent);
      } catch (error) {
        if (!isDatabaseAway(error) || performance.now() > giveUpAt) throw error;
        await delay(AWAY_RETRY_MS);
      }
    }
  }

  /** A call that belongs to no delivery: only history. */
  async recordAttempt(attempt: AttemptMade): Promise<void> {
    await this.transactions.run((transaction) =>
      this.bus.publish('AttemptsMade', { attempts: [attempt], ailing: [] }, transaction),
    );
  }

  /** What cannot be sent, and never will be: it fails without a call. */
  async giveUp(claims: readonly ClaimedDelivery[], reason: string): Promise<void> {
    const finished = claims.map(({ id, leaseToken: token, attempts }) => {
      return { id, token, status: 'failed' as const, reason, attempts };
    });
    await this.transactions.run(async (transaction) => {
      const held = new Set(await finishDeliveries(finished, this.clock.sqlNow, transaction));
      const ended = claims
        .filter(({ id }) => held.has(id))
        .map(({ accountId, subscriptionId }) => ({
          accountId,
          subscriptionId,
          status: 'failed' as const,
          deliveries: 1,
        }));
      await this.bus.publish('DeliveriesEnded', { ended }, transaction);
    });
  }

  private async commit(sent: readonly SentDelivery[]): Promise<void[]> {
    await this.transactions.run(async (transaction) => {
      // Asked for together and done in this order: each is sent, in statements of its own, before the first is waited for.
      const [ailing, held] = await Promise.all([
        this.lockAiling(sent, transaction),
        this.applyDecisions(sent, transaction),
      ]);
      const attempts = await this.attemptsOf(sent, held, transaction);
      await this.bus.publish('AttemptsMade', { attempts, ailing }, transaction);
    });
    return sent.map(() => undefined);
  }

  private lockAiling(sent: readonly SentDelivery[], transaction: Transaction): Promise<string[]> {
    const idsOf = (delivered: boolean) => {
      const attempts = sent.map(({ attempt }) => attempt);
      const counting = attempts.filter(({ counts, outcome }) => counts && (outcome === 'delivered') === delivered);
      return [...new Set(counting.map(({ subscriptionId }) => subscriptionId))];
    };
    return this.subscriptions.lockAiling(idsOf(false), idsOf(true), transaction);
  }

  /** A result that comes after its lease was lost is history, and changes nothing else. */
  private async attemptsOf(
    sent: readonly SentDelivery[],
    held: ReadonlySet<string>,
    transaction: Transaction,
  ): Promise<AttemptMade[]> {
    const lost = sent.filter(({ claim }) => !held.has(claim.id)).map(({ claim }) => claim.eventId);
    // An event that is erased while it is being sent takes the lease with it.
    const erased = await findErased(lost, transaction);
    return sent.map(({ claim, attempt }) => {
      if (held.has(claim.id)) return attempt;
      return { ...attempt, ...(erased.has(claim.eventId) && UNRECORDED), late: true, counts: false };
    });
  }

  private async applyDecisions(sent: readonly SentDelivery[], transaction: Transaction): Promise<Set<string>> {
    const finished = sent.flatMap(({ claim, decision }) => {
      if (decision.outcome === 'retry') return [];
      const reason = decision.outcome === 'failed' ? decision.reason : null;
      return [
        { id: claim.id, token: claim.leaseToken, status: decision.outcome, reason, attempts: claim.attempts + 1 },
      ];
    });
    const retries = sent.flatMap(({ claim, decision }) => {
      if (decision.outcome !== 'retry') return [];
      const { id, leaseToken: token, attempts, scheduleFrom, probe } = claim;
      return [
        { id, token, attempts: attempts + 1, scheduleFrom: scheduleFrom + (probe ? 1 : 0), afterMs: decision.afterMs },
      ];
    });
    const held = await Promise.all([
      finishDeliveries(finished, this.clock.sqlNow, transaction),
      rescheduleRetries(retries, this.clock.sqlNow, transaction),
    ]);
    return new Set(held.flat());
  }
}
