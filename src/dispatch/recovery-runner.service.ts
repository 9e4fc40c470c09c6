import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { errorText } from '../common/error-text.js';
import { LOGGER } from '../common/logger.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { toJobs } from './delivery-planner.service.js';
import { hurryDeliveries, reopenDeliveries } from './delivery-statements.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';
import { Recovery } from './recovery.entity.js';
import { type Candidate, findCandidates } from './recovery-statements.js';

const LOOK_EVERY_MS = 500;
/** The rate cap: a receiver that has just come back must not be run over. */
const DELIVERIES_PER_STEP = 200;
const STEP_MS = 1_000;
/** What was only looked at costs the receivers nothing, but the database some. */
const MIN_PAUSE_MS = 100;

/** Carries out recoveries and retries of many, a step at a time; a step is one transaction, so a killed process leaves none half done. */
@Injectable()
export class RecoveryRunner {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionsService,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  /** Takes every step that is due now. */
  async look(): Promise<void> {
    this.looking ??= this.takeSteps().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async takeSteps(): Promise<void> {
    try {
      while (await this.transactions.run((transaction) => this.step(transaction)));
    } catch (error) {
      this.logger.warn(
        { event: 'recovery.failed', error: errorText(error) },
        'A step of a recovery failed; it will be tried again',
      );
    }
  }

  /**
   * Answers whether there was one to take. Of those of one subscription, and of an account's or a partner's retries, the oldest
   * runs first: together they would be too fast.
   */
  private async step(transaction: Transaction): Promise<boolean> {
    const [due] = await transaction.query<{ id: string }>(
      `SELECT id FROM recoveries r WHERE status = 'running' AND next_step_at <= ${this.clock.sqlNow}
         AND NOT EXISTS (
           SELECT FROM recoveries o WHERE o.status = 'running' AND o.id < r.id AND o.account_id = r.account_id
             AND o.subscription_id IS NOT DISTINCT FROM r.subscription_id
             AND (r.subscription_id IS NOT NULL OR o.partner_id IS NOT DISTINCT FROM r.partner_id))
       ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (!due) return false;
    const recovery = await transaction.manager.findOneByOrFail(Recovery, { id: due.id });
    if (recovery.subscriptionId !== null && recovery.filter === null) {
      const status = await this.subscriptions.lockStatus(recovery.subscriptionId, transaction);
      if (status !== 'active') {
        const reason = status === null ? 'the subscription was deleted' : `the subscription is ${status}`;
        await this.finish(transaction, recovery, { status: 'stopped', reason });
        return true;
      }
    }
    await this.recover(transaction, recovery);
    return true;
  }

  private async recover(transaction: Transaction, recovery: Recovery): Promise<void> {
    const { candidates, position } = await findCandidates(recovery, DELIVERIES_PER_STEP, transaction);
    const taken = await this.makeDue(candidates, transaction);
    transaction.afterCommit(() => this.queue.add(toJobs(taken)));
    const progress = {
      recovered: recovery.recovered + taken.length,
      leftOut: recovery.leftOut + candidates.length - taken.length,
    };
    if (position === null) return this.finish(transaction, recovery, { status: 'done', ...progress });
    const pauseMs = Math.max(MIN_PAUSE_MS, (STEP_MS * candidates.length) / DELIVERIES_PER_STEP);
    const nextStepAt = new Date((await this.clock.databaseNow(transaction)).getTime() + pauseMs);
    await transaction.manager.update(Recovery, { id: recovery.id }, { ...progress, position, nextStepAt });
  }

  /** Those whose subscriptions are active, and stay so until the transaction ends. */
  private async makeDue(candidates: readonly Candidate[], transaction: Transaction) {
    const active = await this.subscriptions.lockActive(
      candidates.map((one) => one.subscriptionId),
      transaction,
    );
    const open = candidates.filter((one) => active.has(one.subscriptionId));
    const idsOf = (pending: boolean) =>
      open.filter(({ status }) => (status === 'pending') === pending).map((one) => one.id);
    const hurried = await hurryDeliveries(idsOf(true), this.clock.sqlNow, transaction);
    const reopened = await reopenDeliveries(idsOf(false), this.clock.sqlNow, transaction);
    return [...hurried, ...reopened];
  }

  private async finish(transaction: Transaction, recovery: Recovery, changes: Partial<Recovery>): Promise<void> {
    await transaction.manager.update(Recovery, { id: recovery.id }, { ...changes, finishedAt: this.clock.now() });
  }
}
