import type { Actor, CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import type { JsonObject } from '../common/json.js';
import type { ChangedBy } from '../event-bus/internal-events.js';

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
  /** The vendor's body as received; `null` for the native API. */
  readonly received: Buffer | null;
  readonly warnings: readonly string[];
  /** What makes it safe to send again; `null`: nothing. */
  readonly idempotency: { readonly key: string; readonly bodyHash: Buffer } | null;
}

/** Events that one request brings: accepted all or none. */
export interface AcceptRequest {
  readonly accountId: string;
  readonly by: ChangedBy;
  readonly drafts: readonly EventDraft[];
}

/** What a producer is told; kept for repeats. Ids and times as shown outside. */
export interface Acceptance {
  readonly id: string;
  readonly type: string;
  readonly occurred_at: string;
  readonly received_at: string;
  readonly deliveries: number;
}

export interface AcceptedDraft {
  readonly acceptance: Acceptance;
  /** The first answer to an event that was accepted before. */
  readonly repeated: boolean;
}
