import { Transform } from 'class-transformer';
import { registerDecorator, ValidateIf } from 'class-validator';
import { INSTANT_MISTAKE, parseInstant } from './instant.js';

/** Rules for fields of DTOs that class-validator and class-transformer lack. */

/** The field may be left out. `@IsOptional()` would let `null` pass too: it is for fields that `null` means something to. */
export const CanBeAbsent = () => ValidateIf((_object, value) => value !== undefined);

/** A number in a query. `@Type(() => Number)` would take an empty text for 0. */
export const FromDigits = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );

/** A text that `parseInstant` can read. */
export function IsInstant(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isInstant',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== null,
        defaultMessage: () => INSTANT_MISTAKE,
      },
    });
  };
}
