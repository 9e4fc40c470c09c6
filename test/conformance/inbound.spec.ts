import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalEvent } from '../../src/ats/canonical-event.js';
import type { Dialect } from '../../src/ats/dialect.js';
import { EVENT_TYPES, eventTypeOf, type EventType } from '../../src/ats/event-types.js';
import { validateEventData } from '../../src/ats/event-validator.js';
import { describeFields } from '../../src/ats/field-descriptions.js';
import type { InboundEvent } from '../../src/ats/inbound.js';
import { fullNameOf } from '../../src/ats/person-name.js';
import { portableData } from '../../src/ats/portable-data.js';
import { samenessOf } from '../../src/ats/sameness.js';
import { findEntity } from '../../src/ats/subject-of.js';
import { typesByVendorName } from '../../src/ats/vendor-name.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/common/json.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { serialisedBy } from '../support/vendor-json.js';
import { anyEventOf } from './canonical-arbitraries.js';
import { DOCUMENTED_BODIES } from './documented-bodies.js';
import { covers, isCarried, valueAt } from './field-values.js';
import { canonicalOf, decodeCall, decodeOne } from './inbound-calls.js';
import { anyJson, leavesOf, mapTexts, replaceAt } from './json-values.js';

/** What every dialect's inbound half must keep to, run over every folder in the list. */

const NARROWER = ['application.hired', 'application.rejected', 'application.withdrawn'];
/** Made from other fields where a dialect has them and the event has not. */
const DERIVED = /(?:^|\.)(?:name|first_name|last_name|status)$/;

function bodyOf(dialect: Dialect, event: CanonicalEvent): { eventName: string; body: string } {
  const eventName = dialect.nameOf(event);
  if (eventName === null) throw new Error(`${event.type} has no name in ${dialect.name}.`);
  return { eventName, body: dialect.encode(event, { eventName, includeFiles: true }).body };
}

/** Every event of every dialect as it is written, for examples to start from. */
function exampleBody(dialect: Dialect, eventName: string): string {
  const example = dialect.exampleOf(eventName);
  if (!example) throw new Error(`No example of ${eventName}.`);
  return dialect.encode(example, { eventName, includeFiles: true }).body;
}

function expectSound(dialect: Dialect, event: InboundEvent): void {
  expect(validateEventData(event.type, event.data)).toEqual([]);
  expect(JSON.parse(JSON.stringify(event)) as unknown).toMatchObject({
    type: event.type,
    sourceType: event.sourceType,
  });
  const known = eventTypeOf(event.type);
  if (known) expect(event.subject?.entity ?? null).toBe(known.subject);
  samenessOf(dialect.inbound.sameEvent, event);
  for (const other of ALL_DIALECTS) {
    const canonical = canonicalOf(dialect, event);
    if (other.nameOf(canonical) !== null) bodyOf(other, canonical);
  }
}

describe.each(ALL_DIALECTS.map((dialect): [string, Dialect] => [dialect.name, dialect]))('%s', (name, dialect) => {
  const incoming = typesByVendorName(dialect.mappings);

  it('describes how calls come in', () => {
    const { authenticity, answer, sourceRules } = dialect.inbound;
    expect(authenticity).not.toBe('');
    expect(answer.status).toBe(200);
    expect(sourceRules.secret === 'with_hmac').toBe(sourceRules.authTypes.includes('hmac'));
  });

  it('describes the fields of each of its events, once each', () => {
    const rows = describeFields(dialect);
    const keys = rows.map((row) => [row.event, row.part, row.vendorPath, row.canonicalPath].join(' '));
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(rows.map(({ event }) => event)).size).toBe(dialect.events.length);
  });

  it.each(dialect.events)('understands its own $name, and writes it as it came', ({ name: eventName }) => {
    const body = exampleBody(dialect, eventName);
    const event = decodeOne(dialect, eventName, body);
    const type = incoming.get(eventName) ?? '';
    expect(type === 'application.stage_changed' ? [type, ...NARROWER] : [type]).toContain(event.type);
    expect(event.sourceType).toBe(eventName);
    expectSound(dialect, event);
    const again = bodyOf(dialect, canonicalOf(dialect, event));
    expect(again.eventName).toBe(eventName);
    expect(JSON.parse(again.body)).toEqual(JSON.parse(body));
  });

  it.each(dialect.events)('leaves nothing of its own $name unread', ({ name: eventName }) => {
    const { extensions, warnings } = decodeOne(dialect, eventName, exampleBody(dialect, eventName));
    const { incomplete: _incomplete, ...known } = extensions[name] ?? {};
    const kept = leavesOf(known).map((path) => `extensions.${name}.${path}`);
    const described = dialect.fieldsOf(eventName).map(({ canonicalPath }) => canonicalPath);
    expect(kept.filter((path) => Object.keys(known).length > 0 && !isPlaced(path, described))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('gives every field of the documented bodies a place', () => {
    for (const [eventName, body] of Object.entries(DOCUMENTED_BODIES[name] ?? {})) {
      const event = canonicalOf(dialect, decodeOne(dialect, eventName, JSON.stringify(body)));
      const rows = dialect.fieldsOf(eventName).filter(({ part }) => part === 'body');
      const described = rows.map(({ vendorPath }) => vendorPath);
      expect(leavesOf(body).filter((path) => !isPlaced(path, described))).toEqual([]);
      for (const { vendorPath, canonicalPath, note } of rows) {
        const value = valueAt(body, vendorPath);
        const isReference = vendorPath.endsWith('_self') || canonicalPath === 'occurred_at';
        if (value !== undefined && !isReference && note === undefined) {
          expect([canonicalPath, isCarried(value, valueAt(event as unknown as JsonObject, canonicalPath))]).toEqual([
            canonicalPath,
            true,
          ]);
        }
      }
    }
  });

  const sayable = EVENT_TYPES.filter(({ example }) => dialect.nameOf(exampleEventOf(example)) !== null);

  it.each(sayable)('keeps every field that it knows of any $type', (eventType: EventType) => {
    fc.assert(
      fc.property(anyEventOf(eventType), (event) => {
        if (dialect.nameOf(event) === null) return;
        const { eventName, body } = bodyOf(dialect, event);
        expect(serialisedBy(name, JSON.parse(body) as JsonValue)).toBe(body);
        const decoded = decodeOne(dialect, eventName, body);
        expectKept(dialect, event, decoded, eventName);
        expectSound(dialect, decoded);
      }),
      { numRuns: 40, seed: 20250410 },
    );
  });

  it('never throws and tells nothing unsound, whatever stands where', () => {
    const bodies = dialect.events.map((event): [string, string] => [event.name, exampleBody(dialect, event.name)]);
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), anyJson, ([eventName, body], position, value) => {
        const spoilt = replaceAt(JSON.parse(body) as JsonValue, position, value);
        const decoded = decodeCall(dialect, eventName, JSON.stringify(spoilt));
        if (decoded.kind === 'events') decoded.events.forEach((event) => expectSound(dialect, event));
        if (decoded.kind === 'unreadable') expect(decoded.reason).toMatch(/^[`A-Z].*\.$/);
      }),
      { numRuns: 400, seed: 20250410 },
    );
  });

  it('never throws on bytes, JSON or not', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
      anyJson.map((value) => Buffer.from(JSON.stringify(value))),
      fc.integer({ min: 1, max: 64 }).map((depth) => Buffer.from('[{"data":'.repeat(depth) + '1' + '}]'.repeat(depth))),
      fc
        .constantFrom('['.repeat(100_000), `{"data": "${'x'.repeat(1_000_000)}"}`, '{"__proto__": {"polluted": 1}}')
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(
        bytes,
        fc.option(fc.constantFrom(...dialect.events.map((event) => event.name))),
        (body, eventName) => {
          const { kind } = decodeCall(dialect, eventName ?? 'nothing', body);
          expect(['events', 'unreadable', 'test']).toContain(kind);
        },
      ),
      { numRuns: 200, seed: 20250410 },
    );
    expect(({} as JsonObject).polluted).toBeUndefined();
  });

  it('takes huge texts wherever they stand', () => {
    const huge = 'x"\\\n'.repeat(50_000);
    for (const { name: eventName } of dialect.events.slice(0, 5)) {
      const body = JSON.parse(exampleBody(dialect, eventName)) as JsonValue;
      const decoded = decodeCall(dialect, eventName, JSON.stringify(mapTexts(body, (text) => text + huge)));
      expect(['events', 'unreadable']).toContain(decoded.kind);
    }
  });

  it('knows a test by its header', () => {
    const request = {
      rawBody: Buffer.from('{}'),
      headers: { 'webhook-test': 'true' },
      segment: null,
      receivedAt: new Date(),
    };
    const settings = { secrets: [], auth: null, confirmedSecret: null, tiedTypes: new Map<string, string>() };
    expect(dialect.inbound.decode(request, settings)).toEqual({ kind: 'test' });
  });
});

describe('a dialect that tells hires, rejections and withdrawals as changes of the status', () => {
  const statusDialects = ALL_DIALECTS.filter(({ name }) => name === 'autotechjobs' || name === 'occupop');

  it.each(NARROWER)('knows %s again by the status', (type) => {
    for (const dialect of statusDialects) {
      const event = exampleEventOf({ type, occurred_at: '', data: { application: { id: 'a' } } });
      const { eventName, body } = bodyOf(dialect, event);
      expect(decodeOne(dialect, eventName, body)).toMatchObject({ type, data: { application: { id: 'a' } } });
    }
  });
});

function expectKept(dialect: Dialect, event: CanonicalEvent, decoded: InboundEvent, eventName: string): void {
  const before = { ...event, data: portableData(event, dialect.name, true) } as unknown as JsonObject;
  const after = canonicalOf(dialect, decoded) as unknown as JsonObject;
  for (const { part, canonicalPath, note } of dialect.fieldsOf(eventName)) {
    if (
      part !== 'body' ||
      note !== undefined ||
      canonicalPath.startsWith('source.') ||
      canonicalPath.startsWith('extensions.')
    )
      continue;
    if (canonicalPath === 'type') {
      expect(after.type).toBe(event.type);
      continue;
    }
    const [had, has] = [before, after].map((holder) => readKnown(dialect, holder, canonicalPath));
    const isKept =
      had === undefined || had === null ? (has ?? null) === null || DERIVED.test(canonicalPath) : isCarried(had, has);
    if (!isKept)
      throw new Error(`${dialect.name} ${canonicalPath}: ${JSON.stringify(had)} became ${JSON.stringify(has)}`);
  }
}

/** HatchBeacon's details name the candidate and the job wherever they are in the data. */
function readKnown(dialect: Dialect, event: JsonObject, path: string): JsonValue | undefined {
  const data = isJsonObject(event.data) ? event.data : {};
  if (dialect.name === 'hatchbeacon' && path.endsWith('candidate.name'))
    return fullNameOf(findEntity(data, 'candidate'));
  if (dialect.name === 'hatchbeacon' && path.endsWith('job.title')) return findEntity(data, 'job')?.title;
  return valueAt(event, path);
}

function exampleEventOf({ type, data }: EventType['example']): CanonicalEvent {
  const source = { dialect: 'elsewhere', source_id: null, event_id: null, type };
  return { id: 'evt_1', type, occurred_at: '', source, subject: null, actor: null, data, extensions: {}, test: false };
}

/**
 * The envelope of Occupop repeats in `resource_type` what the event's name begins with. Null may stand for a whole
 * object whose fields are described.
 */
function isPlaced(path: string, described: readonly string[]): boolean {
  if (path === 'meta.resource_type') return true;
  return described.some((row) => covers(row, path) || row.startsWith(`${path}.`));
}
