import fc from 'fast-check';
import { isJsonObject, type JsonValue } from '../../src/common/json.js';

/** JSON of every shape, and ways to spoil a body with it. */

export const anyJson: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as JsonValue),
  fc.constantFrom<JsonValue>(
    null,
    '',
    'x\u0000y',
    '\ud800',
    0,
    -1,
    1e300,
    [],
    {},
    [[]],
    JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}, "id": "__proto__"}') as JsonValue,
    JSON.parse('[{"toString": null, "hasOwnProperty": 1}]') as JsonValue,
  ),
);

/** Replaces the node at a position, counted through the whole value. */
export function replaceAt(value: JsonValue, position: number, replacement: JsonValue): JsonValue {
  return changeAt(value, position, () => replacement) ?? null;
}

/** The same for whatever is to become of the node; `undefined` removes it. */
export function changeAt(
  value: JsonValue,
  position: number,
  change: (node: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  let left = position % (countNodes(value) + 1);
  const visit = (node: JsonValue): JsonValue | undefined => {
    if (left-- === 0) return change(node);
    if (Array.isArray(node)) return node.map(visit).filter((inner) => inner !== undefined);
    if (!isJsonObject(node)) return node;
    const entries = Object.entries(node).map(([key, inner]) => [key, visit(inner)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
  };
  return visit(value);
}

function countNodes(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + 1 + countNodes(inner), 0);
}

export function mapTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}

/** Paths as documents write them. */
export function leavesOf(value: JsonValue, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, `${path}[]`));
  if (!isJsonObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}
