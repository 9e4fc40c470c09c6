import fc from 'fast-check';
import { isJsonObject, type JsonValue } from '../../src/common/json.js';
import { changeAt } from '../conformance/json-values.js';
import { HOSTILE_TARGETS } from './hostile-targets.js';
import { notOf } from './wrong-values.js';

/** JSON that was meant well and then changed so that readers trip over it, and texts that are none. */

/** One after the other; `at` counts the parts of the value in the order in which they are written. */
interface Change {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'add';
  readonly name: string;
  readonly value: JsonValue;
}

/** Beyond 262,144 bytes of a body. */
const TOO_LARGE = 'x'.repeat(300_000);
const LARGE = 'x'.repeat(100_000);
const ODD_NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...['', ' ', 'id', 'account_id', '$where', '$ref', 'a.b', 'a[0]', '\u0000', '\ud800', 'ﬁ', 'x'.repeat(2_000)],
];
const ODD_VALUES: readonly JsonValue[] = [
  ...(notOf() as JsonValue[]),
  ...[LARGE, TOO_LARGE, 'a\u0000b', '\u0000', '\ud800', 'a\udfff', '\u202e', '👩‍👩‍👧‍👦', '\r\n', "'; --", '%00', '${7*7}'],
  ...['__proto__', 'constructor', 'null', 'NaN', '-0', '1e400', '../../etc/passwd', '*', '.*', '**', 'a.*.b'],
  ...[Number.MAX_SAFE_INTEGER + 2, -1e308, 5e-324, -0, 2_147_483_648, 4_294_967_296],
  ...['+275760-09-13T00:00:00.001Z', '0000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '9999-12-31T23:59:60Z'],
  ...['wh_01m7xr63cee52b9skadqbv3y6n', 'wh_7zzzzzzzzzzzzzzzzzzzzzzzzz', 'wh_zzzzzzzzzzzzzzzzzzzzzzzzzz'],
  nested(30),
  nested(63),
  nested(64),
  nested(1_000),
  { $and: [{ $or: [{ $not: { $not: {} } }] }] },
  Array.from({ length: 5_000 }, () => '*'),
  Array.from({ length: 1_001 }, () => ({})),
  Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`k${n}`, n])),
  Object.fromEntries([['__proto__', { isAdmin: true }]]),
  { constructor: { prototype: { isAdmin: true } } },
  ...HOSTILE_TARGETS.map(({ url }) => url.replace('{port}', '9')),
];

function nested(depth: number): JsonValue {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as JsonValue;
}

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.nat(200),
    how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
    name: fc.oneof(fc.constantFrom(...ODD_NAMES), fc.string({ unit: 'binary', maxLength: 5 })),
    value: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...ODD_VALUES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
      { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<JsonValue> },
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Texts that are no JSON, or are what few readers expect. */
const ODD_TEXTS: readonly (string | Buffer)[] = [
  ...[
    '',
    ' ',
    'null',
    'true',
    '0',
    '""',
    '[]',
    '{}',
    '[[]]',
    '{',
    '}',
    '"',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '// x',
    'NaN',
  ],
  ...['{"a":1}{"a":2}', '{"a":1e999}', '{"a":0123}', '{"a":"\u0001"}', '\ufeff{}', '{}\u0000', '<a/>', 'a=1&b=2'],
  ...['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}', '{"a":1,"a":{}}', `{"a":${'9'.repeat(400)}}`],
  ...['['.repeat(100_000), '{"a":'.repeat(20_000), `${'['.repeat(64)}${']'.repeat(64)}`, ' '.repeat(200_000)],
  ...[
    Buffer.from([0xff, 0xfe]),
    Buffer.from('{"a":"\xe9"}', 'latin1'),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.alloc(64),
  ],
  Buffer.from('{"name":"x"}', 'utf16le'),
];

export function changedJson(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(values, changes).map(([value, list]) => {
    const changed = list.reduce<JsonValue>(
      (whole, one) => changeAt(whole, one.at, applied(one)) ?? null,
      value as JsonValue,
    );
    return JSON.stringify(changed);
  });
}

export const oddTexts: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

function applied({ how, name, value }: Change): (node: JsonValue) => JsonValue | undefined {
  return (node) => {
    if (how === 'remove') return undefined;
    if (how === 'replace') return value;
    if (Array.isArray(node)) return [...node, value];
    // Entries make an own field of `__proto__`, as a JSON parser does.
    return Object.fromEntries([...Object.entries(isJsonObject(node) ? node : {}), [name, value]]);
  };
}
