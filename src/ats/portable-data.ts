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

const FILE_PROPERTIES: ReadonlySet<string> = new Set(['file', 'files', 'cv', 'resume', 'attachments']);

function portable(value: JsonValue, property: string, includeFiles: boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => portable(item, property, includeFiles));
  return isJsonObject(value) ? portableObject(value, property, includeFiles) : value;
}

/** `Object.fromEntries` defines properties, so a `__proto__` from JSON stays an ordinary one. */
function portableObject(holder: JsonObject, property: string, includeFiles: boolean): JsonObject {
  const entries = Object.entries(holder)
    .filter(([key, value]) => (includeFiles || !isFileAddress(property, key)) && !isUnreadableTime(key, value))
    .map(([key, value]): [string, JsonValue] => [key, portable(value, key, includeFiles)]);
  const copy: JsonObject = Object.fromEntries(entries);
  return holdsPerson(property) ? completePersonName(copy) : copy;
}

function isFileAddress(holderProperty: string, property: string): boolean {
  return property.endsWith('signed_url') || (property === 'url' && FILE_PROPERTIES.has(holderProperty));
}

function isUnreadableTime(property: string, value: JsonValue): boolean {
  return property.endsWith('_at') && typeof value === 'string' && readTime(value) === null;
}
