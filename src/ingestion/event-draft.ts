import type { Actor, CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import type { JsonObject } from '../common/json.js';
import type { Transaction } from '../common/transaction.js';
import type { ChangedBy } from '../event-bus/internal-events.js';
import type { InboundRequestRow } from './source.entities.js';

/** An event that is well formed but not accepted yet. */
export interface EventDraft {
  readonly type: string;
  readonly occurredAt: Date | null;
  readonly source: CanonicalEvent['source'];
  readonly subject: EntityReference | null;
  readonly actor: Actor | null;
  readonly data: JsonObject;
  readonly extensions: Readonly<Record<string, JsonObject>>;
  readonly test: boolean;
  /** How many hubs it has come through. */
  readonly hops: number;
  /** The vendor's body as received, as JSON; `null` for the native API. */
  readonly received: string | null;
  readonly warnings: readonly string[];
  /** By what it is known again; `null`: it is never taken for another one. */
  readonly identity: DraftIdentity | null;
  /** It was about somebody who was forgotten before: blank, and owed to nobody. */
  readonly erased?: true;
}

export type DraftIdentity =
  /** The same as any with this key that was accepted within so many hours. */
  | {
      readonly kind: 'key';
      readonly key: string;
      readonly hours: number;
      /** Set: the same key with another body is a conflict. */
      readonly bodyHash: string | null;
    }
  /** The same as the newest accepted one of this entity, if that has the same hash. */
  | {
      readonly kind: 'newest_of_entity';
      readonly sourceId: string;
      readonly entityKey: string;
      readonly stateHash: string;
    };

/** Events that one request brings: accepted all or none. */
export interface AcceptRequest {
  readonly accountId: string;
  readonly sourceId: string | null;
  readonly by: ChangedBy;
  readonly drafts: readonly EventDraft[];
  /** The trace of that request; absent: it is not traced. */
  readonly traceparent?: string;
  /** The call that brought them, kept in the same transaction with what became of it. */
  readonly inbound?: Omit<InboundRequestRow, 'verdict' | 'reason' | 'eventIds'>;
  /** The call that was kept before, while more was fetched; it gets its verdict in the same transaction. */
  readonly fetchedFor?: string;
  /** More that belongs into the transaction. */
  readonly alongside?: (transaction: Transaction) => Promise<void>;
}

/** What a producer is told; kept for repeats. Ids and times as shown outside. */
export interface Acceptance {
  readonly id: string;
  readonly type: string;
  readonly occurred_at: string;
  readonly received_at: string;
  readonly deliveries: number;
  /** It is about somebody who was erased: nothing of it is kept, and nobody is told. */
  readonly erased: boolean;
}

export interface AcceptedDraft {
  readonly acceptance: Acceptance;
  /** The first answer to an event that was accepted before. */
  readonly repeated: boolean;
}
