import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.service.js';
import { ErasureRunner } from '../ingestion/erasure-runner.service.js';
import { PendingFetches } from '../ingestion/pending-fetches.service.js';
import { DeliveryScheduler } from './delivery-scheduler.service.js';
import { releaseAllClaims } from './claim-statements.js';
import { DeliveryWorker } from './delivery-worker.service.js';
import { RecoveryRunner } from './recovery-runner.service.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';

/** Starts and stops the sending half of the hub, in the order in which work flows through it. */
@Injectable()
export class DispatchRunner implements BeforeApplicationShutdown {
  private running = false;

  constructor(
    private readonly scheduler: DeliveryScheduler,
    private readonly worker: DeliveryWorker,
    private readonly recoveries: RecoveryRunner,
    private readonly fetches: PendingFetches,
    private readonly erasures: ErasureRunner,
    private readonly transactions: Transactions,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
  ) {}

  /** `exclusive`: no other process uses this database, so every lease in it was left by one that is gone. */
  async start({ exclusive }: { readonly exclusive: boolean }): Promise<void> {
    this.running = true;
    if (exclusive) {
      await releaseAllClaims(this.transactions);
      await this.fetches.releaseAll();
    }
    this.worker.start({ handover: this.queue.isLocal });
    await this.queue.consume((job) => this.worker.take(job));
    this.scheduler.start({ exclusive });
    this.recoveries.start();
    this.fetches.run();
    this.erasures.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.running) {
      this.running = false;
      await this.erasures.stop();
      await this.fetches.stop();
      await this.recoveries.stop();
      await this.scheduler.stop();
      await this.worker.stop();
    }
    await this.queue.close();
  }
}
