import type { DueDeliveries } from '../delivery-statements.js';
import type { DispatchQueue } from './dispatch-queue.js';

const MAX_WAITING_JOBS = 10_000;
const MAX_UNSETTLED_JOBS = 64;

/** The default queue: nothing to install, one process. What a dying process loses is looked for at the next start. */
export class InProcessQueue implements DispatchQueue {
  readonly isLocal = true;
  private waiting: DueDeliveries[] = [];
  private handler: ((job: DueDeliveries) => Promise<void>) | null = null;
  private readonly unsettled = new Set<Promise<void>>();
  private closed = false;

  add(jobs: readonly DueDeliveries[]): void {
    if (this.closed) return;
    const room = MAX_WAITING_JOBS - this.waiting.length;
    for (const job of jobs.slice(0, room)) this.waiting.push(job);
    this.handOut();
  }

  hasRoom(): boolean {
    return !this.closed && this.waiting.length < MAX_WAITING_JOBS;
  }

  async consume(handler: (job: DueDeliveries) => Promise<void>): Promise<void> {
    this.handler = handler;
    this.handOut();
  }

  async depth(): Promise<number> {
    return this.waiting.length;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.waiting = [];
    await Promise.allSettled(this.unsettled);
  }

  private handOut(): void {
    if (!this.handler) return;
    let taken = 0;
    while (taken < this.waiting.length && this.unsettled.size < MAX_UNSETTLED_JOBS) {
      const job = this.waiting[taken++];
      if (job) this.hand(job, this.handler);
    }
    if (taken > 0) this.waiting = this.waiting.slice(taken);
  }

  private hand(job: DueDeliveries, handler: (job: DueDeliveries) => Promise<void>): void {
    // A handler that fails leaves its deliveries pending: they are looked for when they are overdue.
    const settled = handler(job)
      .catch(() => undefined)
      .finally(() => {
        this.unsettled.delete(settled);
        if (!this.closed) this.handOut();
      });
    this.unsettled.add(settled);
  }
}
