import type { Signable } from '../signing/signature-schemes.js';
import type { CanonicalEvent } from './canonical-event.js';
import type { FieldDescription } from './field-descriptions.js';
import type { Inbound } from './inbound.js';
import type { ReceiverCode } from './receiver-code.js';

/**
 * The dialect contract: everything the hub must know about how one ATS talks. One folder in `src/dialects/` each,
 * listed in `all-dialects.ts`. The core calls this contract and never names a vendor.
 */
export interface Dialect {
  /** Lower case, no spaces; also the mount point of the vendor's own endpoints. */
  readonly name: string;
  readonly title: string;
  /** One or two sentences for `GET /v1/dialects` and the console. */
  readonly summary: string;
  /** The vendor's event names, in the order of its document. */
  readonly events: readonly DialectEvent[];
  /** Canonical type ↔ vendor name. At most one row per canonical type goes out. */
  readonly mappings: readonly EventMapping[];
  readonly subscriptionRules: SubscriptionRules;
  readonly signature: SignatureDescription;
  /** Programs that verify the signature, in the languages that partners ask for. */
  readonly receiver: ReceiverCode;
  readonly policy: DeliveryPolicy;

  /**
   * The vendor's name for an event, or `null` when this dialect cannot say it. An event that came in through the same
   * dialect keeps the name it came with.
   */
  nameOf(event: CanonicalEvent): string | null;

  /** The body of a delivery. Pure; never throws for an event that `nameOf` names. */
  encode(event: CanonicalEvent, options: EncodeOptions): Envelope;

  /**
   * The vendor's own headers of a call (lower case names): its signature, and the id of the call where it sends one.
   * The hub adds the Standard Webhooks headers.
   */
  sign(message: Signable): Record<string, string>;

  /** A complete event whose envelope is the documented example of `eventName`, or the best one where there is none. */
  exampleOf(eventName: string): CanonicalEvent | null;

  /** The dialect's own test event; absent: the first event's example, marked by the header `webhook-test: true`. */
  testEnvelope?(subscription: TestedSubscription): TestEnvelope;

  /** How the vendor's own webhooks come in. */
  readonly inbound: Inbound;

  /** Which of the vendor's fields holds which canonical one, for a name of the list. */
  fieldsOf(eventName: string): readonly FieldDescription[];

  /** A call made once to every new target, by which it may prove that it wants the calls. */
  readonly confirmation?: Confirmation;
}

export interface DialectEvent {
  readonly name: string;
  readonly description: string;
}

export interface EventMapping {
  readonly canonical: string;
  readonly name: string;
  /** `out`: only how the canonical type goes out; `in`: only how the vendor's name comes in. */
  readonly direction: 'both' | 'out' | 'in';
}

export interface SubscriptionRules {
  /** Its event names are the canonical types themselves, `custom.<name>` included. */
  readonly canonicalNames: boolean;
  /** `entity.*` in patterns, beside `*` and exact names. */
  readonly entityWildcards: boolean;
  /** `Name=canonical.type` in patterns: events that the vendor has beyond its document. */
  readonly customEvents: boolean;
  /** Exactly one event a subscription, when its body does not name the event. */
  readonly singleEvent: boolean;
  /** The vendor demands `https:` targets: in production there is no other, whatever the settings say. */
  readonly httpsOnly: boolean;
  /** Lower case header names that this dialect sets itself. */
  readonly reservedHeaders: readonly string[];
}

export interface SignatureDescription {
  /** `null`: the vendor documents none of its own. */
  readonly header: string | null;
  readonly description: string;
}

export interface EncodeOptions {
  /** The vendor's event name that the subscription was matched by. */
  readonly eventName: string;
  /** Signed upload and file addresses are credentials: left out unless asked for, or unless the dialect is the same. */
  readonly includeFiles: boolean;
}

export interface Envelope {
  /** JSON text, sent and signed as it is. */
  readonly body: string;
  /** What a reader of the event should know, e.g. that a receiver's parser may refuse so large a body. */
  readonly warnings?: readonly string[];
}

export interface TestedSubscription {
  readonly id: string;
  readonly name: string | null;
  /** The first event it asks for, or the dialect's first one. */
  readonly eventName: string;
  /** When the test is sent: ISO 8601, UTC, milliseconds. */
  readonly sentAt: string;
}

export interface TestEnvelope {
  readonly eventName: string;
  readonly body: string;
}

export interface Confirmation {
  readonly body: string;
  /** The header that carries a random value and is expected back in the answer. */
  readonly header: string;
  /** A later echo confirms nothing. */
  readonly timeoutMs: number;
}

/** How long, how often, and when to stop. Pure data, so that the core can interpret and the documents print it. */
export interface DeliveryPolicy {
  /** For the whole exchange, from connecting to the last byte read. */
  readonly timeoutMs: number;
  /** Before the second, third, … attempt; its length + 1 is the number of attempts. */
  readonly retryDelaysSeconds: readonly number[];
  /** 0.2: each delay is moved by up to ±20 %. */
  readonly jitterRatio: number;
  readonly honoursRetryAfter: boolean;
  /** Answers by which a receiver says that it is gone: the subscription is deactivated. */
  readonly goneStatuses: readonly number[];
  readonly givingUp: GivingUpRule;
}

export type GivingUpRule =
  /** Disabled when every call for so long has failed. */
  | { readonly kind: 'failing_for'; readonly days: number }
  /** Disabled after so many failed deliveries in a row, each one after all its attempts. */
  | { readonly kind: 'failed_deliveries'; readonly count: number }
  /** Suspended after so many calls in a row answered 5xx, for a time that doubles; then one probe decides. */
  | {
      readonly kind: 'suspend';
      readonly serverErrors: number;
      readonly firstMinutes: number;
      readonly maxMinutes: number;
    };
