import { MAX_LIST_VALUES, not, OPERATORS, type Predicate } from './filter-operators.js';
import { type FilterPath, MAX_PATH_LENGTH, parsePath } from './filter-path.js';
import { isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { nearestNamesHint } from './nearest-names.js';
import type { FieldProblem } from './problem.js';

/**
 * Filters: conditions on an event, written as JSON and compiled once into a function that never throws.
 * `FILTER_DESCRIPTION` below is the language as callers read it; filter-path.ts says how paths lead through lists.
 */

const MAX_BYTES = 10_240;
const MAX_CONDITIONS = 100;
const MAX_DEPTH = 8;
const MAX_PROBLEMS = 20;
const COMBINATORS = ['$and', '$or', '$not'];

export interface CompiledFilter {
  readonly source: JsonObject;
  matches(event: object): boolean;
}

/** Problems name their place from `field` on; with `rootFields`, a path must start with one of them. */
export function parseFilter(
  value: unknown,
  field = 'filter',
  rootFields: readonly string[] = [],
): CompiledFilter | FieldProblem[] {
  const text = toJson(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) return [{ field, message: `is ${bytes} bytes of JSON, of at most ${MAX_BYTES}` }];
  const source = JSON.parse(text) as JsonValue;
  const reader = new FilterReader(rootFields);
  const matches = reader.readFilter(source, field, 1);
  if (reader.conditions > MAX_CONDITIONS) {
    reader.refuse(field, `holds ${reader.conditions} conditions, of at most ${MAX_CONDITIONS}`);
  }
  return reader.problems.length > 0 || !isJsonObject(source)
    ? reader.problems.slice(0, MAX_PROBLEMS)
    : { source, matches };
}

/** `null` for what has no JSON, which is then refused as such. */
function toJson(value: unknown): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text ?? 'null';
  } catch {
    return 'null';
  }
}

/** Turns one filter into a predicate, and collects what is wrong with it on the way. */
class FilterReader {
  readonly problems: FieldProblem[] = [];
  conditions = 0;

  constructor(private readonly rootFields: readonly string[]) {}

  readFilter(value: JsonValue, field: string, depth: number): Predicate {
    if (depth > MAX_DEPTH) return this.refuse(field, `is more than ${MAX_DEPTH} filters deep`);
    if (!isJsonObject(value)) return this.refuse(field, 'must be an object, such as {"type": "application.hired"}');
    return all(Object.entries(value).map(([key, inner]) => this.readEntry(key, inner, `${field}.${key}`, depth)));
  }

  refuse(field: string, message: string): Predicate {
    this.problems.push({ field, message });
    return () => false;
  }

  private readEntry(key: string, value: JsonValue, field: string, depth: number): Predicate {
    if (!key.startsWith('$')) return this.readPath(key, value, field);
    switch (key) {
      case '$and':
        return all(this.readList(value, field, depth));
      case '$or':
        return any(this.readList(value, field, depth));
      case '$not':
        return not(this.readFilter(value, field, depth + 1));
      default:
        return this.refuse(
          field,
          OPERATORS.has(key)
            ? `must stand below a path, such as {"type": {"${key}": …}}`
            : `is not known here${nearestNamesHint(key, COMBINATORS)}`,
        );
    }
  }

  private readList(value: JsonValue, field: string, depth: number): Predicate[] {
    if (Array.isArray(value) && value.length > 0) {
      return value.map((filter, index) => this.readFilter(filter, `${field}[${index}]`, depth + 1));
    }
    return [this.refuse(field, 'must be a list of at least one filter, such as [{"type": "application.hired"}]')];
  }

  private readPath(key: string, value: JsonValue, field: string): Predicate {
    const path = parsePath(key);
    if ('mistake' in path) return this.refuse(field, path.mistake);
    const root = path[0]?.name ?? '';
    if (this.rootFields.length > 0 && !this.rootFields.includes(root)) {
      return this.refuse(field, `starts with a field that events lack${nearestNamesHint(root, this.rootFields)}`);
    }
    if (!isJsonObject(value)) return this.readCondition(path, '$eq', value, field);
    const operators = Object.entries(value);
    if (operators.length === 0) return this.refuse(field, 'must be a value or operators, such as {"$in": ["a", "b"]}');
    return all(operators.map(([name, operand]) => this.readCondition(path, name, operand, `${field}.${name}`)));
  }

  private readCondition(path: FilterPath, name: string, operand: JsonValue, field: string): Predicate {
    this.conditions++;
    const operator = OPERATORS.get(name);
    if (!operator) return this.refuse(field, unknownOperator(name));
    const criterion = operator(operand, field);
    return typeof criterion === 'function' ? criterion(path) : this.refuse(criterion.field, criterion.message);
  }
}

function unknownOperator(name: string): string {
  if (COMBINATORS.includes(name)) return `must stand around whole filters, such as {"${name}": …}, not below a path`;
  const hint = nearestNamesHint(name, OPERATORS.keys());
  return name.startsWith('$')
    ? `is not a known operator${hint}`
    : 'is not an operator; a field inside another is written as one dotted path, such as "data.job.id"';
}

function all(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates;
  if (only && predicates.length === 1) return only;
  return (event) => predicates.every((predicate) => predicate(event));
}

function any(predicates: readonly Predicate[]): Predicate {
  return (event) => predicates.some((predicate) => predicate(event));
}

/** The language, for OpenAPI: the options of an `@ApiProperty`. */
export const FILTER_DESCRIPTION = {
  type: 'object',
  additionalProperties: true,
  example: { type: 'application.hired', 'data.application.job.id': { $in: ['job_1', 'job_2'] } },
  description: [
    'Conditions on an event, all of which must hold; `{}` holds for every event.',
    '- A key is a dotted path into the event (`type`, `subject.id`, `source.dialect`, `actor.email`, `data.…`); a dot inside a name is `\\.`, in JSON `\\\\.`.',
    '- Its value is what must be there, or operators, all of which must hold: `$eq`, `$neq`, `$in`, `$nin`, `$gt`, `$gte`, `$lt`, `$lte`, `$exists` (true or false), `$startsWith`, `$endsWith`.',
    '- `$and` and `$or` take a list of filters, `$not` takes one.',
    '- Through a list, a condition holds when it holds for any element (a list at the end also counts as a whole); a number picks one element. `$neq`, `$nin` and `$not` hold when the opposite holds for none. Two operators on one path may be met by different elements.',
    '- `$eq`, `$neq`, `$in` and `$nin` compare any JSON; an absent field equals `null`. For `$exists`, `null` is there.',
    '- Nothing is converted: the others hold only for a value of the same type. Strings compare by character code, upper case before lower, so ISO 8601 times in one form and zone compare as times.',
    `- At most ${MAX_CONDITIONS} conditions, ${MAX_DEPTH} filters deep, ${MAX_BYTES} bytes, ${MAX_LIST_VALUES} values in a list, ${MAX_PATH_LENGTH} characters in a path.`,
  ].join('\n'),
} as const;
