import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BY_THE_HUB } from '../accounts/caller.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Inbound, InboundEvent } from '../ats/inbound.js';
import { samenessOf } from '../ats/sameness.js';
import { Clock } from '../common/clock.js';
import { groupBy } from '../common/collections.js';
import { errorText } from '../common/error-text.js';
import { LOGGER } from '../common/logger.js';
import { plainArray } from '../database/sql-arrays.js';
import { Transactions } from '../database/transactions.service.js';
import { toDraft } from './inbound-draft.js';
import { saveInboundRequest } from './inbound-statements.js';
import { IngestionService } from './ingestion.service.js';
import type { InboundRequestRow, Source } from './source.entities.js';
import { SourcesService } from './sources.service.js';
import { ThinEventCompleter } from './thin-event-completer.service.js';

const LOOK_EVERY_MS = 500;
const FETCHES_AT_ONCE = 50;
/** A vendor that does not answer must not hold up the others. */
const FETCHES_AT_ONCE_OF_A_SOURCE = 5;
/** Whoever takes a fetch has it to itself for so long. */
const LEASE_SECONDS = 60;
/** Before the second, third, … try. After the last one the thin events go out as they are. */
const RETRY_DELAYS_SECONDS = [5, 30, 120, 600];

export interface ThinEvents {
  readonly hops: number;
  /** The trace of the call that brought them; absent: it was not traced. */
  readonly traceparent?: string;
  readonly events: readonly InboundEvent[];
}

interface DueFetch {
  readonly requestId: string;
  readonly sourceId: string;
  readonly thin: ThinEvents;
  readonly attempts: number;
}

/** Completes thin events with what the vendor's API says: work that is stored, so it survives a kill. */
@Injectable()
export class PendingFetches {
  private timer: NodeJS.Timeout | null = null;
  private starting: Promise<void> | null = null;
  private isStopped = false;
  private readonly underWay = new Map<Promise<void>, DueFetch>();

  constructor(
    private readonly transactions: Transactions,
    private readonly sources: SourcesService,
    private readonly completer: ThinEventCompleter,
    private readonly dialects: DialectCatalog,
    private readonly ingestion: IngestionService,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Keeps the call and what is to be fetched for it, together. */
  async start(
    kept: Omit<InboundRequestRow, 'verdict' | 'reason' | 'eventIds'>,
    source: Source,
    thin: ThinEvents,
  ): Promise<void> {
    await this.transactions.run(async (transaction) => {
      await saveInboundRequest({ ...kept, verdict: 'fetching', reason: null, eventIds: [] }, transaction);
      await transaction.query(
        `INSERT INTO pending_fetches (request_id, account_id, source_id, events, attempts, next_attempt_at)
         VALUES ($1, $2, $3, $4, 0, ${this.clock.sqlNow})`,
        [kept.id, source.accountId, source.id, JSON.stringify(thin)],
      );
      transaction.afterCommit(() => {
        if (this.timer) void this.look();
      });
    });
  }

  /** For the only process of a database, at its start: whoever had taken a fetch, and told nothing of it, is gone. */
  async releaseAll(): Promise<void> {
    await this.transactions.query(
      `UPDATE pending_fetches SET next_attempt_at = ${this.clock.sqlNow} WHERE last_error IS NULL`,
    );
  }

  run(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.look();
  }

  /** Starts every fetch that is due now and finds room, and waits for all that are under way. */
  async look(): Promise<void> {
    this.starting ??= this.startDue().finally(() => {
      this.starting = null;
    });
    await this.starting;
    await Promise.all(this.underWay.keys());
  }

  private async startDue(): Promise<void> {
    try {
      while (!this.isStopped && this.underWay.size < FETCHES_AT_ONCE) {
        const due = await this.take();
        if (!due) return;
        this.begin(due);
      }
    } catch (error) {
      this.warn(error);
    }
  }

  private begin(due: DueFetch): void {
    const running: Promise<void> = this.complete(due)
      .catch((error: unknown) => this.warn(error))
      .finally(() => {
        this.underWay.delete(running);
        // There is room for another one.
        if (this.timer) void this.look();
      });
    this.underWay.set(running, due);
  }

  /** `null`: nothing is due, but for sources that have all their fetches under way. */
  private async take(): Promise<DueFetch | null> {
    const [row] = await this.transactions.query<{
      request_id: string;
      source_id: string;
      events: ThinEvents;
      attempts: number;
    }>(
      `UPDATE pending_fetches p
       SET attempts = attempts + 1, last_error = NULL,
         next_attempt_at = ${this.clock.sqlNow} + interval '${LEASE_SECONDS} seconds'
       WHERE p.request_id IN (
         SELECT request_id FROM pending_fetches
         WHERE next_attempt_at <= ${this.clock.sqlNow} AND source_id <> ALL($1::uuid[])
         ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING p.request_id, p.source_id, p.events, p.attempts`,
      [plainArray(this.busySources())],
    );
    if (!row) return null;
    return { requestId: row.request_id, sourceId: row.source_id, thin: row.events, attempts: row.attempts };
  }

  private busySources(): string[] {
    const bySource = groupBy([...this.underWay.values()], (fetch) => fetch.sourceId);
    return [...bySource].filter(([, fetches]) => fetches.length >= FETCHES_AT_ONCE_OF_A_SOURCE).map(([id]) => id);
  }

  private warn(error: unknown): void {
    this.logger.warn(
      { event: 'fetch.failed', error: errorText(error) },
      'Thin events could not be completed; will try again',
    );
  }

  private async complete(due: DueFetch): Promise<void> {
    const source = await this.sources.find(due.sourceId);
    const inbound = source && this.dialects.find(source.dialect)?.inbound;
    const settings = source && this.sources.fetchSettings(source);
    if (!source || !inbound) return this.drop(due, 'the source was deleted');
    const completed = settings
      ? await this.completer.completeAll(inbound, settings, due.thin.events)
      : 'the source no longer holds a login';
    if (typeof completed !== 'string') return this.accept(source, inbound, due, completed);
    const delaySeconds = RETRY_DELAYS_SECONDS[due.attempts - 1];
    if (delaySeconds === undefined) return this.accept(source, inbound, due, incomplete(due.thin.events, completed));
    await this.transactions.query(
      `WITH failed AS (
         UPDATE pending_fetches SET next_attempt_at = ${this.clock.sqlNow} + $2 * interval '1 second', last_error = $3
         WHERE request_id = $1 RETURNING request_id, last_error)
       UPDATE inbound_requests r SET reason = f.last_error FROM failed f WHERE r.id = f.request_id`,
      [due.requestId, delaySeconds, completed],
    );
  }

  private async accept(
    source: Source,
    inbound: Inbound,
    due: DueFetch,
    events: readonly InboundEvent[],
  ): Promise<void> {
    const [kept] = await this.transactions.query<{ received_at: Date }>(
      `SELECT received_at FROM inbound_requests WHERE id = $1`,
      [due.requestId],
    );
    await this.ingestion.accept({
      accountId: source.accountId,
      sourceId: source.id,
      by: { ...BY_THE_HUB, keyName: `source ${source.name}`, role: 'source' },
      drafts: events.map((event) => {
        const draft = toDraft(source, event, samenessOf(inbound.sameEvent, event), due.thin.hops);
        return { ...draft, occurredAt: draft.occurredAt ?? kept?.received_at ?? null };
      }),
      ...(due.thin.traceparent !== undefined && { traceparent: due.thin.traceparent }),
      fetchedFor: due.requestId,
      alongside: async (transaction) => {
        await transaction.query(`DELETE FROM pending_fetches WHERE request_id = $1`, [due.requestId]);
      },
    });
  }

  private async drop(due: DueFetch, reason: string): Promise<void> {
    await this.transactions.run(async (transaction) => {
      await transaction.query(`DELETE FROM pending_fetches WHERE request_id = $1`, [due.requestId]);
      await transaction.query(`UPDATE inbound_requests SET verdict = 'refused', reason = $2 WHERE id = $1`, [
        due.requestId,
        reason,
      ]);
    });
  }
}

/** The thin events as they are: whoever reads one should know why there is no more of it. */
function incomplete(events: readonly InboundEvent[], reason: string): InboundEvent[] {
  return events.map((event) => {
    if (event.fetchPath === null) return event;
    return { ...event, warnings: [...event.warnings, `It is incomplete: ${reason}.`] };
  });
}
