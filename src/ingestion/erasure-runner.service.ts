import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { errorText } from '../common/error-text.js';
import { LOGGER } from '../common/logger.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { ErasureSteps } from './erasure-steps.service.js';
import { Erasure } from './erasure.entities.js';

const LOOK_EVERY_MS = 500;
/** Before a step that failed is tried again; others go first meanwhile. */
const RETRY_AFTER_SECONDS = 10;

/** Carries out erasures, a step at a time; a step is one transaction, so a killed process leaves none half done. */
@Injectable()
export class ErasureRunner {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private stopping = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly steps: ErasureSteps,
    private readonly bus: EventBus,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.stopping = true;
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

  /** Takes the steps of one erasure that are due, for about so long. What is left is for the others to do. */
  async carryOut(id: string, limitMs: number): Promise<void> {
    const stopAt = performance.now() + limitMs;
    while (performance.now() < stopAt && (await this.takeStep(id)));
  }

  private async takeSteps(): Promise<void> {
    try {
      await this.tellWhileUnderWay();
      for (let id = await this.nextDue(); id !== null; id = await this.nextDue()) {
        while (!this.stopping && (await this.takeStep(id)));
        if (this.stopping) return;
      }
    } catch (error) {
      this.warn(error);
    }
  }

  /** It lasts as long as anybody holds what was claimed before. */
  private async tellWhileUnderWay(): Promise<void> {
    const [running] = await this.transactions.query(`SELECT 1 FROM erasures WHERE status = 'running' LIMIT 1`);
    if (running) await this.transactions.run((transaction) => this.bus.publish('ErasureUnderWay', {}, transaction));
  }

  private async nextDue(): Promise<string | null> {
    const [due] = await this.transactions.query<{ id: string }>(
      `SELECT id FROM erasures WHERE status = 'running' AND next_step_at <= ${this.clock.sqlNow}
       ORDER BY next_step_at LIMIT 1`,
    );
    return due?.id ?? null;
  }

  /** Answers whether there may be another one to take. */
  private async takeStep(id: string): Promise<boolean> {
    try {
      return await this.transactions.run((transaction) => this.step(id, transaction));
    } catch (error) {
      this.warn(error);
      await this.transactions.query(
        `UPDATE erasures SET next_step_at = ${this.clock.sqlNow} + interval '${RETRY_AFTER_SECONDS} seconds' WHERE id = $1`,
        [id],
      );
      return false;
    }
  }

  /** Waits for whoever takes a step of it at the moment. */
  private async step(id: string, transaction: Transaction): Promise<boolean> {
    const [due] = await transaction.query(
      `SELECT 1 FROM erasures WHERE id = $1 AND status = 'running' AND next_step_at <= ${this.clock.sqlNow} FOR UPDATE`,
      [id],
    );
    if (!due) return false;
    const erasure = await transaction.manager.findOneByOrFail(Erasure, { id });
    await transaction.manager.update(Erasure, { id }, await this.steps.take(erasure, transaction));
    return true;
  }

  private warn(error: unknown): void {
    this.logger.warn(
      { event: 'erasure.failed', error: errorText(error) },
      'A step of an erasure failed; it will be tried again',
    );
  }
}
