import type { JsonObject, JsonValue } from './json.js';
import { type FilterPath, mistakeInText, someAt } from './filter-path.js';
import type { FieldProblem } from './problem.js';

/** The operators of filters: what each accepts as its operand, and what it asks of the values at a path. */

export const MAX_LIST_VALUES = 500;
export const MAX_VALUE_DEPTH = 8;

export type Predicate = (event: object) => boolean;
/** A condition that still lacks its path. */
type Criterion = (path: FilterPath) => Predicate;
type Operator = (operand: JsonValue, field: string) => Criterion | FieldProblem;
type Test = (value: unknown) => boolean;

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$eq', withValue((value) => equalToAny([value]))],
  ['$neq', withValue((value) => negated(equalToAny([value])))],
  ['$gt', comparing((value, bound) => value > bound)],
  ['$gte', comparing((value, bound) => value >= bound)],
  ['$lt', comparing((value, bound) => value < bound)],
  ['$lte', comparing((value, bound) => value <= bound)],
  ['$in', withList(equalToAny)],
  ['$nin', withList((values) => negated(equalToAny(values)))],
  ['$exists', withBoolean((expected) => (expected ? some(isPresent) : negated(some(isPresent))))],
  ['$startsWith', withText((start) => some((value) => typeof value === 'string' && value.startsWith(start)))],
  ['$endsWith', withText((end) => some((value) => typeof value === 'string' && value.endsWith(end)))],
]);

export function not(predicate: Predicate): Predicate {
  return (event) => !predicate(event);
}

function withValue(criterion: (value: JsonValue) => Criterion): Operator {
  return (operand, field) => {
    const message = mistakeInValue(operand);
    return message ? { field, message } : criterion(operand);
  };
}

function withList(criterion: (values: readonly JsonValue[]) => Criterion): Operator {
  return (operand, field) => {
    if (!Array.isArray(operand)) return { field, message: 'must be a list of values, such as ["a", "b"]' };
    if (operand.length > MAX_LIST_VALUES) {
      return { field, message: `holds ${operand.length} values, of at most ${MAX_LIST_VALUES}` };
    }
    for (const [index, value] of operand.entries()) {
      const message = mistakeInValue(value);
      if (message) return { field: `${field}[${index}]`, message };
    }
    return criterion(operand);
  };
}

function withText(criterion: (text: string) => Criterion): Operator {
  return (operand, field) => {
    if (typeof operand !== 'string') return { field, message: 'must be a string' };
    const message = mistakeInText(operand);
    return message ? { field, message } : criterion(operand);
  };
}

function withBoolean(criterion: (expected: boolean) => Criterion): Operator {
  return (operand, field) =>
    typeof operand === 'boolean' ? criterion(operand) : { field, message: 'must be true or false' };
}

/** Only values of the bound's own type compare: strings by UTF-16 code units, which puts ISO times of one form in order. */
function comparing(holds: (value: string | number, bound: string | number) => boolean): Operator {
  return (operand, field) => {
    if (typeof operand !== 'string' && typeof operand !== 'number') {
      return { field, message: 'must be a string or a number' };
    }
    const message = mistakeInValue(operand);
    if (message) return { field, message };
    return some((value) => typeof value === typeof operand && holds(value as typeof operand, operand));
  };
}

function some(test: Test): Criterion {
  return (path) => (event) => someAt(event, path, test);
}

function negated(criterion: Criterion): Criterion {
  return (path) => not(criterion(path));
}

function isPresent(): boolean {
  return true;
}

/** A path that leads nowhere is `null` here: one ATS leaves out what another sends as `null`. */
function equalToAny(values: readonly JsonValue[]): Criterion {
  const equal = some(equalityTest(values));
  if (!values.includes(null)) return equal;
  return (path) => {
    const isEqual = equal(path);
    return (event) => isEqual(event) || !someAt(event, path, isPresent);
  };
}

function equalityTest(values: readonly JsonValue[]): Test {
  const scalars = new Set<unknown>(values.filter((value) => !isStructure(value)));
  const structures = values.filter(isStructure);
  if (structures.length > 0) {
    return (value) => scalars.has(value) || structures.some((structure) => isDeepEqual(structure, value));
  }
  const [only] = scalars;
  return scalars.size === 1 ? (value) => value === only : (value) => scalars.has(value);
}

/** Equal as JSON, whatever the order of keys. It recurses as deep as `expected`, which is bounded. */
function isDeepEqual(expected: JsonValue, value: unknown): boolean {
  if (!isStructure(expected)) return expected === value;
  if (!isStructure(value) || Array.isArray(expected) !== Array.isArray(value)) return false;
  const entries = Object.entries(expected);
  return (
    entries.length === Object.keys(value).length &&
    entries.every(([key, inner]) => Object.hasOwn(value, key) && isDeepEqual(inner, (value as JsonObject)[key]))
  );
}

function isStructure(value: unknown): value is JsonValue[] | JsonObject {
  return typeof value === 'object' && value !== null;
}

function mistakeInValue(value: JsonValue, depth = 0): string | null {
  if (typeof value === 'string') return mistakeInText(value);
  if (!isStructure(value)) return null;
  if (depth === MAX_VALUE_DEPTH) return `is nested more than ${MAX_VALUE_DEPTH} deep`;
  for (const [key, inner] of Object.entries(value)) {
    const mistake = mistakeInText(key) ?? mistakeInValue(inner, depth + 1);
    if (mistake) return mistake;
  }
  return null;
}
