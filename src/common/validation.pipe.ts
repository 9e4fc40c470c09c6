import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { isJsonObject } from './json.js';
import { type FieldProblem, Problem } from './problem.js';

const MAX_PROBLEMS = 50;

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
    if (metadata.type === 'body' && isDtoClass(metadata.metatype)) requirePlainObject(value);
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (metadata.type !== 'query' || !(error instanceof Problem)) throw error;
      throw new Problem('invalid_query', error.detail, error.errors);
    }
  }
}

function isDtoClass(metatype: ArgumentMetadata['metatype']): boolean {
  return metatype !== undefined && metatype !== Object && metatype !== String && metatype !== Array;
}

function requirePlainObject(value: unknown): void {
  if (value === undefined) return;
  if (!isJsonObject(value)) throw Problem.invalidField('body', 'must be a JSON object');
  // Copying such a key would set a prototype instead of a field.
  if (Object.hasOwn(value, '__proto__')) throw Problem.invalidField('__proto__', 'is not a known field');
  const field = Object.keys(value).find((key) => holdsNul(value[key]) || key.includes('\u0000'));
  if (field !== undefined) throw Problem.invalidField(field, 'must not hold a NUL character');
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNul);
}

function toProblems(error: ValidationError, prefix: string): FieldProblem[] {
  const field = prefix + error.property;
  const messages = Object.entries(error.constraints ?? {});
  const own = messages
    .slice(0, 1)
    .map(([constraint, message]) => ({ field, message: inWords(constraint, message, error.property) }));
  return [...own, ...(error.children ?? []).flatMap((child) => toProblems(child, `${field}.`))];
}

/** class-validator starts its messages with the field's name, which a problem names already. */
function inWords(constraint: string, message: string, property: string): string {
  if (constraint === 'whitelistValidation') return 'is not a known field';
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
