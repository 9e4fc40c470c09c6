/** Values that a field of a body must not take, by what the field takes. */

const OF_EVERY_KIND = {
  null: [null],
  boolean: [true, false],
  number: [0, -1, 1.5, 1e300],
  string: ['', 'text'],
  array: [[], [null], [[]], [{}]],
  object: [{}, { a: 1 }, { toString: null }],
} as const;

type Kind = keyof typeof OF_EVERY_KIND;

/** Something of every kind but the given ones. */
export function notOf(...kinds: Kind[]): unknown[] {
  return Object.entries(OF_EVERY_KIND).flatMap(([kind, values]) => (kinds.includes(kind as Kind) ? [] : [...values]));
}

/** For texts of at most `max` characters; NUL can't be stored. */
export function notText({ max, also = [] }: { max: number; also?: readonly Kind[] }): unknown[] {
  return [...notOf('string', ...also), 'x'.repeat(max + 1), 'a\u0000b', '\u0000'];
}
