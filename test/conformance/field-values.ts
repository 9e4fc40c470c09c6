import { isJsonObject, type JsonValue } from '../../src/common/json.js';

/** Looks up what a documented path names: `data.job.title`, `[].email`, `data.sectors[].id`, `files[0].url`. */
export function valueAt(holder: JsonValue | undefined, path: string): JsonValue | undefined {
  const steps = path.match(/\[\d*\]|[^.[\]]+/g) ?? [];
  return walk(holder, steps);
}

function walk(value: JsonValue | undefined, [step, ...rest]: readonly string[]): JsonValue | undefined {
  if (step === undefined || value === undefined) return value;
  if (step === '[]') {
    if (!Array.isArray(value)) return undefined;
    const found = value.map((item) => walk(item, rest));
    return found.every((item) => item === undefined) ? undefined : found.map((item) => item ?? null);
  }
  const index = /^\[(\d+)\]$/.exec(step)?.[1];
  if (index !== undefined) return Array.isArray(value) ? walk(value[Number(index)], rest) : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? walk(value[step], rest) : undefined;
}

/** Whether a described path names a leaf, or something that the leaf is in. The first of a list stands for its items. */
export function covers(described: string, leaf: string): boolean {
  const rest = restBelow(described, leaf);
  return rest === '' || /^[.[]/.test(rest ?? '');
}

/** Where a leaf is below a described path; `null`: it is not. */
export function restBelow(described: string, leaf: string): string | null {
  const prefix = described.replace(/\[\d+\]/g, '[]');
  return leaf.startsWith(prefix) ? leaf.slice(prefix.length) : null;
}

/** The same in the words of two vendors: a number may be text, and a time cut to whole seconds. */
export function isCarried(from: JsonValue, to: JsonValue | undefined): boolean {
  if (to === undefined) return false;
  if (Array.isArray(from) && Array.isArray(to)) {
    return from.length === to.length && from.every((item, index) => isCarried(item, to[index]));
  }
  if (isJsonObject(from) && isJsonObject(to))
    return Object.keys(from).every((key) => isCarried(from[key] ?? null, to[key]));
  if (from === to) return true;
  if (typeof from === 'number' || typeof from === 'boolean') return String(from) === to;
  if (typeof to === 'number' || typeof to === 'boolean') return String(to) === from;
  return typeof from === 'string' && typeof to === 'string' && isSameSecond(from, to);
}

function isSameSecond(left: string, right: string): boolean {
  const [first, second] = [left, right].map((text) => Math.floor(Date.parse(text) / 1000));
  return first === second && /^\d{4}-/.test(left) && /^\d{4}-/.test(right);
}
