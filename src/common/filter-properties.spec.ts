import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFilter } from './filter.js';
import { isJsonObject, type JsonObject, type JsonValue } from './json.js';

/** Laws of the filter language over random filters and events, and a second evaluator that is written to be plain, not fast. */

const NAMES = ['a', 'b', '0', '1', 'c.d', '__proto__', 'constructor'];
const RUNS = { numRuns: 1_000, seed: 1 };

const name = fc.constantFrom(...NAMES);
const scalar = fc.constantFrom<JsonValue>('', 'x', 'xy', 'y', 0, 1, 2, true, false, null);
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(name, tie('json'), { maxKeys: 3 }),
  ),
}));
const event = fc.dictionary(name, json, { maxKeys: 4 });
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.map(escaped).join('.'));
const operator = fc.oneof(
  fc.tuple(fc.constantFrom('$eq', '$neq'), json),
  fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(json, { maxLength: 3 })),
  fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), fc.constantFrom('', 'x', 'xy', 0, 1)),
  fc.tuple(fc.constant('$exists'), fc.boolean()),
  fc.tuple(fc.constantFrom('$startsWith', '$endsWith'), fc.constantFrom('', 'x', 'y')),
);
const bare = fc.oneof(scalar, fc.array(json, { maxLength: 2 }));
const operators = fc
  .array(operator, { minLength: 1, maxLength: 2 })
  .map((pairs): JsonObject => Object.fromEntries(pairs));
const condition = fc.tuple(path, fc.oneof(bare, operators)).map(([key, value]) => ({ [key]: value }));
const { filter } = fc.letrec<{ filter: JsonObject }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    condition,
    fc.tuple(condition, condition).map(([left, right]) => ({ ...left, ...right })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(($or) => ({ $or })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(($and) => ({ $and })),
    tie('filter').map(($not) => ({ $not })),
  ),
}));

function matches(source: unknown, given: object): boolean {
  const result = parseFilter(source);
  if (Array.isArray(result)) throw new Error(JSON.stringify(result));
  return result.matches(given);
}

function escaped(text: string): string {
  return text.replaceAll('.', '\\.');
}

describe('every filter', () => {
  it('agrees with a plain evaluator', () => {
    let held = 0;
    const check = (source: JsonObject, given: JsonObject) => {
      const expected = evaluate(source, given);
      expect(matches(source, given)).toBe(expected);
      held += Number(expected);
    };
    fc.assert(fc.property(filter, event, check), { ...RUNS, numRuns: 5_000 });
    expect(held).toBeGreaterThan(500);
    expect(held).toBeLessThan(4_500);
  });

  it('obeys De Morgan', () => {
    fc.assert(
      fc.property(fc.array(filter, { minLength: 1, maxLength: 3 }), event, (filters, given) => {
        const negations = filters.map(($not) => ({ $not }));
        expect(matches({ $not: { $and: filters } }, given)).toBe(matches({ $or: negations }, given));
        expect(matches({ $not: { $or: filters } }, given)).toBe(matches({ $and: negations }, given));
      }),
      RUNS,
    );
  });

  it('says by $in what it says by $or of $eq, and by $nin and $neq the opposite', () => {
    fc.assert(
      fc.property(path, fc.array(json, { minLength: 1, maxLength: 4 }), event, (key, values, given) => {
        const isIn = matches({ [key]: { $in: values } }, given);
        expect(matches({ $or: values.map(($eq) => ({ [key]: { $eq } })) }, given)).toBe(isIn);
        expect(matches({ [key]: { $nin: values } }, given)).toBe(!isIn);
        expect(matches({ [key]: { $neq: values[0] } }, given)).toBe(!matches({ [key]: { $eq: values[0] } }, given));
      }),
      RUNS,
    );
  });

  it('means by several operators or paths what $and means', () => {
    fc.assert(
      fc.property(path, operators, event, (key, given, value) => {
        const apart = Object.entries(given).map(([operatorName, operand]) => ({ [key]: { [operatorName]: operand } }));
        expect(matches({ [key]: given }, value)).toBe(matches({ $and: apart }, value));
      }),
      RUNS,
    );
  });

  it('survives being stored and parsed anew', () => {
    fc.assert(
      fc.property(filter, event, (source, given) => {
        expect(matches(JSON.parse(JSON.stringify(source)), given)).toBe(matches(source, given));
      }),
      RUNS,
    );
  });
});

describe('nothing', () => {
  it('that is handed in as a filter makes parsing throw, and each problem has a place and a message', () => {
    const almost = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        fc.dictionary(fc.constantFrom('$or', '$and', '$not', '$in', '$eq', '$gt', '$exists', 'type', ''), tie('node')),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(almost, (value) => {
        const result = parseFilter(value, 'f');
        if (!Array.isArray(result)) return;
        expect(result.length).toBeGreaterThan(0);
        for (const { field, message } of result) {
          expect(field.startsWith('f')).toBe(true);
          expect(message).not.toBe('');
        }
      }),
      RUNS,
    );
  });

  it('that is handed in as an event makes matching throw', () => {
    const anyEvent = fc.oneof(
      fc.object({ key: name, withNullPrototype: true, withBigInt: true, withSparseArray: true }),
      fc.array(fc.anything()),
    );
    fc.assert(
      fc.property(filter, anyEvent, (source, given) => {
        expect(typeof matches(source, given)).toBe('boolean');
      }),
      RUNS,
    );
  });
});

/** By the rules as they are written down: all values that a path leads to, then each condition on them. */
function evaluate(source: JsonObject, given: JsonObject): boolean {
  return Object.entries(source).every(([key, value]) => {
    if (key === '$and') return (value as JsonObject[]).every((inner) => evaluate(inner, given));
    if (key === '$or') return (value as JsonObject[]).some((inner) => evaluate(inner, given));
    if (key === '$not') return !evaluate(value as JsonObject, given);
    const reached = (key.match(/(?:\\.|[^.])+/g) ?? [])
      .map((part) => part.replaceAll('\\.', '.'))
      .reduce<JsonValue[]>((nodes, part) => nodes.flatMap((node) => step(node, part)), [given]);
    const values = reached.flatMap((node) => (Array.isArray(node) ? [node, ...node] : [node]));
    const conditions = isJsonObject(value) ? value : { $eq: value };
    return Object.entries(conditions).every(([operatorName, operand]) => holds(values, operatorName, operand));
  });
}

function step(node: JsonValue, part: string): JsonValue[] {
  if (Array.isArray(node)) {
    if (/^\d+$/.test(part)) return node.slice(Number(part), Number(part) + 1);
    return node.filter(isJsonObject).flatMap((element) => step(element, part));
  }
  return isJsonObject(node) ? Object.entries(node).flatMap(([key, value]) => (key === part ? [value] : [])) : [];
}

function holds(values: JsonValue[], operatorName: string, operand: JsonValue): boolean {
  const orNull = values.length === 0 ? [null] : values;
  const strings = values.filter((value) => typeof value === 'string');
  switch (operatorName) {
    case '$eq':
      return orNull.some((value) => canonical(value) === canonical(operand));
    case '$in':
      return (operand as JsonValue[]).some((one) => holds(values, '$eq', one));
    case '$neq':
      return !holds(values, '$eq', operand);
    case '$nin':
      return !holds(values, '$in', operand);
    case '$exists':
      return values.length > 0 === operand;
    case '$startsWith':
      return strings.some((text) => text.slice(0, lengthOf(operand)) === operand);
    case '$endsWith':
      return strings.some((text) => text.slice(Math.max(0, text.length - lengthOf(operand))) === operand);
    default:
      return values.some((value) => typeof value === typeof operand && inOrder(operatorName, value, operand));
  }
}

function lengthOf(value: JsonValue): number {
  return typeof value === 'string' ? value.length : 0;
}

function inOrder(operatorName: string, value: JsonValue, operand: JsonValue): boolean {
  if (value === operand) return operatorName.endsWith('e');
  const isLess = (value as number) < (operand as number);
  return operatorName.startsWith('$l') ? isLess : !isLess;
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
    .join()}}`;
}
