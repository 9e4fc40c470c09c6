import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';
import type { EntityReference } from './canonical-event.js';
import { entityOfProperty } from './canonical/entity-properties.js';
import { eventTypeOf } from './event-types.js';

/** Finds the entities in an event's data: its subject, everything with an id, one entity of a kind. */

/** What the event is about, read from its type and data; `null` when the type has no subject or the data no id. */
export function subjectOf(type: string, data: JsonObject): EntityReference | null {
  const entity = eventTypeOf(type)?.subject;
  if (!entity || !Object.hasOwn(data, entity)) return null;
  const id = idOf(data[entity]);
  return id === null ? null : { entity, id };
}

/** Every entity with an id anywhere in the data, once each, the subject first. */
export function entitiesOf(type: string, data: JsonObject): EntityReference[] {
  const found = new Map<string, EntityReference>();
  const add = (reference: EntityReference) => {
    const key = `${reference.entity}\n${reference.id}`;
    if (!found.has(key)) found.set(key, reference);
  };
  const subject = subjectOf(type, data);
  if (subject) add(subject);
  visit(data, null, (entity, holder) => {
    const id = idOf(holder);
    if (id !== null) add({ entity, id });
  });
  return [...found.values()];
}

/** The entity of that kind that lies nearest to the top of the data: the candidate of an interview's application. */
export function findEntity(data: JsonObject, entity: string): JsonObject | null {
  let level: JsonObject[] = [data];
  while (level.length > 0) {
    const below: JsonObject[] = [];
    for (const holder of level) {
      for (const [property, value] of Object.entries(holder)) {
        if (!isJsonObject(value)) continue;
        if (property === entity) return value;
        if (entityOfProperty(property) !== null) below.push(value);
      }
    }
    level = below;
  }
  return null;
}

function visit(value: JsonValue, entity: string | null, onEntity: (entity: string, holder: JsonObject) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, entity, onEntity);
    return;
  }
  if (!isJsonObject(value)) return;
  if (entity !== null) onEntity(entity, value);
  for (const property of Object.keys(value)) visit(value[property] ?? null, entityOfProperty(property), onEntity);
}

function idOf(value: JsonValue | undefined): string | null {
  if (!isJsonObject(value) || !Object.hasOwn(value, 'id')) return null;
  return typeof value.id === 'string' && value.id !== '' ? value.id : null;
}
