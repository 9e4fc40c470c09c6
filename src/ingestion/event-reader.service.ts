import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { toCanonicalEvent } from './stored-event.js';

const MAX_CACHED = 10_000;

/**
 * Reads accepted events for others. Events are immutable, so those that were accepted or read lately are kept: the
 * process that accepted an event usually sends it too.
 */
@Injectable()
export class EventReader implements OnModuleInit {
  private readonly recent = new Map<string, CanonicalEvent>();

  constructor(
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('EventsAccepted', ({ events }, transaction) => {
      transaction.afterCommit(() => {
        // A vendor's event lacks the body as received here: it is read back with it.
        for (const { id, event } of events) if (event.source.type === null) this.keep(id, event);
      });
    });
  }

  /** By UUID; ids that no longer exist are absent. */
  async load(ids: Iterable<string>): Promise<Map<string, CanonicalEvent>> {
    const found = new Map<string, CanonicalEvent>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const event = this.recent.get(id);
      if (event) found.set(id, event);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const rows = await this.transactions.query<{ id: string; content: Buffer; received: Buffer | null }>(
      `SELECT id, content, received FROM events WHERE id = ANY($1)`,
      [missing],
    );
    for (const row of rows) {
      const event = toCanonicalEvent(row.content, row.received);
      this.keep(row.id, event);
      found.set(row.id, event);
    }
    return found;
  }

  /** Forgets the oldest first. */
  private keep(id: string, event: CanonicalEvent): void {
    this.recent.set(id, event);
    if (this.recent.size <= MAX_CACHED) return;
    const oldest = this.recent.keys().next();
    if (!oldest.done) this.recent.delete(oldest.value);
  }
}
