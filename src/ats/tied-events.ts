import { nearestNamesHint } from '../common/nearest-names.js';
import type { FieldProblem } from '../common/problem.js';
import { EVENT_TYPES, isKnownType } from './event-types.js';

/** Reads `Name=canonical.type`: events that a vendor has beyond its document, tied to what they mean. */

const MAX_TIED_NAME_LENGTH = 100;

export function readTie(pattern: string): { name: string; canonical: string } | null {
  const separator = pattern.lastIndexOf('=');
  const name = pattern.slice(0, Math.max(separator, 0)).trim();
  if (name === '' || name.length > MAX_TIED_NAME_LENGTH) return null;
  return { name, canonical: pattern.slice(separator + 1).trim() };
}

export function problemOfTie(pattern: string): string | null {
  const tie = readTie(pattern);
  if (!tie) return `must be Name=canonical.type, with a name of 1 to ${MAX_TIED_NAME_LENGTH} characters`;
  if (isKnownType(tie.canonical)) return null;
  const types = EVENT_TYPES.map(({ type }) => type);
  return `ties ${tie.name} to an unknown canonical type${nearestNamesHint(tie.canonical, types)}`;
}

/** A source's ties, by the vendor's name; an array is the list of what is wrong with them. */
export function parseTiedTypes(texts: readonly string[]): ReadonlyMap<string, string> | FieldProblem[] {
  const types = new Map<string, string>();
  const problems: FieldProblem[] = [];
  for (const [index, text] of texts.entries()) {
    const tie = readTie(text);
    const message = problemOfTie(text) ?? (tie && types.has(tie.name) ? `${tie.name} is tied already` : null);
    if (message !== null) problems.push({ field: `events[${index}]`, message });
    else if (tie) types.set(tie.name, tie.canonical);
  }
  return problems.length > 0 ? problems : types;
}
