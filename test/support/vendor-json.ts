import type { JsonValue } from '../../src/common/json.js';

type Serialise = (value: JsonValue) => string;

/** Vendors whose bodies are written otherwise than `JSON.stringify` does, as their documents have it. */
const SERIALISERS: Readonly<Record<string, Serialise>> = {};

/** The text that a receiver who parses a body of this dialect and serialises it again must get: the body itself. */
export function serialisedBy(dialect: string, value: JsonValue): string {
  return (SERIALISERS[dialect] ?? JSON.stringify)(value);
}
