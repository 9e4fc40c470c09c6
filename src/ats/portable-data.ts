import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';
import type { CanonicalEvent } from './canonical-event.js';
import { holdsPerson } from './canonical/entity-properties.js';
import { completePersonName } from './person-name.js';
import { readTime } from './times.js';

/**
 * An event's data as one dialect may see it. In the dialect it came from it stays as it is; elsewhere signed file
 * addresses are left out unless asked for, times that cannot be read are left out, and the missing half of a
 * person's name is made from the other.
 */
export function portableData(event: CanonicalEvent, dialect: string, includeFiles: boolean): JsonObject {
  if (event.source.dialect === dialect) return event.data;
  return portableObject(event.data, '', includeFiles);
}

/** One entity as any reader may see it: without signed file addresses, whichever dialect it came from. */
export function portableEntity(entity: string, state: JsonObject): JsonObject {
  return portableObject(state, entity, false);
}

const FILE_PROPERTIES: ReadonlySet<string> = new Set(['file', 'files', 'cv', 'resume', 'attachments']);

function portable(value: JsonValue, property: string, includeFiles: boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => portable(item, property, includeFiles));
  return isJsonObject(value) ? portableObject(value, property, includeFiles) : value;
}

function portableObject(holder: JsonObject, property: string, includeFiles: boolean): JsonObject {
  const copy: JsonObject = {};
  for (const key of Object.keys(holder)) {
    const value = holder[key];
    if (value === undefined || isUnreadableTime(key, value)) continue;
    if (!includeFiles && isFileAddress(property, key)) continue;
    setOwn(copy, key, portable(value, key, includeFiles));
  }
  return holdsPerson(property) ? completePersonName(copy) : copy;
}

/** Assigning to `__proto__` would swap the prototype: from JSON it is a property like any other. */
function setOwn(holder: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') holder[key] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function isFileAddress(holderProperty: string, property: string): boolean {
  return property.endsWith('signed_url') || (property === 'url' && FILE_PROPERTIES.has(holderProperty));
}

function isUnreadableTime(property: string, value: JsonValue): boolean {
  return property.endsWith('_at') && typeof value === 'string' && readTime(value) === null;
}
