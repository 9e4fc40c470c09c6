import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalEvent } from '../../src/ats/canonical-event.js';
import { DialectCatalog } from '../../src/ats/dialect-catalog.service.js';
import type { Dialect } from '../../src/ats/dialect.js';
import { EVENT_TYPES } from '../../src/ats/event-types.js';
import { validateEventData } from '../../src/ats/event-validator.js';
import { exampleEvent } from '../../src/ats/example-event.js';
import { matchPatterns, parsePatterns } from '../../src/ats/subscription-patterns.js';
import type { JsonObject, JsonValue } from '../../src/common/json.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { serialisedBy } from '../support/vendor-json.js';
import { DOCUMENTED_BODIES } from './documented-bodies.js';
import { anyJson } from './json-values.js';

/** What every dialect must keep to, run over every folder in the list. */

const FILE_ADDRESS = 'https://files.example.com/secret?signature=abc';

const HOSTILE_DATA = JSON.parse(`{
  "application": {
    "id": "a/b?c d\\ud800",
    "__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "toJSON": "no function",
    "2": "two", "1": "one", "b": 1.0, "huge": 12345678901234567890, "tiny": -0, "infinite": 1e400,
    "candidate": {"name": "Zoë 名前 🎉 \\u2028 </script>", "location": [], "files": [null, 7]},
    "job": {"title": {"not": "text"}, "sectors": "no list", "location": "no object"},
    "status": "</script>", "applied_at": "2025-02-30"
  },
  "__proto__": {"polluted": true}, "job": null, "employee": {"__proto__": 1}
}`) as JsonObject;

function eventOf(type: string, changes: Partial<CanonicalEvent> = {}): CanonicalEvent {
  const example = EVENT_TYPES.find((eventType) => eventType.type === type)?.example;
  const data = example?.data ?? {};
  const base = exampleEvent('elsewhere', { type, name: type, occurredAt: '2025-04-10T20:32:13.123Z', data });
  return { ...base, ...changes };
}

function encode(dialect: Dialect, event: CanonicalEvent, includeFiles = false): string {
  const eventName = dialect.nameOf(event);
  if (eventName === null) throw new Error(`${event.type} has no name in ${dialect.name}.`);
  return dialect.encode(event, { eventName, includeFiles }).body;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

function sayable(dialect: Dialect): string[] {
  return EVENT_TYPES.map(({ type }) => type).filter((type) => dialect.nameOf(eventOf(type)) !== null);
}

function expectFixedPoint(dialect: Dialect, body: string): void {
  expect(serialisedBy(dialect.name, JSON.parse(body) as JsonValue)).toBe(body);
}

/** What is kept of the vendor alone may be of any shape: it is as the vendor sent it. */
const anyExtensions: fc.Arbitrary<CanonicalEvent['extensions']> = fc.dictionary(
  fc.constantFrom('elsewhere', ...ALL_DIALECTS.map(({ name }) => name)),
  fc.dictionary(
    fc.constantFrom('action', 'resource_type', 'method', 'path', 'data', 'payload', 'fetched', 'incomplete'),
    fc.oneof(fc.string({ unit: 'binary' }), anyJson),
  ),
  { maxKeys: 3 },
);

const anyEvent: fc.Arbitrary<CanonicalEvent> = fc
  .record({
    type: fc.constantFrom(...EVENT_TYPES.map(({ type }) => type), 'custom.anything'),
    dialect: fc.constantFrom('elsewhere', ...ALL_DIALECTS.map(({ name }) => name)),
    sourceType: fc.option(fc.constantFrom('Unheard Of', ...ALL_DIALECTS.flatMap((d) => d.events.map((e) => e.name)))),
    received: fc.option(
      fc.json().map((text) => JSON.parse(text) as JsonValue),
      { nil: undefined },
    ),
    id: fc.string({ unit: 'binary' }),
    time: fc.constantFrom('2025-04-10T20:32:13.123Z', 'string', ''),
    actor: fc.option(fc.record({ id: fc.string(), name: fc.string() }, { requiredKeys: [] })),
    data: fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as JsonValue),
    subject: fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as JsonValue),
    extensions: anyExtensions,
  })
  .map(({ type, dialect, sourceType, received, id, time, actor, data, subject, extensions }) => {
    const entity = type.split('.')[0] ?? '';
    const example = eventOf(type).data[entity];
    const merged = [subject, { ...(example as JsonObject), ...(subject as JsonObject), id }][id.length % 2] ?? null;
    return eventOf(type, {
      occurred_at: time,
      source: { dialect, source_id: null, event_id: null, type: sourceType },
      subject: id === '' ? null : { entity, id },
      actor,
      data: { ...(data as JsonObject), [entity]: merged },
      extensions,
      ...(received !== undefined && { received }),
    });
  });

describe('the list of dialects', () => {
  it('makes a catalog', () => {
    const catalog = new DialectCatalog(ALL_DIALECTS);
    const documented = ['standard', 'autotechjobs', 'jobaffinity', 'hatchbeacon', 'resthooks', 'occupop'];
    expect(catalog.names()).toEqual(expect.arrayContaining(documented));
    expect(catalog.get('occupop').title).toBe('Occupop');
    expect(catalog.find('toString')).toBeNull();
    expect(catalog.namesOfType('application.hired')).toMatchObject({
      standard: ['application.hired'],
      autotechjobs: ['application.status_updated'],
      jobaffinity: ['ProcessStepChange'],
      hatchbeacon: ['candidate_hired'],
      occupop: ['CandidateResource_status_updated'],
    });
    expect(catalog.namesOfType('application.hired')).not.toHaveProperty('resthooks');
  });
});

describe.each(ALL_DIALECTS.map((dialect): [string, Dialect] => [dialect.name, dialect]))('%s', (name, dialect) => {
  const { customEvents, singleEvent } = dialect.subscriptionRules;

  it('describes itself', () => {
    expect(dialect.title).not.toBe('');
    expect(dialect.summary).not.toBe('');
    expect(dialect.signature.description).not.toBe('');
    expect(dialect.receiver.node).toContain('isAuthentic(request.headers, body)');
    expect(dialect.receiver.python).toContain('is_authentic(self.headers, body)');
    expect(dialect.subscriptionRules.reservedHeaders.every((header) => header === header.toLowerCase())).toBe(true);
  });

  it('has attempts that end, within a deadline', () => {
    const { timeoutMs, retryDelaysSeconds, jitterRatio } = dialect.policy;
    expect(timeoutMs).toBeGreaterThanOrEqual(1_000);
    expect(retryDelaysSeconds.length).toBeGreaterThan(0);
    expect(retryDelaysSeconds).toEqual([...retryDelaysSeconds].sort((left, right) => left - right));
    expect(jitterRatio).toBeLessThan(1);
  });

  it.each(dialect.events)('has a description and a valid example of $name', ({ name: eventName, description }) => {
    const example = dialect.exampleOf(eventName);
    if (!example) throw new Error('No example.');
    expect(description).not.toBe('');
    expect(validateEventData(example.type, example.data)).toEqual([]);
    expect(dialect.nameOf(example)).toBe(eventName);
    expectFixedPoint(dialect, encode(dialect, example));
  });

  it('has no example of what it does not know', () => {
    for (const unknown of ['', '__proto__', 'toString', 'no.such.event']) expect(dialect.exampleOf(unknown)).toBeNull();
  });

  it('accepts its own names as patterns and matches its examples by them', () => {
    for (const { name: eventName } of dialect.events) {
      const parsed = parsePatterns(dialect, [eventName]);
      const example = dialect.exampleOf(eventName);
      if (Array.isArray(parsed) || !example) throw new Error(`Not accepted: ${eventName}`);
      expect(matchPatterns(dialect, parsed, example)).toEqual({ eventName });
    }
    expect(Array.isArray(parsePatterns(dialect, ['*']))).toBe(singleEvent);
    expect(Array.isArray(parsePatterns(dialect, ['Tied=offer.sent']))).toBe(!customEvents);
  });

  it('writes the documented bodies byte for byte', () => {
    for (const [eventName, documented] of Object.entries(DOCUMENTED_BODIES[name] ?? {})) {
      const example = dialect.exampleOf(eventName);
      if (!example) throw new Error(`No example of ${eventName}.`);
      expect(encode(dialect, example)).toBe(serialisedBy(name, documented));
    }
  });

  it.each(sayable(dialect))('writes %s from another dialect and leaves the event alone', (type) => {
    const event = deepFreeze(eventOf(type));
    expectFixedPoint(dialect, encode(dialect, event));
    expectFixedPoint(dialect, encode(dialect, event, true));
  });

  it.each(sayable(dialect))('writes %s whatever its data holds', (type) => {
    expectFixedPoint(dialect, encode(dialect, deepFreeze(eventOf(type, { data: HOSTILE_DATA }))));
    expectFixedPoint(dialect, encode(dialect, deepFreeze(eventOf(type, { data: {}, subject: null }))));
    expect(({} as JsonObject).polluted).toBeUndefined();
  });

  it('sends on what came in through it as it came, under the name it came with', () => {
    const documented = dialect.events.map((event) => dialect.exampleOf(event.name)).find((event) => event !== null);
    if (!documented) throw new Error('No example.');
    const received = { ...HOSTILE_DATA, datetime: '2021-04-01 12:13:14', event: 'Unheard Of' };
    const source = { dialect: name, source_id: 'src_1', event_id: null, type: 'Unheard Of' };
    const event = deepFreeze({ ...documented, source, received });
    expect(dialect.nameOf(event)).toBe('Unheard Of');
    expect(JSON.parse(encode(dialect, event))).toEqual(JSON.parse(JSON.stringify(received)));
  });

  it('keeps signed file addresses to itself unless asked for', () => {
    const files: JsonObject[] = [{ name: 'cv.pdf', url: FILE_ADDRESS }];
    const everywhere = { id: 'x', files, candidate: { files }, cv_upload_signed_url: FILE_ADDRESS };
    for (const type of sayable(dialect)) {
      const data = { [type.split('.')[0] ?? '']: everywhere };
      expect(encode(dialect, eventOf(type, { data }))).not.toContain(FILE_ADDRESS);
    }
  });

  it('never throws, never changes an event, and writes what parsing and serialising writes again', () => {
    fc.assert(
      fc.property(anyEvent, fc.boolean(), (event, includeFiles) => {
        const eventName = dialect.nameOf(deepFreeze(event));
        if (eventName === null) return;
        expectFixedPoint(dialect, dialect.encode(event, { eventName, includeFiles }).body);
      }),
      { numRuns: 500, seed: 20250410 },
    );
  });

  it('writes test calls that parsing and serialising writes again, whatever a subscription is called', () => {
    const text = fc.string({ unit: 'binary' });
    const subscription = fc.record({ id: text, name: fc.option(text), eventName: text, sentAt: text });
    fc.assert(
      fc.property(subscription, (tested) => {
        const envelope = dialect.testEnvelope?.(tested);
        if (envelope) expectFixedPoint(dialect, envelope.body);
      }),
      { numRuns: 200, seed: 20250410 },
    );
  });
});
