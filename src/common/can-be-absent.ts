import { ValidateIf } from 'class-validator';

/** The field may be left out. `@IsOptional()` would let `null` pass too: it is for fields that `null` means something to. */
export const CanBeAbsent = () => ValidateIf((_object, value) => value !== undefined);
