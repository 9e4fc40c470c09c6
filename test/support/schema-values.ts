import fc from 'fast-check';

/** Values as the schemas of the OpenAPI document say, for property tests. */

export interface ValueSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly allOf?: readonly ValueSchema[];
  readonly oneOf?: readonly ValueSchema[];
  readonly items?: ValueSchema;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | ValueSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
}
export type NamedSchemas = Readonly<Record<string, ValueSchema>>;

/** Nothing listens there, and no such name is known: what is subscribed to while testing calls nobody. */
const HARMLESS_URLS = [
  'http://127.0.0.1:9/hook',
  'http://127.0.0.1:9/',
  'http://nowhere.test/hook?a=1',
  'https://nowhere.test',
];
const MAX_TEXT = 40;
const MAX_ITEMS = 3;
const FIRST_DAY = new Date('1970-01-01T00:00:00Z');
const LAST_DAY = new Date('2100-01-01T00:00:00Z');

/** `name`: of the field, since a schema does not tell a text from an address. */
export function valuesOf(schema: ValueSchema, named: NamedSchemas, name = ''): fc.Arbitrary<unknown> {
  const whole = plainValuesOf(schema, named, name);
  const known = schema.example === undefined || /url/.test(name) ? whole : withExample(whole, schema.example);
  return schema.nullable ? fc.option(known, { freq: 10 }) : known;
}

function withExample(values: fc.Arbitrary<unknown>, example: unknown): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: values });
}

function plainValuesOf(schema: ValueSchema, named: NamedSchemas, name: string): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valuesOf(named[schema.$ref.split('/').at(-1) ?? ''] ?? {}, named, name);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const parts = schema.allOf ?? schema.oneOf;
  if (parts) return fc.oneof(...parts.map((part) => valuesOf(part, named, name)));
  switch (schema.type) {
    case 'string':
      return textsOf(schema, name);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 100_000 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, named), { minLength: schema.minItems ?? 0, maxLength: MAX_ITEMS });
    case 'object':
      return objectsOf(schema, named);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textsOf({ format, minLength = 0, maxLength = MAX_TEXT }: ValueSchema, name: string): fc.Arbitrary<string> {
  if (/url/.test(name)) return fc.constantFrom(...HARMLESS_URLS);
  if (format === 'date-time') {
    return fc.date({ min: FIRST_DAY, max: LAST_DAY, noInvalidDate: true }).map((date) => date.toISOString());
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, MAX_TEXT) });
}

function objectsOf({ properties, required = [], additionalProperties }: ValueSchema, named: NamedSchemas) {
  if (properties) {
    const fields = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, named, name)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  }
  const values =
    typeof additionalProperties === 'object' ? valuesOf(additionalProperties, named) : fc.jsonValue({ maxDepth: 2 });
  return fc.dictionary(fc.string({ maxLength: 10 }), values, { maxKeys: MAX_ITEMS });
}
