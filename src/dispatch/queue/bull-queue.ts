import type { Job, Queue } from 'bull';
import type { Logger } from 'pino';
import { errorText } from '../../common/error-text.js';
import type { DueDeliveries } from '../delivery-statements.js';
import type { DispatchQueue } from './dispatch-queue.js';

export const DISPATCH_QUEUE_NAME = 'dispatch';
const JOB = 'deliver';
const MAX_WAITING_JOBS = 20_000;
const UNSETTLED_JOBS = 16;
const DEPTH_CHECK_MS = 1_000;
/** No custom id (adding one again is silently ignored), no delay, one attempt: PostgreSQL decides what is due. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** Bull's words for a job that ends after Redis has forgotten it, or has given it to somebody else. */
const LOST_JOB = /\b(Missing (key|lock)|Lock mismatch) for job |\bJob \S+ is not in the active state/;

/**
 * The queue on Redis, for any number of API and worker processes. Redis may be away or come back empty at any time:
 * nothing waits for it, and workers look for what it lost.
 */
export class BullQueue implements DispatchQueue {
  readonly isLocal = false;
  private waitingJobs = 0;
  private readonly depthCheck: NodeJS.Timeout;
  /** Kinds of failures, since the connection was last made. */
  private readonly reported = new Set<string>();

  constructor(
    private readonly queue: Queue<DueDeliveries>,
    private readonly logger: Logger,
  ) {
    queue.on('error', (error) => this.report(error));
    queue.on('ready', () => this.reported.clear());
    this.depthCheck = setInterval(() => void this.measure(), DEPTH_CHECK_MS).unref();
  }

  add(jobs: readonly DueDeliveries[]): void {
    if (jobs.length === 0 || !this.hasRoom()) return;
    this.waitingJobs += jobs.length;
    // Not awaited: it would hang while Redis is away.
    this.queue
      .addBulk(jobs.map((data) => ({ name: JOB, data, opts: JOB_OPTIONS })))
      .catch((error: unknown) => this.report(error));
  }

  hasRoom(): boolean {
    // Commands given while not connected would pile up in memory until Redis is back.
    return this.queue.client.status === 'ready' && this.waitingJobs < MAX_WAITING_JOBS;
  }

  async consume(handler: (job: DueDeliveries) => Promise<void>): Promise<void> {
    void this.queue
      .process(JOB, UNSETTLED_JOBS, (job: Job<DueDeliveries>) => handler(job.data))
      .catch((error: unknown) => this.report(error));
  }

  async depth(): Promise<number> {
    return this.queue.client.status === 'ready' ? this.queue.getWaitingCount() : 0;
  }

  async close(): Promise<void> {
    clearInterval(this.depthCheck);
    await this.queue.close(true).catch(() => undefined);
  }

  private async measure(): Promise<void> {
    try {
      this.waitingJobs = await this.depth();
    } catch (error) {
      this.report(error);
    }
  }

  /** Once per kind of failure: a lost connection would repeat itself many times a second, and Bull names each lost job. */
  private report(error: unknown): void {
    const message = errorText(error);
    const isLostJob = LOST_JOB.test(message);
    const kind = isLostJob ? 'lost job' : message;
    if (this.reported.has(kind)) return;
    this.reported.add(kind);
    if (isLostJob) {
      this.logger.warn(
        { event: 'queue.jobs_lost' },
        'Redis lost jobs that were under way; what they were for is not lost',
      );
    } else {
      this.logger.warn({ event: 'queue.error', error: message }, 'The queue on Redis reports an error');
    }
  }
}
