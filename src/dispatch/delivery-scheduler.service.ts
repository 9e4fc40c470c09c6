import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { errorText } from '../common/error-text.js';
import { LOGGER } from '../common/logger.js';
import { Transactions } from '../database/transactions.service.js';
import { toJobs } from './delivery-planner.service.js';
import { startProbes, takeDue } from './delivery-statements.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';

const TICK_MS = 250;
const MAX_IDS_PER_STEP = 1_000;

/**
 * Moves whatever is due and in no queue into the queue: retries, jobs that a queue lost, and what a killed process
 * left behind are the same thing. Any number of schedulers may run; rows that one takes are skipped by the others.
 */
@Injectable()
export class DeliveryScheduler {
  private timer: NodeJS.Timeout | null = null;
  private ticking: Promise<void> | null = null;
  private failing = false;
  /** Deliveries found due and in no queue, since the process started. */
  requeued = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
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
}
