import type { JsonObject, JsonValue } from '../common/json.js';

/** What kind of thing an event is about, and its id at the ATS. */
export interface EntityReference {
  readonly entity: string;
  readonly id: string;
}

/** Who did it, as far as the ATS says. */
export interface Actor {
  readonly id?: string;
  readonly name?: string;
  readonly email?: string;
}

/**
 * Something an ATS said happened, in the hub's own words. Field names are those of the public JSON. Immutable once
 * accepted: encoders get the same object for many deliveries and must not change it.
 */
export interface CanonicalEvent {
  /** `evt_…` */
  readonly id: string;
  /** `entity.action`, or `custom.<name>`. */
  readonly type: string;
  /** ISO 8601, UTC, milliseconds, `Z`. */
  readonly occurred_at: string;
  readonly source: {
    /** `standard` for the native API. */
    readonly dialect: string;
    readonly source_id: string | null;
    /** The vendor's own id of the event, or the producer's. */
    readonly event_id: string | null;
    /** The vendor's own name of the event; `null` for the native API. */
    readonly type: string | null;
  };
  readonly subject: EntityReference | null;
  readonly actor: Actor | null;
  /** The subject's entity by name, with what it belongs to inside. */
  readonly data: JsonObject;
  /** What only one vendor knows, by dialect, so that it survives the round trip. */
  readonly extensions: Readonly<Record<string, JsonObject>>;
  readonly test: boolean;
  /** How many hubs it has come through; absent: none. Not part of the public JSON. */
  readonly hops?: number;
  /** The trace of the request that brought it; absent: it was not traced. Not part of the public JSON, and told to no receiver. */
  readonly traceparent?: string;
  /** What it says is for its receivers alone, and not for the hub's records. Not part of the public JSON. */
  readonly confidential?: boolean;
  /** The vendor's body as received, parsed; absent for the native API. */
  readonly received?: JsonValue;
}
