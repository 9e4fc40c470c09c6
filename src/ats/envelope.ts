import type { JsonObject, JsonValue } from '../common/json.js';
import type { Envelope } from './dialect.js';

/** Writes envelopes: parsed values are serialised exactly once and raw text is never spliced in. */
export function toEnvelope(content: JsonValue): Envelope {
  const body = JSON.stringify(content);
  const inexact = inexactNumberPath(content);
  return inexact === null ? { body } : { body, warnings: [roundedNumberWarning(inexact)] };
}

function roundedNumberWarning(path: string): string {
  return `The number at ${path || 'the top'} is larger than JavaScript holds exactly: it goes out rounded.`;
}

/** Where the first number is that parsing may have rounded, or `null`. */
function inexactNumberPath(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return isExact(value) ? null : '';
  if (typeof value !== 'object' || value === null) return null;
  const holder = value as JsonObject;
  for (const key of Object.keys(holder)) {
    const below = inexactNumberPath(holder[key]);
    if (below !== null) return below === '' ? key : `${key}.${below}`;
  }
  return null;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
