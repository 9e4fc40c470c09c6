import type { CanonicalEvent } from '../ats/canonical-event.js';
import type { JsonValue } from '../common/json.js';

/** Every fact that modules tell each other, and its payload. Ids are UUIDs; times are `Date`s. */
export interface InternalEvents {
  /** Events are about to be saved; their deliveries are planned in the same transaction. */
  EventsAccepted: { readonly events: readonly AcceptedEvent[] };
  /** Webhook calls were made, with what each came to; `ailing`: the subscriptions that were locked because their health may change. */
  AttemptsMade: { readonly attempts: readonly AttemptMade[]; readonly ailing: readonly string[] };
  /** Deliveries ended without a call: they were skipped at once, cancelled, or given up unsent. */
  DeliveriesEnded: DeliveriesEnded;
  /** A subscription was created, changed, moved to another status, or deleted. */
  SubscriptionChanged: SubscriptionChanged;
  /** A partner's status changed: its subscriptions follow. */
  PartnerStatusChanged: PartnerStatusChanged;
  /** Somebody, or the hub itself, changed something that the audit log must show. */
  ChangesMade: { readonly changes: readonly Change[] };
  /** Events were blanked, since they were about somebody who is erased: nobody may get them any more. */
  EventsErased: { readonly eventIds: readonly string[]; readonly erased: Erased };
  /** Somebody is being erased, maybe by another process: what this one has claimed before may be owed no more. */
  ErasureUnderWay: object;
  /** The deliveries of erased events were closed: what was sent for them is to be blanked. */
  DeliveriesErased: { readonly deliveryIds: readonly string[]; readonly erased: Erased };
  /** Somebody is erased, who is known by these ids. They are told in memory, and not kept. */
  SubjectErased: { readonly accountId: string; readonly ids: readonly string[]; readonly erased: Erased };
}

export interface AcceptedEvent {
  readonly id: string;
  readonly accountId: string;
  readonly sourceId: string | null;
  readonly event: CanonicalEvent;
  /** The event as it is stored: JSON, without the vendor's body. */
  readonly content: Buffer;
  /** How many deliveries were planned: counted here by the planner. */
  deliveries: number;
  /** How many of them this process sends itself, from memory: counted here by the planner. */
  handedOver: number;
  /** Set: these subscriptions get it, whatever they ask for, and no others. */
  readonly onlyTo?: readonly string[];
}

/** What came of an erasure: counted here by those who blank their own. */
export interface Erased {
  attempts: number;
  cancelledDeliveries: number;
  auditEntries: number;
  /** Subscriptions whose receivers were told something. */
  readonly recipients: Set<string>;
  /** Until when workers may hold some of the deliveries; `null`: none did. */
  leasedUntil: Date | null;
}

export type AttemptKind = 'delivery' | 'test' | 'confirmation';
/** What an attempt came to: `retry` will be tried again, `failed` was the last one. */
export type AttemptOutcome = 'delivered' | 'retry' | 'failed';

export interface AttemptMade {
  readonly id: string;
  readonly accountId: string;
  readonly partnerId: string | null;
  readonly subscriptionId: string;
  readonly kind: AttemptKind;
  readonly deliveryId: string | null;
  readonly eventId: string | null;
  readonly dialect: string;
  /** Canonical type; `null` for calls that carry no event. */
  readonly eventType: string | null;
  /** The dialect's name of the event. */
  readonly eventName: string;
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly url: string;
  /** Credentials already masked. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: Buffer;
  /** 0: there was no answer. */
  readonly responseStatus: number;
  readonly responseHeaders: Readonly<Record<string, string | string[]>>;
  readonly responseBody: Buffer;
  readonly responseTruncated: boolean;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Its lease was lost meanwhile: the call is history, its result decides nothing. */
  readonly late: boolean;
  /** Whether it tells how the receiver is: what comes late does not, and neither does a test. */
  readonly counts: boolean;
}

export interface DeliveriesEnded {
  readonly ended: readonly {
    readonly accountId: string;
    readonly subscriptionId: string;
    readonly status: 'skipped' | 'cancelled' | 'failed';
    /** How many. */
    readonly deliveries: number;
  }[];
}

export type SubscriptionStatus = 'active' | 'disabled' | 'suspended' | 'deactivated';

export interface SubscriptionChanged {
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly change: 'created' | 'updated' | 'status' | 'deleted';
  readonly status: SubscriptionStatus;
  readonly previousStatus: SubscriptionStatus | null;
  readonly reason: string | null;
  /** It is called at another address than before, or for the first time. */
  readonly isNewTarget: boolean;
  /** Set while suspended: when the next probe may go out. */
  readonly suspendedUntil: Date | null;
}

export interface PartnerStatusChanged {
  readonly accountId: string;
  readonly partnerId: string;
  readonly status: 'active' | 'disabled' | 'deleted';
  readonly by: ChangedBy;
}

/** Who changed something, and from where; `null` key: the hub itself, by a rule. */
export interface ChangedBy {
  readonly keyId: string | null;
  readonly keyName: string;
  readonly role: string;
  readonly address: string | null;
  readonly requestId: string | null;
}

export interface Change {
  readonly accountId: string;
  readonly by: ChangedBy;
  /** `subscription.created`, `events.accepted`, … */
  readonly action: string;
  readonly targetKind: string;
  /** As shown outside: `wh_…`, `evt_…`. */
  readonly targetId: string;
  /** Secrets already masked. */
  readonly before: JsonValue;
  readonly after: JsonValue;
}
