import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';
import type { JsonSchema } from './canonical/schema-parts.js';
import { dataSchemaOf } from './event-types.js';
import { type FieldMap, leftOver, readPath } from './field-map.js';

/**
 * Makes what a vendor sent fit the canonical schemas: numbers become text where text is meant, and what cannot be
 * meant is left out, so that subscribers may rely on the schemas whatever comes in.
 */

export interface ReadFields {
  /** Fits the schema of data that holds the entity, except that the entity or its id may lack. */
  readonly data: JsonObject;
  /** What the data does not hold, under the vendor's names. */
  readonly rest: JsonObject;
}

/** A vendor's object by the vendor's map. */
export function readFields(entity: string, vendor: JsonObject, map: FieldMap): ReadFields {
  const translated = map.toCanonical(vendor);
  const { data, misfits } = conform(dataSchemaOf(entity), translated);
  const carried = map.pairs.filter(({ canonical }) => {
    const path = canonical.split('.');
    return readPath(translated, path) !== undefined && !misfits.some((misfit) => isWithin(misfit, path));
  });
  return { data, rest: leftOver(vendor, carried) };
}

/** Data that has the canonical names of a schema already; unknown ones stay. */
export function readCanonical(schema: JsonSchema | null, data: JsonObject): ReadFields {
  const conformed = conform(schema, data);
  const rest: JsonObject = {};
  for (const misfit of conformed.misfits) keep(rest, data, misfit);
  return { data: conformed.data, rest };
}

type Path = readonly string[];

interface Conformed {
  readonly data: JsonObject;
  /** Where something was left out; a list's items go by the list. */
  readonly misfits: readonly Path[];
}

function conform(schema: JsonSchema | null, data: JsonObject): Conformed {
  if (!schema) return { data, misfits: [] };
  const misfits: Path[] = [];
  const fitting = fitObject(data, schema, [], (path) => misfits.push(path));
  return { data: fitting, misfits };
}

function fit(value: JsonValue, schema: JsonSchema, path: Path, onMisfit: (path: Path) => void): JsonValue | undefined {
  if (accepts(schema, typeOf(value))) {
    if (isJsonObject(value)) return fitObject(value, schema, path, onMisfit);
    if (Array.isArray(value)) return fitItems(value, schema, path, onMisfit);
    if (!schema.enum || schema.enum.some((allowed) => allowed === value)) return value;
  } else if (isExactNumber(value) && accepts(schema, 'string') && !schema.enum) {
    return String(value);
  }
  onMisfit(path);
  return undefined;
}

function fitObject(
  holder: JsonObject,
  { properties = {} }: JsonSchema,
  path: Path,
  onMisfit: (path: Path) => void,
): JsonObject {
  const fitting = Object.entries(holder).flatMap(([key, value]): [string, JsonValue][] => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const fitted = property ? fit(value, property, [...path, key], onMisfit) : value;
    return fitted === undefined ? [] : [[key, fitted]];
  });
  return Object.fromEntries(fitting);
}

function fitItems(
  items: readonly JsonValue[],
  { items: schema }: JsonSchema,
  path: Path,
  onMisfit: (path: Path) => void,
): JsonValue[] {
  if (!schema) return [...items];
  return items.flatMap((item) => {
    const fitted = fit(item, schema, path, () => onMisfit(path));
    return fitted === undefined ? [] : [fitted];
  });
}

function accepts({ type }: JsonSchema, name: string): boolean {
  return Array.isArray(type) ? type.includes(name) : type === name;
}

/** The name of its type in JSON Schema; a number that JSON cannot write has none. */
function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isFinite(value) ? 'none' : typeof value;
}

/** Beyond 2^53 two ids may have become the same number. */
function isExactNumber(value: JsonValue): value is number {
  return (
    typeof value === 'number' && Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  );
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, index) => path[index] === key);
}

/** Paths of misfits are those of a schema, so no key can reach a prototype. */
function keep(target: JsonObject, source: JsonObject, path: Path): void {
  const value = readPath(source, path);
  const last = path.at(-1);
  if (value === undefined || last === undefined) return;
  let holder = target;
  for (const key of path.slice(0, -1)) {
    const inner = holder[key];
    holder = isJsonObject(inner) ? inner : (holder[key] = {});
  }
  holder[last] = value;
}
