import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { groupBy } from '../common/collections.js';
import { errorText } from '../common/error-text.js';
import { uuidTime } from '../common/ids.js';
import { LOGGER } from '../common/logger.js';
import { type Backlog, DispatchStatus } from '../dispatch/dispatch-status.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AcceptedEvent, AttemptMade } from '../event-bus/internal-events.js';

const CALL_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** From moments to the days that a retry table lasts. */
const DELIVERY_BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3_600, 21_600, 86_400, 345_600];
/** Counting what is owed reads all of it: no more often than this, however many scrape. */
const BACKLOG_MAX_AGE_MS = 5_000;

/**
 * What this process has done, and how far behind the hub is, for Prometheus. Holds no names of accounts, partners or
 * subscriptions: `/metrics` needs no key. docs/operate.md says what each one means.
 */
@Injectable()
export class Metrics implements OnModuleInit {
  private readonly registry = new Registry();
  private backlog: { readonly at: number; readonly read: Promise<Backlog> } | null = null;

  private readonly accepted = this.counter('hub_events_accepted_total', 'Events accepted.', ['dialect']);
  private readonly planned = this.counter('hub_deliveries_planned_total', 'Deliveries planned at acceptance.', []);
  private readonly attempts = this.counter('hub_attempts_total', 'Webhook calls made.', [
    'dialect',
    'kind',
    'outcome',
    'error',
  ]);
  private readonly callSeconds = this.histogram('hub_attempt_seconds', 'How long a call took.', CALL_BUCKETS_SECONDS);
  private readonly deliverySeconds = this.histogram(
    'hub_delivery_seconds',
    'From the planning of a delivery, which is when its event is accepted, to the end of the call that delivered it.',
    DELIVERY_BUCKETS_SECONDS,
  );

  constructor(
    private readonly bus: EventBus,
    private readonly dispatch: DispatchStatus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    collectDefaultMetrics({ register: this.registry });
    this.addGauges();
    this.bus.subscribe('EventsAccepted', ({ events }, transaction) => {
      transaction.afterCommit(() => this.countEvents(events));
    });
    this.bus.subscribe('AttemptsMade', ({ attempts }, transaction) => {
      transaction.afterCommit(() => this.countAttempts(attempts));
    });
  }

  /** The text format of Prometheus. */
  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private countEvents(events: readonly AcceptedEvent[]): void {
    for (const [dialect, ofDialect] of groupBy(events, ({ event }) => event.source.dialect)) {
      this.accepted.inc({ dialect }, ofDialect.length);
      this.planned.inc(ofDialect.reduce((sum, { deliveries }) => sum + deliveries, 0));
    }
  }

  private countAttempts(attempts: readonly AttemptMade[]): void {
    const kindOf = ({ dialect, kind, outcome, errorCode }: AttemptMade) =>
      `${dialect} ${kind} ${outcome} ${errorCode ?? ''}`;
    for (const alike of groupBy(attempts, kindOf).values()) {
      const [first] = alike;
      if (!first) continue;
      const { dialect, kind, outcome, errorCode } = first;
      this.attempts.inc({ dialect, kind, outcome, error: errorCode ?? '' }, alike.length);
    }
    for (const { dialect, durationMs, outcome, deliveryId, startedAt } of attempts) {
      this.callSeconds.observe({ dialect }, durationMs / 1_000);
      if (outcome !== 'delivered' || deliveryId === null) continue;
      const seconds = (startedAt.getTime() + durationMs - uuidTime(deliveryId).getTime()) / 1_000;
      this.deliverySeconds.observe({ dialect }, Math.max(0, seconds));
    }
  }

  private addGauges(): void {
    const { dispatch } = this;
    this.gauge(
      'hub_deliveries_in_flight',
      'Calls of this process that are under way or not yet recorded.',
      () => dispatch.inFlight,
    );
    this.gauge('hub_queue_jobs_waiting', 'Jobs that wait in the queue.', () => dispatch.waitingJobs());
    this.gauge('hub_queue_open', '1: the queue takes jobs; 0: it is full, or Redis is away.', () =>
      Number(dispatch.queueIsOpen),
    );
    const owed = (of: (backlog: Backlog) => number) => async () => of(await this.owed());
    this.gauge(
      'hub_deliveries_pending',
      'Deliveries that are owed, over all processes.',
      owed(({ pending }) => pending),
    );
    this.gauge(
      'hub_deliveries_due',
      'Those of them that are due and not under way.',
      owed(({ due }) => due),
    );
    this.gauge(
      'hub_oldest_due_seconds',
      'How long the one that has waited longest is overdue.',
      owed(({ oldestDueSeconds }) => oldestDueSeconds),
    );
    this.total(
      'hub_deliveries_requeued_total',
      'Deliveries that fell due and were put in the queue: retries, and what a stopping process gave back.',
      () => dispatch.requeued,
    );
    this.total(
      'hub_overdue_found_total',
      'How often a subscription was found of which something was overdue: a queue or a process had lost it, or is behind.',
      () => dispatch.overdueFound,
    );
  }

  /** Not a number while the database is away: the other metrics are wanted all the more. */
  private async owed(): Promise<Backlog> {
    if (!this.backlog || performance.now() - this.backlog.at > BACKLOG_MAX_AGE_MS) {
      const read = this.dispatch.backlog().catch((error: unknown) => {
        this.logger.warn(
          { event: 'metrics.backlog_failed', error: errorText(error) },
          'The backlog could not be counted',
        );
        return { pending: Number.NaN, due: Number.NaN, oldestDueSeconds: Number.NaN };
      });
      this.backlog = { at: performance.now(), read };
    }
    return this.backlog.read;
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, labelNames: ['dialect'], buckets, registers: [this.registry] });
  }

  /** A counter that somebody else counts. */
  private total(name: string, help: string, read: () => number): void {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [this.registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }

  private gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => gauge.set(await read()),
    });
  }
}
