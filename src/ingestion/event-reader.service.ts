import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SecretBox } from '../signing/secret-box.js';
import { openEvent, toCanonicalEvent } from './stored-event.js';

const MAX_CACHED = 10_000;
/** Of JSON. Parsed, and encoded for the dialects that it goes out in, an event takes several times as much. */
const MAX_CACHED_BYTES = 32 * 1024 * 1024;

interface EventContent {
  id: string;
  content: Buffer;
  received: Buffer | null;
  sealed: Buffer | null;
}

/**
 * Reads accepted events for others. Events are immutable until they are erased, so those that were accepted or read lately
 * are kept: the process that accepted an event usually sends it too.
 */
@Injectable()
export class EventReader implements OnModuleInit {
  private readonly recent = new Map<string, { readonly event: CanonicalEvent; readonly bytes: number }>();
  private bytes = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly box: SecretBox,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('EventsAccepted', ({ events }, transaction) => {
      transaction.afterCommit(() => {
        // A vendor's event lacks the body as received here: it is read back with it.
        for (const { id, event, content } of events) {
          if (event.source.type === null) this.keep(id, event, content.length);
        }
      });
    });
    this.bus.subscribe('EventsErased', ({ eventIds }, transaction) => {
      transaction.afterCommit(() => {
        for (const id of eventIds) this.forget(id);
      });
    });
  }

  /** By UUID; those that no longer exist, or are blank, are absent. */
  async load(ids: Iterable<string>): Promise<Map<string, CanonicalEvent>> {
    const found = new Map<string, CanonicalEvent>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const kept = this.recent.get(id);
      if (kept) found.set(id, kept.event);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const rows = await this.transactions.query<EventContent>(
      `SELECT id, content, received, sealed FROM events WHERE id = ANY($1) AND (erased_at IS NULL OR sealed IS NOT NULL)`,
      [missing],
    );
    for (const row of rows) {
      const event = row.sealed ? openEvent(this.box, row.id, row.sealed) : toCanonicalEvent(row.content, row.received);
      this.keep(row.id, event, row.content.length + (row.received?.length ?? 0));
      found.set(row.id, event);
    }
    return found;
  }

  /** Forgets the oldest first. */
  private keep(id: string, event: CanonicalEvent, bytes: number): void {
    this.forget(id);
    this.recent.set(id, { event, bytes });
    this.bytes += bytes;
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= MAX_CACHED && this.bytes <= MAX_CACHED_BYTES) break;
      this.forget(oldest);
    }
  }

  private forget(id: string): void {
    this.bytes -= this.recent.get(id)?.bytes ?? 0;
    this.recent.delete(id);
  }
}
