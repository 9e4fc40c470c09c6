import fc from 'fast-check';
import type { CanonicalEvent } from '../../src/ats/canonical-event.js';
import type { JsonSchema } from '../../src/ats/canonical/schema-parts.js';
import type { EventType } from '../../src/ats/event-types.js';
import { subjectOf } from '../../src/ats/subject-of.js';
import type { JsonObject, JsonValue } from '../../src/common/json.js';

/** Random canonical events, made from the schemas of their types. */

const word = fc
  .string({ unit: fc.constantFrom(...'aZ09 é名🎉"\\/<>&%._-:'), minLength: 1, maxLength: 12 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const time = fc
  .date({ min: new Date('1971-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const number = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 4 + 0);

export function anyEventOf({ type, schema }: EventType): fc.Arbitrary<CanonicalEvent> {
  return fc
    .record({
      data: valueOf(schema, 'data'),
      occurredAt: time,
      actor: fc.option(fc.record({ id: word, name: word, email: word }, { requiredKeys: [] })),
    })
    .map(({ data, occurredAt, actor }) => ({
      id: 'evt_01jrgtn5m8f6q9x2v4c7b0d3kc',
      type,
      occurred_at: occurredAt,
      source: { dialect: 'elsewhere', source_id: null, event_id: null, type },
      subject: subjectOf(type, data as JsonObject),
      actor,
      data: data as JsonObject,
      extensions: {},
      test: false,
    }));
}

function valueOf(schema: JsonSchema, name: string): fc.Arbitrary<JsonValue> {
  const types = [schema.type ?? 'object'].flat();
  const choices = types.flatMap((type) => {
    const choice = ofType(type, schema, name);
    return choice ? [choice] : [];
  });
  // Null is possible nearly everywhere, and rarely interesting.
  const [nullable, ...others] = types.includes('null')
    ? [fc.constant<JsonValue>(null), ...choices]
    : [null, ...choices];
  const value = fc.oneof(...others);
  return nullable ? fc.oneof({ arbitrary: nullable, weight: 1 }, { arbitrary: value, weight: 9 }) : value;
}

function ofType(type: string, schema: JsonSchema, name: string): fc.Arbitrary<JsonValue> | null {
  switch (type) {
    case 'string':
      if (schema.enum) return fc.constantFrom(...schema.enum.filter((word) => word !== null));
      return name.endsWith('_at') ? time : word;
    case 'number':
      return number;
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(schema.items ? valueOf(schema.items, name) : word, { maxLength: 3 });
    case 'object':
      return objectOf(schema);
    default:
      return null;
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<JsonValue> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, name)] as const);
  const record: Record<string, fc.Arbitrary<JsonValue>> = { ...Object.fromEntries(fields), unknown_field: word };
  return fc.record(record, { requiredKeys: [...required] });
}
