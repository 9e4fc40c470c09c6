import type { DueDeliveries } from '../delivery-statements.js';

/** The injection token of the queue. */
export const DISPATCH_QUEUE = Symbol('DISPATCH_QUEUE');

/**
 * Hands out what is due now, nothing else: PostgreSQL is the truth, so a queue may lose everything it holds. Two
 * adapters, one contract suite: in-process, and Bull on Redis for any number of processes.
 */
export interface DispatchQueue {
  /** Jobs never leave this process, which therefore sends all that it accepts. */
  readonly isLocal: boolean;

  /**
   * Adds jobs without waiting. Never throws and never blocks: what cannot be added now (no room, Redis away) is found
   * when it is overdue.
   */
  add(jobs: readonly DueDeliveries[]): void;

  /** Whether adding makes sense now: there is room, and whatever is behind the queue answers. */
  hasRoom(): boolean;

  /** Starts handing jobs to `handler`; a promise that isn't settled yet holds its job's place. Called once. */
  consume(handler: (job: DueDeliveries) => Promise<void>): Promise<void>;

  /** Jobs that wait. */
  depth(): Promise<number>;

  /** Takes no more jobs to the handler and waits for those in its hands. */
  close(): Promise<void>;
}
