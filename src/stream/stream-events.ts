import { parsePublicId, publicId } from '../common/ids.js';
import type { JsonObject, JsonValue } from '../common/json.js';
import type { AttemptRow, ChangeRow, DeliveryRow } from './stream-statements.js';

/** One server-sent event. `order` is the UUID that it is sorted by. */
export interface StreamEvent {
  readonly order: string;
  readonly id: string;
  readonly event: 'attempt' | 'delivery' | 'subscription';
  readonly data: JsonObject;
}

export function attemptEvent(row: AttemptRow, statuses: ReadonlyMap<string, string>): StreamEvent {
  const id = publicId('attempt', row.id);
  const data = {
    id,
    kind: row.kind,
    subscription_id: publicId('subscription', row.subscription_id),
    delivery_id: row.delivery_id && publicId('delivery', row.delivery_id),
    event_id: row.event_id && publicId('event', row.event_id),
    event_type: row.event_type,
    event_name: row.event_name,
    dialect: row.dialect,
    number: row.number,
    outcome: row.outcome,
    response_status: row.response_status,
    error_code: row.error_code,
    started_at: row.started_at.toISOString(),
    duration_ms: row.duration_ms,
    delivery_status: row.delivery_id && (statuses.get(row.delivery_id) ?? null),
  };
  return { order: row.id, id, event: 'attempt', data };
}

export function deliveryEvent(row: DeliveryRow): StreamEvent {
  const id = publicId('delivery', row.id);
  const data = {
    id,
    subscription_id: publicId('subscription', row.subscription_id),
    event_id: publicId('event', row.event_id),
    event_type: row.event_type,
    event_name: row.event_name,
    status: row.status,
    reason: row.reason,
    created_at: row.created_at.toISOString(),
  };
  return { order: row.id, id, event: 'delivery', data };
}

/** A delivery that somebody tried again by hand. */
export function retriedEvent(change: ChangeRow, delivery: DeliveryRow): StreamEvent {
  return { ...deliveryEvent(delivery), order: change.id, id: publicId('audit', change.id) };
}

export function subscriptionEvent(row: ChangeRow): StreamEvent {
  const data = {
    id: row.target_id,
    change: row.action.slice(row.action.indexOf('.') + 1),
    status: textIn(row.after, 'status'),
    status_reason: textIn(row.after, 'status_reason'),
    changed_at: row.created_at.toISOString(),
  };
  return { order: row.id, id: publicId('audit', row.id), event: 'subscription', data };
}

function textIn(value: JsonObject | null, field: string): JsonValue {
  return value?.[field] ?? null;
}

export function frameOf(event: string, data: JsonObject, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** The row behind an event's id; `null`: it is none. */
export function rowOfEventId(text: string): string | null {
  return parsePublicId('attempt', text) ?? parsePublicId('delivery', text) ?? parsePublicId('audit', text);
}
