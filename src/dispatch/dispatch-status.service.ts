import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Transactions } from '../database/transactions.service.js';
import { DeliveryScheduler } from './delivery-scheduler.service.js';
import { DeliveryWorker } from './delivery-worker.service.js';
import { DISPATCH_QUEUE, type DispatchQueue } from './queue/dispatch-queue.js';

/** What is owed, over all processes. */
export interface Backlog {
  readonly pending: number;
  /** Of those, the ones whose time has come and that nobody is sending. */
  readonly due: number;
  /** How long the one that has waited longest is overdue; 0: nothing is due. */
  readonly oldestDueSeconds: number;
}

/** Whose backlog: an account's, or within it a partner's, or a subscription's. */
export interface BacklogScope {
  readonly accountId: string;
  readonly partnerId: string | null;
  readonly subscriptionId: string | null;
}

export interface OwnBacklog {
  readonly pending: number;
  readonly due: number;
  /** `null`: nothing is due. */
  readonly oldestDueAt: Date | null;
}

/** How far behind dispatch is, for those who watch it. */
@Injectable()
export class DispatchStatus {
  constructor(
    private readonly worker: DeliveryWorker,
    private readonly scheduler: DeliveryScheduler,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(DISPATCH_QUEUE) private readonly queue: DispatchQueue,
  ) {}

  /** Calls that this process has under way, or waiting to be recorded. */
  get inFlight(): number {
    return this.worker.inFlight;
  }

  /** Deliveries that fell due and that this process's scheduler put in the queue, since it started. */
  get requeued(): number {
    return this.scheduler.requeued;
  }

  /** How often this process's scheduler found a subscription of which something was overdue, since it started. */
  get overdueFound(): number {
    return this.scheduler.overdueFound;
  }

  /** 0 while what is behind the queue is away. */
  waitingJobs(): Promise<number> {
    return this.queue.depth();
  }

  /** `false`: it is full, or what is behind it is away. */
  get queueIsOpen(): boolean {
    return this.queue.hasRoom();
  }

  /** Reads every pending delivery: not for the hot path. */
  async backlog(): Promise<Backlog> {
    const [row] = await this.transactions.query<{ pending: string; due: string; oldest: number | null }>(
      `SELECT count(*) AS pending, count(*) FILTER (WHERE due) AS due,
         extract(epoch FROM max(now - next_attempt_at) FILTER (WHERE due))::float8 AS oldest
       FROM (SELECT now, next_attempt_at, next_attempt_at <= now AND (lease_until IS NULL OR lease_until <= now) AS due
             FROM pending_deliveries, (SELECT ${this.clock.sqlNow} AS now OFFSET 0) n) p`,
    );
    return { pending: Number(row?.pending), due: Number(row?.due), oldestDueSeconds: row?.oldest ?? 0 };
  }

  /** Reads every pending delivery of the scope: not for the hot path either. */
  async backlogOf({ accountId, partnerId, subscriptionId }: BacklogScope): Promise<OwnBacklog> {
    const [row] = await this.transactions.query<{ pending: string; due: string; oldest: Date | null }>(
      `SELECT count(*) AS pending, count(*) FILTER (WHERE due) AS due, min(next_attempt_at) FILTER (WHERE due) AS oldest
       FROM (SELECT p.next_attempt_at, p.next_attempt_at <= now AND (p.lease_until IS NULL OR p.lease_until <= now) AS due
             FROM (SELECT ${this.clock.sqlNow} AS now OFFSET 0) n, subscriptions s
             JOIN pending_deliveries p ON p.subscription_id = s.id
             WHERE s.account_id = $1 AND ($2::uuid IS NULL OR s.partner_id = $2) AND ($3::uuid IS NULL OR s.id = $3)) d`,
      [accountId, partnerId, subscriptionId],
    );
    return { pending: Number(row?.pending), due: Number(row?.due), oldestDueAt: row?.oldest ?? null };
  }
}
