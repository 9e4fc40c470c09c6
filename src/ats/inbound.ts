import type { JsonObject, JsonValue } from '../common/json.js';
import type { Verdict } from '../signing/signature-verification.js';
import type { Actor, EntityReference } from './canonical-event.js';

/**
 * The inbound half of the dialect contract: how a vendor's own webhooks come in. All of it is pure: what is kept
 * between two calls, and what is fetched, is the core's business.
 */
export interface Inbound {
  /** How a call proves where it comes from; a sentence or two for documents. */
  readonly authenticity: string;
  readonly sourceRules: SourceRules;
  /** One address per event, where the body doesn't name it; empty: a source has one address. */
  readonly ingestPaths: readonly IngestPath[];
  readonly sameEvent: SamenessRule;
  /** What the vendor is answered once its call is committed. */
  readonly answer: InboundAnswer;

  /** Whether the call is the vendor's, on the raw body. */
  verify(request: InboundRequest, settings: SourceSettings): Verdict;

  /** What a verified call tells. Never throws, whatever the body holds. */
  decode(request: InboundRequest, settings: SourceSettings): DecodedRequest;

  /**
   * An event with a `fetchPath`, completed with the body that was fetched there; `null`: it is no such thing, as if
   * the fetch had failed. Until then, and after the last failure, the event is marked
   * `extensions.<dialect>.incomplete` and may go out as it is.
   */
  complete?(event: InboundEvent, fetchedBody: Buffer): InboundEvent | null;
}

/** As many as a batch of the native API may have. */
export const MAX_EVENTS_OF_ONE_CALL = 1_000;

/** What `POST /v1/sources` takes for this dialect. */
export interface SourceRules {
  /** `always`: the vendor signs with it; `with_hmac`: only beside `auth` of type `hmac`. */
  readonly secret: 'always' | 'with_hmac' | 'never';
  /** Empty: `auth` is not taken. */
  readonly authTypes: readonly SourceAuth['type'][];
  readonly authRequired: boolean;
  /** Its events are thin, so the source may hold the vendor's base address and login. */
  readonly fetches: boolean;
  /** `Name=canonical.type` may be told, for events that the vendor has beyond its document. */
  readonly tiedEvents: boolean;
}

/** How a vendor is recognised, beside a signature of its own. */
export type SourceAuth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | { readonly type: 'hmac'; readonly header: string; readonly encoding: 'hex' | 'base64'; readonly prefix?: string }
  /** Every call carries the secret that the address was confirmed with. */
  | { readonly type: 'hook_secret' };

export interface IngestPath {
  /** The last segment of the address. */
  readonly segment: string;
  readonly eventName: string;
}

export interface InboundAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** When two events are the same one. `samenessOf` turns it into what is to be compared. */
export type SamenessRule =
  /** The vendor's id of the event. */
  | { readonly kind: 'id'; readonly hours: number }
  /** The body, for so long. */
  | { readonly kind: 'body'; readonly hours: number }
  /** Event and state equal the newest accepted ones of the entity; without a state they never do. */
  | { readonly kind: 'entity_state' };

export interface InboundRequest {
  readonly rawBody: Buffer;
  /** Lower case names, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The `segment` of the address that was called; `null` where a source has one address. */
  readonly segment: string | null;
  readonly receivedAt: Date;
}

/** What a source was set up with, secrets opened. */
export interface SourceSettings {
  /** All that are valid now, in any order. */
  readonly secrets: readonly string[];
  readonly auth: SourceAuth | null;
  /** What the first confirming call to this address brought; `null`: there was none yet. */
  readonly confirmedSecret: string | null;
  /** Canonical types by the vendor's names, from `parseTiedTypes`. */
  readonly tiedTypes: ReadonlyMap<string, string>;
}

export type DecodedRequest =
  /** One to `MAX_EVENTS_OF_ONE_CALL`, in the order of the call: accepted all or none. */
  | { readonly kind: 'events'; readonly events: readonly InboundEvent[] }
  /** The vendor tried whether its calls arrive. */
  | { readonly kind: 'test' }
  /** The vendor asks whether its calls are wanted: the answer needs these headers. */
  | { readonly kind: 'confirmation'; readonly answerHeaders: Readonly<Record<string, string>>; readonly secret: string }
  | Unreadable;

export interface Unreadable {
  readonly kind: 'unreadable';
  /** What is wrong, without what the body says. */
  readonly reason: string;
}

/** A canonical event before it is accepted. Plain JSON: it may be stored while a fetch is pending. */
export interface InboundEvent {
  readonly type: string;
  /** ISO 8601, UTC, milliseconds; `null`: the vendor does not say, so it is when the call came in. */
  readonly occurredAt: string | null;
  readonly sourceEventId: string | null;
  /** The vendor's own name of it. */
  readonly sourceType: string;
  readonly subject: EntityReference | null;
  readonly actor: Actor | null;
  readonly data: JsonObject;
  readonly extensions: Readonly<Record<string, JsonObject>>;
  /** The vendor's body for this event alone. */
  readonly received: JsonValue;
  /** What `sameEvent` compares; `null`: nothing, so it is never taken for another one. */
  readonly state: JsonValue;
  /** Below the vendor's base address: what completes it. */
  readonly fetchPath: string | null;
  readonly warnings: readonly string[];
}
