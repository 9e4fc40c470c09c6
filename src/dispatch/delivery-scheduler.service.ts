import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { errorText } from '../common/error-text.js';
import { LOGGER } from '../common/logger.js';
import { Transactions } from '../database/transactions.service.js';
import { toJobs } from './delivery-planner.service.js';
import { findOverdue, startProbes, takeDue } from './delivery-statements.js';
import { DeliveryWorker } from './delivery-worker.service.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';

const TICK_MS = 250;
const MAX_IDS_PER_STEP = 1_000;
/** How often it looks for what is overdue, and by how much that has to be: a queue that works is faster. */
const OVERDUE_SECONDS = 10;
/** Subscriptions. The next look, at the next tick, goes on from there. */
const MAX_OVERDUE_PER_STEP = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Puts what falls due in the queue, and sends its own worker to look for what nobody brings: jobs that a queue lost or had no
 * room for, and what a killed process left behind. Any number of schedulers may run; rows that one takes are skipped by the others.
 */
@Injectable()
export class DeliveryScheduler {
  private timer: NodeJS.Timeout | null = null;
  private ticking: Promise<void> | null = null;
  private failing = false;
  /** Deliveries that fell due and were put in the queue, since the process started. */
  requeued = 0;
  /** How often a subscription was found of which something was overdue, since the process started. */
  overdueFound = 0;
  private lookedForOverdueAtMs = -Infinity;
  /** The subscription up to which it has looked; the first id: it has looked at all. */
  private overdueAfter = FIRST_ID;
  /** What is found at the first look of the only process is in nobody's hands, however little it is overdue. */
  private overdueSeconds = OVERDUE_SECONDS;

  constructor(
    private readonly transactions: Transactions,
    private readonly worker: DeliveryWorker,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start({ exclusive }: { readonly exclusive: boolean }): void {
    if (exclusive) this.overdueSeconds = 0;
    this.timer = setInterval(() => void this.tick(), TICK_MS);
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.ticking;
  }

  /** One look at the table. Ticks never overlap. */
  async tick(): Promise<void> {
    this.ticking ??= this.enqueueDue().finally(() => {
      this.ticking = null;
    });
    return this.ticking;
  }

  private async enqueueDue(): Promise<void> {
    try {
      const probes = await this.transactions.run((transaction) => startProbes(this.clock.sqlNow, transaction));
      this.queue.add(probes);
      while (this.queue.hasRoom()) {
        const due = await takeDue(MAX_IDS_PER_STEP, this.clock.sqlNow, this.transactions);
        this.queue.add(toJobs(due));
        this.requeued += due.length;
        if (due.length < MAX_IDS_PER_STEP) break;
      }
      await this.wakeOverdue();
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        this.logger.warn(
          { event: 'scheduler.failed', error: errorText(error) },
          'The scheduler cannot read what is due',
        );
      this.failing = true;
    }
  }

  /** By way of no queue: what is behind it may be away. */
  private async wakeOverdue(): Promise<void> {
    const nowMs = this.clock.now().getTime();
    // A clock that is set back must not keep it from looking.
    const sinceMs = Math.abs(nowMs - this.lookedForOverdueAtMs);
    if (this.overdueAfter === FIRST_ID && sinceMs < OVERDUE_SECONDS * 1_000) return;
    if (this.overdueAfter === FIRST_ID) this.lookedForOverdueAtMs = nowMs;
    const range = { forSeconds: this.overdueSeconds, after: this.overdueAfter, limit: MAX_OVERDUE_PER_STEP };
    const overdue = await findOverdue(range, this.clock.sqlNow, this.transactions);
    const last = overdue.length === MAX_OVERDUE_PER_STEP ? overdue.at(-1) : undefined;
    this.overdueAfter = last ?? FIRST_ID;
    if (last === undefined) this.overdueSeconds = OVERDUE_SECONDS;
    this.overdueFound += overdue.length;
    this.worker.look(overdue);
  }
}
