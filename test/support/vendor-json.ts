import type { JsonValue } from '../../src/common/json.js';

type Serialise = (value: JsonValue) => string;

/** Vendors whose bodies are written otherwise than `JSON.stringify` does, as their documents have it. */
const SERIALISERS: Readonly<Record<string, Serialise>> = {
  greenhouse: (value) => Array.from(JSON.stringify(value).split(''), escapedUnit).join(''),
};

/** The text that a receiver who parses a body of this dialect and serialises it again must get: the body itself. */
export function serialisedBy(dialect: string, value: JsonValue): string {
  return (SERIALISERS[dialect] ?? JSON.stringify)(value);
}

/** `<p>` is written `\u003cp\u003e`, and so is whatever is beyond ASCII: one escape for each UTF-16 unit. */
function escapedUnit(unit: string): string {
  const isPlain = unit >= ' ' && unit <= '~' && !['<', '>', '&'].includes(unit);
  return isPlain ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
