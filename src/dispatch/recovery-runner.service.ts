import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { firstUuidAt } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { toJobs } from './delivery-planner.service.js';
import { reopenDeliveries } from './delivery-statements.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';
import { MISSED } from './recoveries.service.js';
import { Recovery } from './recovery.entity.js';

const LOOK_EVERY_MS = 500;
/** The rate cap: a receiver that has just come back must not be run over. */
const DELIVERIES_PER_STEP = 200;
const STEP_MS = 1_000;

/** Carries out recoveries, a step at a time; a step is one transaction, so a killed process leaves none half done. */
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
        { event: 'recovery.failed', error: String(error) },
        'A step of a recovery failed; it will be tried again',
      );
    }
  }

  /** Answers whether there was one to take. Of one subscription the oldest runs first: together they would be too fast. */
  private async step(transaction: Transaction): Promise<boolean> {
    const [due] = await transaction.query<{ id: string }>(
      `SELECT id FROM recoveries r WHERE status = 'running' AND next_step_at <= ${this.clock.sqlNow}
         AND NOT EXISTS (SELECT FROM recoveries o WHERE o.subscription_id = r.subscription_id
                           AND o.status = 'running' AND o.id < r.id)
       ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (!due) return false;
    const recovery = await transaction.manager.findOneByOrFail(Recovery, { id: due.id });
    const status = await this.subscriptions.lockStatus(recovery.subscriptionId, transaction);
    if (status !== 'active') {
      const reason = status === null ? 'the subscription was deleted' : `the subscription is ${status}`;
      await this.finish(transaction, recovery, { status: 'stopped', reason });
      return true;
    }
    await this.recover(transaction, recovery);
    return true;
  }

  private async recover(transaction: Transaction, recovery: Recovery): Promise<void> {
    const missed = await transaction.query<{ id: string }>(
      `SELECT id FROM deliveries WHERE subscription_id = $1 AND id > $2 AND id >= $3 AND id < $4 AND ${MISSED}
       ORDER BY id LIMIT ${DELIVERIES_PER_STEP}`,
      [recovery.subscriptionId, recovery.position ?? NIL, firstUuidAt(recovery.since), firstUuidAt(recovery.until)],
    );
    const ids = missed.map((row) => row.id);
    const reopened = await reopenDeliveries(ids, this.clock.sqlNow, transaction);
    transaction.afterCommit(() => this.queue.add(toJobs(reopened)));
    const recovered = recovery.recovered + reopened.length;
    if (ids.length < DELIVERIES_PER_STEP) return this.finish(transaction, recovery, { status: 'done', recovered });
    const nextStepAt = new Date((await this.clock.databaseNow(transaction)).getTime() + STEP_MS);
    await transaction.manager.update(
      Recovery,
      { id: recovery.id },
      { recovered, position: ids.at(-1) ?? null, nextStepAt },
    );
  }

  private async finish(transaction: Transaction, recovery: Recovery, changes: Partial<Recovery>): Promise<void> {
    await transaction.manager.update(Recovery, { id: recovery.id }, { ...changes, finishedAt: this.clock.now() });
  }
}

const NIL = '00000000-0000-0000-0000-000000000000';
