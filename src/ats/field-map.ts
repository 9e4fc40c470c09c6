import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';

/**
 * Translates objects between a vendor's field names and the canonical ones by a list of pairs, read in either
 * direction: encoders, decoders and documents use the same list. What is absent stays absent.
 */
export interface FieldMap {
  readonly pairs: readonly FieldPair[];
  readonly toVendor: (canonical: JsonObject) => JsonObject;
  readonly toCanonical: (vendor: JsonObject) => JsonObject;
}

/** Dotted paths; a transform may answer `undefined` to leave the field out. */
export interface FieldPair extends Transform {
  readonly vendor: string;
  readonly canonical: string;
}

export interface Transform {
  readonly toVendor?: (value: JsonValue) => JsonValue | undefined;
  readonly toCanonical?: (value: JsonValue) => JsonValue | undefined;
  /** What the transform reads of the value's own fields. */
  readonly inside?: InnerFields;
  /** For documents: why the value does not go over as it is, where more than its notation changes. */
  readonly note?: string;
}

export interface InnerFields {
  /** A pair without a name on one side stands for the value itself. */
  readonly pairs: readonly FieldPair[];
  /** What documents write between the two paths: `[]` for a list of them, `[0]` for the first. */
  readonly vendorIndex: string;
  readonly canonicalIndex: string;
}

export function pair(vendor: string, canonical: string, transform: Transform = {}): FieldPair {
  return { vendor, canonical, ...transform };
}

/** Fields below `prefix` that both sides call the same. */
export function sameNames(prefix: string, names: readonly string[], transform: Transform = {}): FieldPair[] {
  return names.map((name) => pair(name, `${prefix}${name}`, transform));
}

export function fieldMap(pairs: readonly FieldPair[]): FieldMap {
  const outward = pairs.map(({ canonical, vendor, toVendor }) => compile(canonical, vendor, toVendor));
  const inward = pairs.map(({ canonical, vendor, toCanonical }) => compile(vendor, canonical, toCanonical));
  return {
    pairs,
    toVendor: (canonical) => translate(canonical, outward),
    toCanonical: (vendor) => translate(vendor, inward),
  };
}

/** Applies a map to each item of a list, and to an object by itself; anything else passes as it is. */
export function each(map: FieldMap): Transform {
  const apply = (translateItem: (item: JsonObject) => JsonObject) => {
    const transform = (value: JsonValue): JsonValue => {
      if (Array.isArray(value)) return value.map(transform);
      return isJsonObject(value) ? translateItem(value) : value;
    };
    return transform;
  };
  const inside = { pairs: map.pairs, vendorIndex: '[]', canonicalIndex: '[]' };
  return { toVendor: apply(map.toVendor), toCanonical: apply(map.toCanonical), inside };
}

/** The vendor has a list where the hub knows one: the first comes in, and one goes out. */
export function first(map: FieldMap): Transform {
  return {
    toVendor: (value) => {
      const item = isJsonObject(value) ? map.toVendor(value) : {};
      return Object.keys(item).length > 0 ? [item] : undefined;
    },
    toCanonical: (value) => {
      const item = firstOf(value);
      return item && map.toCanonical(item);
    },
    inside: { pairs: map.pairs, vendorIndex: '[0]', canonicalIndex: '' },
  };
}

/** The same where the hub knows one field of it alone. */
export function firstField(name: string): Transform {
  return {
    toVendor: (value) => (value === null ? undefined : [{ [name]: value }]),
    toCanonical: (value) => firstOf(value)?.[name],
    inside: { pairs: [pair(name, '')], vendorIndex: '[0]', canonicalIndex: '' },
  };
}

function firstOf(value: JsonValue): JsonObject | undefined {
  const item = Array.isArray(value) ? value[0] : undefined;
  return isJsonObject(item) ? item : undefined;
}

/** What is left of a vendor's object without the fields of these pairs; a value with unknown fields in it stays whole. */
export function leftOver(vendor: JsonObject, pairs: readonly FieldPair[]): JsonObject {
  const taken = pairs.map(({ vendor: path, inside }) => ({ path: path.split('.'), inside }));
  return withoutTaken(vendor, taken, 0);
}

interface TakenField {
  readonly path: readonly string[];
  readonly inside: InnerFields | undefined;
}

function withoutTaken(holder: JsonObject, taken: readonly TakenField[], depth: number): JsonObject {
  const kept = Object.entries(holder).flatMap(([key, value]): [string, JsonValue][] => {
    const here = taken.filter(({ path }) => path[depth] === key);
    if (here.some(({ path, inside }) => path.length === depth + 1 && isCovered(value, inside))) return [];
    const deeper = here.filter(({ path }) => path.length > depth + 1);
    if (deeper.length === 0 || !isJsonObject(value)) return [[key, value]];
    const rest = withoutTaken(value, deeper, depth + 1);
    return Object.keys(rest).length > 0 ? [[key, rest]] : [];
  });
  return Object.fromEntries(kept);
}

function isCovered(value: JsonValue, inside: InnerFields | undefined): boolean {
  if (!inside) return true;
  if (Array.isArray(value)) {
    const isRead = inside.vendorIndex !== '[0]' || value.length <= 1;
    return isRead && value.every((item) => isCovered(item, inside));
  }
  return value === null || (isJsonObject(value) && Object.keys(leftOver(value, inside.pairs)).length === 0);
}

/** The value at a path of own properties, or `undefined`. */
export function readPath(holder: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = holder;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

interface Step {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly transform: ((value: JsonValue) => JsonValue | undefined) | undefined;
}

function compile(from: string, to: string, transform: Step['transform']): Step {
  return { from: from.split('.'), to: to.split('.'), transform };
}

function translate(source: JsonObject, steps: readonly Step[]): JsonObject {
  const target: JsonObject = {};
  for (const { from, to, transform } of steps) {
    const found = readPath(source, from);
    const value = found === undefined || !transform ? found : transform(found);
    if (value !== undefined) writePath(target, to, value);
  }
  return target;
}

/** Paths come from the maps in the code, never from data, so no key can reach a prototype. */
function writePath(target: JsonObject, path: readonly string[], value: JsonValue): void {
  let holder = target;
  for (const key of path.slice(0, -1)) {
    const inner = holder[key];
    holder = isJsonObject(inner) ? inner : (holder[key] = {});
  }
  const last = path.at(-1);
  if (last !== undefined) holder[last] = value;
}
