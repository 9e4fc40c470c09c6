import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { isJsonObject } from '../common/json.js';
import { nearestNamesHint } from '../common/nearest-names.js';
import type { FieldProblem } from '../common/problem.js';
import { EVENT_TYPES, eventTypeOf, isCustomType } from './event-types.js';

/**
 * Checks an event's type and data against the canonical vocabulary and says what is wrong in words, each problem
 * with the path of its field. Compiled once, when the program starts.
 */

const MAX_PROBLEMS = 20;

const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
const validators = compileValidators();

/** Empty: all is well. Paths start at the event: `type`, `data.application.id`. */
export function validateEventData(type: string, data: unknown): FieldProblem[] {
  const eventType = eventTypeOf(type);
  if (!eventType && !isCustomType(type)) return [unknownType(type)];
  if (!isJsonObject(data)) return [{ field: 'data', message: 'must be an object' }];
  const validate = validators.get(eventType?.subject ?? null);
  if (!eventType || !validate || validate(data)) return [];
  return (validate.errors ?? []).slice(0, MAX_PROBLEMS).map(toProblem);
}

/** One compiled validator per subject: types with the same subject share their schema. */
function compileValidators(): Map<string | null, ValidateFunction> {
  const compiled = new Map<string | null, ValidateFunction>();
  for (const { subject, schema } of EVENT_TYPES) {
    if (!compiled.has(subject)) compiled.set(subject, ajv.compile(schema));
  }
  return compiled;
}

function unknownType(type: string): FieldProblem {
  const names = EVENT_TYPES.map((eventType) => eventType.type);
  const message = `is not a known event type${nearestNamesHint(type, names)}; your own are named custom.<name>`;
  return { field: 'type', message };
}

function toProblem(error: ErrorObject): FieldProblem {
  const path = `data${toFieldPath(error.instancePath)}`;
  if (error.keyword === 'required') {
    const { missingProperty } = error.params as { missingProperty: string };
    const wanted = missingProperty === 'id' ? 'a non-empty string' : 'an object';
    return { field: `${path}.${missingProperty}`, message: `is required, ${wanted}` };
  }
  return { field: path, message: describe(error) };
}

function describe(error: ErrorObject): string {
  switch (error.keyword) {
    case 'minLength':
      return 'must not be empty';
    case 'enum':
      return `must be one of ${alternatives((error.schema as (string | null)[]).filter((value) => value !== null))}`;
    case 'type':
      return describeType(error);
    default:
      return error.message ?? 'is not valid';
  }
}

function describeType(error: ErrorObject): string {
  const allowed = [error.schema].flat().filter((name): name is string => typeof name === 'string' && name !== 'null');
  const message = `must be ${alternatives(allowed.map(withArticle))}, not ${withArticle(typeName(error.data))}`;
  const isUnquoted = typeof error.data === 'number' && allowed.includes('string');
  return isUnquoted ? `${message} (put it in quotes)` : message;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function withArticle(type: string): string {
  if (type === 'null') return type;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** `/job/sectors/0/name` → `.job.sectors[0].name` */
function toFieldPath(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('');
}
