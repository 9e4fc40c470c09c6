import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { isJsonObject } from './json.js';
import { type FieldProblem, Problem } from './problem.js';

const MAX_PROBLEMS = 50;
const NUL = '\u0000';
const NUL_MISTAKE = 'must not hold a NUL character';
/** By class-transformer, wherever they stand. */
const DROPPED_KEYS = new Set(['__proto__', 'constructor']);

/** Checks bodies and queries against their DTO classes: unknown fields are refused, and every wrong field is named. */
@Injectable()
export class HubValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) =>
        Problem.invalid(errors.flatMap((error) => toProblems(error, '')).slice(0, MAX_PROBLEMS)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      if (!isDtoClass(metadata.metatype)) return (await super.transform(value, metadata)) as unknown;
      // Validated as an empty object but handed on as it came, no body at all would surprise whoever reads its fields.
      const fields = value === undefined ? {} : value;
      requireOrdinaryFields(fields, metadata.type);
      return (await super.transform(fields, metadata)) as unknown;
    } catch (error) {
      if (metadata.type !== 'query' || !(error instanceof Problem)) throw error;
      throw new Problem('invalid_query', error.detail, error.errors);
    }
  }
}

function isDtoClass(metatype: ArgumentMetadata['metatype']): boolean {
  return metatype !== undefined && metatype !== Object && metatype !== String && metatype !== Array;
}

/** Refuses what class-transformer would drop without a word, and what PostgreSQL's text cannot hold. */
function requireOrdinaryFields(value: unknown, place: ArgumentMetadata['type']): void {
  if (!isJsonObject(value)) throw Problem.invalidField(place, 'must be a JSON object');
  for (const [field, inner] of Object.entries(value)) {
    if (field in Object.prototype) throw Problem.invalidField(field, 'is not a known field');
    const mistake = field.includes(NUL) ? NUL_MISTAKE : mistakeIn(inner);
    if (mistake) throw Problem.invalidField(field, mistake);
  }
}

function mistakeIn(value: unknown): string | null {
  if (typeof value === 'string') return value.includes(NUL) ? NUL_MISTAKE : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (DROPPED_KEYS.has(key)) return `must not hold a field named ${key}`;
    const mistake = key.includes(NUL) ? NUL_MISTAKE : mistakeIn(inner);
    if (mistake) return mistake;
  }
  return null;
}

function toProblems(error: ValidationError, prefix: string): FieldProblem[] {
  const field = prefix + error.property;
  // Decorators are noted from the last to the first: the first, which says what the field is, tells the most.
  const [constraint, text] = Object.entries(error.constraints ?? {}).at(-1) ?? [];
  const own =
    constraint === undefined || text === undefined ? [] : [{ field, message: inWords(constraint, text, error) }];
  return [...own, ...(error.children ?? []).flatMap((child) => toProblems(child, `${field}.`))];
}

/** class-validator starts its messages with the field's name, which a problem names already. */
function inWords(constraint: string, text: string, { property, value }: ValidationError): string {
  if (constraint === 'whitelistValidation') return 'is not a known field';
  const own = text.startsWith(`${property} `) ? text.slice(property.length + 1) : text;
  const message = own
    .replace('should not be empty', 'must not be empty')
    .replace('least 1 elements', 'least one element');
  return value === undefined ? `is required: ${message}` : message;
}
