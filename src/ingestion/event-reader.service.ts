import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SecretBox } from '../signing/secret-box.js';
import { openEvent, toCanonicalEvent } from './stored-event.js';

const MAX_CACHED = 10_000;

interface EventContent {
  id: string;
  content: Buffer;
  received: Buffer | null;
  sealed: Buffer | null;
}

/**
 * Reads accepted events for others. Events are immutable until they are erased, so those that were accepted or read lately are kept: the
 * process that accepted an event usually sends it too.
 */
@Injectable()
export class EventReader implements OnModuleInit {
  private readonly recent = new Map<string, CanonicalEvent>();

  constructor(
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly box: SecretBox,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('EventsAccepted', ({ events }, transaction) => {
      transaction.afterCommit(() => {
        // A vendor's event lacks the body as received here: it is read back with it.
        for (const { id, event } of events) if (event.source.type === null) this.keep(id, event);
      });
    });
    this.bus.subscribe('EventsErased', ({ eventIds }, transaction) => {
      transaction.afterCommit(() => {
        for (const id of eventIds) this.recent.delete(id);
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
    const rows = await this.transactions.query<EventContent>(
      `SELECT id, content, received, sealed FROM events WHERE id = ANY($1)`,
      [missing],
    );
    for (const row of rows) {
      const event = row.sealed ? openEvent(this.box, row.id, row.sealed) : toCanonicalEvent(row.content, row.received);
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
