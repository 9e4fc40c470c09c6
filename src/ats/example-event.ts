import type { JsonObject } from '../common/json.js';
import type { Actor, CanonicalEvent } from './canonical-event.js';
import { subjectOf } from './subject-of.js';

export interface ExampleContent {
  readonly type: string;
  /** The vendor's name of it. */
  readonly name: string;
  readonly occurredAt: string;
  readonly data: JsonObject;
  readonly id?: string;
  readonly actor?: Actor;
}

/** A complete event as it would have come in through a dialect. */
export function exampleEvent(dialect: string, content: ExampleContent): CanonicalEvent {
  return {
    id: content.id ?? 'evt_01jrgtn5m8f6q9x2v4c7b0d3kc',
    type: content.type,
    occurred_at: content.occurredAt,
    source: { dialect, source_id: null, event_id: null, type: content.name },
    subject: subjectOf(content.type, content.data),
    actor: content.actor ?? null,
    data: content.data,
    extensions: {},
    test: false,
  };
}
