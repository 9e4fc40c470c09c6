import type { JsonValue } from './json.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Whether JSON text nests deeper than `maxDepth`, counted on the raw bytes: `JSON.parse` takes levels that
 * `JSON.stringify` and recursive readers overflow on.
 */
export function isDeeperThan(bytes: Buffer, maxDepth: number): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      index = endOfString(bytes, index);
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > maxDepth) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
    }
  }
  return false;
}

function endOfString(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end !== -1; end = bytes.indexOf(QUOTE, end + 1)) {
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return bytes.length;
}

/** Digits from which a JavaScript number may no longer hold what the text says. */
const LONG_NUMBER = /(?<![\w".])-?\d[\d.]{15,}(?:[eE][+-]?\d+)?|(?<![\w".])-?\d[\d.]*[eE][+-]?\d+/g;

/** Whether JSON text holds a number that a JavaScript number rounds. Numbers inside strings may be reported too early, never missed. */
export function hasRoundedNumber(text: string): boolean {
  const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (const [literal] of withoutStrings.matchAll(LONG_NUMBER)) {
    if (!isExact(literal)) return true;
  }
  return false;
}

function isExact(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  return normalized(literal) === normalized(String(value));
}

/** Significant digits and exponent, so that `1.50e3` and `1500` are the same number. */
function normalized(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const power = significant === '' ? 0 : Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${mantissa.startsWith('-') && significant !== '' ? '-' : ''}${significant}e${power}`;
}

/** Whether a parsed value holds a number with as many digits as JavaScript numbers can have, or none at all: one that was rounded. */
export function hasLongNumber(value: JsonValue): boolean {
  return hasNumber(
    value,
    (number) => !Number.isSafeInteger(number) && /\d{15}|[ey]/.test(String(number).replace('.', '')),
  );
}

export function hasNumber(value: JsonValue, accept: (number: number) => boolean = () => true): boolean {
  if (typeof value === 'number') return accept(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => hasNumber(inner, accept));
}
