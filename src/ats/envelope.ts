import { isJsonObject, type JsonValue } from '../common/json.js';
import type { Envelope } from './dialect.js';

/** Writes envelopes: parsed values are serialised exactly once and raw text is never spliced in. */
export function toEnvelope(content: JsonValue): Envelope {
  const body = JSON.stringify(content);
  const inexact = inexactNumberPath(content, '');
  return inexact === null ? { body } : { body, warnings: [roundedNumberWarning(inexact)] };
}

function roundedNumberWarning(path: string): string {
  return `A number at ${path} is larger than JavaScript holds exactly: it goes out rounded.`;
}

/** Where the first number is that parsing may have rounded, or `null`. */
function inexactNumberPath(value: JsonValue, path: string): string | null {
  if (typeof value === 'number') return isExact(value) ? null : path || 'the top';
  if (!isJsonObject(value) && !Array.isArray(value)) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = inexactNumberPath(inner, path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
