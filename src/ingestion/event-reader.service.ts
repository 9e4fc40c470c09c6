import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { Transactions } from '../database/transactions.service.js';
import { uuidArray } from '../database/sql-arrays.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SecretBox } from '../signing/secret-box.js';
import { RecentEvents } from './recent-events.js';
import { openEvent, toCanonicalEvent } from './stored-event.js';

/** Of each generation. */
const MAX_CACHED = 5_000;
const MAX_CACHED_BYTES = 16 * 1024 * 1024;
const MAX_PARSED = 500;

interface EventContent {
  readonly id: string;
  readonly content: Buffer;
  readonly received: Buffer | null;
  readonly sealed: Buffer | null;
}

/**
 * Reads accepted events for others. Events are immutable until they are erased, so those that were read lately are
 * kept, and those accepted lately of which a delivery is still to be claimed: the process that accepted an event usually sends
 * it too. Most as bytes: parsed, they would keep the garbage collector busy.
 */
@Injectable()
export class EventReader implements OnModuleInit {
  private readonly contents = new RecentEvents<Buffer>(MAX_CACHED, MAX_CACHED_BYTES);
  private readonly parsed = new RecentEvents<CanonicalEvent>(MAX_PARSED, MAX_CACHED_BYTES);

  constructor(
    private readonly transactions: Transactions,
    private readonly bus: EventBus,
    private readonly box: SecretBox,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('EventsAccepted', ({ events }, transaction) => {
      transaction.afterCommit(() => {
        // A vendor's event lacks the body as received here: it is read back with it.
        for (const { id, event, content, deliveries, handedOver } of events) {
          if (event.source.type === null && deliveries > handedOver) this.contents.keep(id, content, content.length);
        }
      });
    });
    this.bus.subscribe('EventsErased', ({ eventIds }, transaction) => {
      transaction.afterCommit(() => {
        for (const id of eventIds) {
          this.contents.forget(id);
          this.parsed.forget(id);
        }
      });
    });
  }

  /** By UUID; those that no longer exist, or are blank, are absent. */
  async load(ids: Iterable<string>): Promise<Map<string, CanonicalEvent>> {
    const found = new Map<string, CanonicalEvent>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const kept = this.recall(id);
      if (kept) found.set(id, kept);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const rows = await this.transactions.query<EventContent>(
      `SELECT id, content, received, sealed FROM events WHERE id = ANY($1::uuid[]) AND (erased_at IS NULL OR sealed IS NOT NULL)`,
      [uuidArray(missing)],
    );
    for (const row of rows) {
      const event = row.sealed ? openEvent(this.box, row.id, row.sealed) : toCanonicalEvent(row.content, row.received);
      this.parsed.keep(row.id, event, row.content.length + (row.received?.length ?? 0));
      found.set(row.id, event);
    }
    return found;
  }

  private recall(id: string): CanonicalEvent | null {
    const parsed = this.parsed.get(id);
    if (parsed) return parsed;
    const content = this.contents.get(id);
    if (!content) return null;
    const event = toCanonicalEvent(content, null);
    this.parsed.keep(id, event, content.length);
    return event;
  }
}
