import { describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from '../../src/ats/canonical-event.js';
import type { Dialect } from '../../src/ats/dialect.js';
import type { FieldDescription } from '../../src/ats/field-descriptions.js';
import { portableData } from '../../src/ats/portable-data.js';
import type { JsonObject, JsonValue } from '../../src/common/json.js';
import { ALL_DIALECTS } from '../../src/dialects/all-dialects.js';
import { covers, isCarried, restBelow, valueAt } from './field-values.js';
import { canonicalOf, decodeOne } from './inbound-calls.js';
import { leavesOf } from './json-values.js';

/** What came in through one dialect, in every other dialect that can say it. */

interface Translation {
  readonly from: Dialect;
  readonly to: Dialect;
  readonly eventName: string;
}

/** Where an encoder says what the data doesn't hold: what every call of the vendor has, and what follows from the type. */
const OWN_WORDS: Readonly<Record<string, readonly string[]>> = {
  standard: ['type'],
  autotechjobs: ['id', 'type', 'data.application.status'],
  jobaffinity: ['event'],
  hatchbeacon: ['event', 'data.log.action', 'data.log.resourceType', 'data.details.method', 'data.details.path'],
  resthooks: [],
  occupop: ['meta.resource_type', 'meta.event_name', 'data.status'],
  greenhouse: [
    'action',
    'payload.application.status',
    'payload.application.prospect',
    'payload.application.rejection_reason.type.name',
    'payload.job.status',
    'payload.offer_status',
  ],
};

const TRANSLATIONS: readonly Translation[] = ALL_DIALECTS.flatMap((from) =>
  from.events.flatMap(({ name: eventName }) =>
    ALL_DIALECTS.filter((to) => to !== from && to.nameOf(cameIn(from, eventName)) !== null).map((to) => ({
      from,
      to,
      eventName,
    })),
  ),
);

const ROWS = TRANSLATIONS.map((translation): [string, Translation] => {
  const { from, to, eventName } = translation;
  return [`${from.name} ${eventName} to ${to.name}`, translation];
});

function sentBy(dialect: Dialect, eventName: string): JsonValue {
  const example = dialect.exampleOf(eventName);
  if (!example) throw new Error(`No example of ${eventName}.`);
  return JSON.parse(dialect.encode(example, { eventName, includeFiles: true }).body) as JsonValue;
}

function cameIn(dialect: Dialect, eventName: string): CanonicalEvent {
  return canonicalOf(dialect, decodeOne(dialect, eventName, JSON.stringify(sentBy(dialect, eventName))));
}

function goesOut(dialect: Dialect, event: CanonicalEvent): { eventName: string; body: JsonValue } {
  const eventName = dialect.nameOf(event);
  if (eventName === null) throw new Error(`${event.type} has no name in ${dialect.name}.`);
  const { body } = dialect.encode(event, { eventName, includeFiles: true });
  return { eventName, body: onlyItem(JSON.parse(body) as JsonValue) };
}

/** Below the one item, where a body is a list of it. */
function bodyFields(dialect: Dialect, eventName: string) {
  const fields = dialect.fieldsOf(eventName).filter(({ part }) => part === 'body');
  return fields.map((field) => ({ ...field, vendorPath: field.vendorPath.replace(/^\[\]\./, '') }));
}

function onlyItem(body: JsonValue): JsonValue {
  return Array.isArray(body) ? (body[0] ?? null) : body;
}

it('covers every pair of dialects that have an event in common', () => {
  const pairs = new Set(TRANSLATIONS.map(({ from, to }) => `${from.name} ${to.name}`));
  const employeesOnly = ALL_DIALECTS.map(({ name }) => name).filter(
    (name) => name !== 'standard' && name !== 'resthooks',
  );
  for (const from of ALL_DIALECTS) {
    for (const to of ALL_DIALECTS.filter((other) => other !== from)) {
      const isDisjoint =
        (from.name === 'resthooks' && employeesOnly.includes(to.name)) ||
        (to.name === 'resthooks' && employeesOnly.includes(from.name));
      expect([from.name, to.name, pairs.has(`${from.name} ${to.name}`)]).toEqual([from.name, to.name, !isDisjoint]);
    }
  }
});

describe.each(ROWS)('%s', (_name, { from, to, eventName }) => {
  const received = onlyItem(sentBy(from, eventName));
  const event = cameIn(from, eventName);
  const sent = goesOut(to, event);
  const portable = { ...event, data: portableData(event, to.name, true) } as unknown as JsonObject;

  it('carries every field that both documents know', () => {
    const known = bodyFields(from, eventName).filter(
      (field) => isCopied(field) && field.canonicalPath !== 'occurred_at',
    );
    const common = bodyFields(to, sent.eventName)
      .filter(isCopied)
      .flatMap((field) =>
        known
          .filter(({ canonicalPath }) => canonicalPath === field.canonicalPath)
          .map(({ vendorPath }) => ({ field, vendorPath })),
      );
    for (const { field, vendorPath } of common) {
      const had = valueAt(received, vendorPath);
      const isLost = had === undefined || had === null || isUnreadableTime(field.canonicalPath, had);
      const has = valueAt(sent.body, field.vendorPath);
      if (!isLost && !isReference(vendorPath, field.vendorPath))
        expect([field, isCarried(had, has)]).toEqual([field, true]);
    }
  });

  it('carries what the event holds wherever the other document has a place for it', () => {
    for (const { vendorPath, canonicalPath } of bodyFields(to, sent.eventName).filter(isCopied)) {
      const had = valueAt(portable, canonicalPath);
      if (had === undefined || had === null || isReference(vendorPath)) continue;
      expect([vendorPath, isCarried(had, valueAt(sent.body, vendorPath))]).toEqual([vendorPath, true]);
    }
  });

  it('invents nothing', () => {
    const fields = bodyFields(to, sent.eventName);
    for (const path of leavesOf(sent.body)) {
      const value = valueAt(sent.body, path);
      if (value === null || OWN_WORDS[to.name]?.includes(path)) continue;
      const sources = fields.filter(({ vendorPath }) => covers(vendorPath, path));
      const isKnown = sources.some(({ vendorPath, canonicalPath, note }) => {
        const rest = restBelow(vendorPath, path) ?? '';
        const had = valueAt(portable, note === undefined ? canonicalPath + rest : canonicalPath);
        if (had === undefined || had === null) return false;
        return note !== undefined || isReference(path) || isCarried(had, valueAt(sent.body, vendorPath + rest));
      });
      expect([path, isKnown]).toEqual([path, true]);
    }
  });
});

function dialectNamed(name: string): Dialect {
  const dialect = ALL_DIALECTS.find((candidate) => candidate.name === name);
  if (!dialect) throw new Error(`No dialect ${name}.`);
  return dialect;
}

describe('what one document says in one field and another in two', () => {
  it.each([
    ['autotechjobs', 'application.submitted', 'occupop', { first_name: 'Jane', last_name: 'Smith' }],
    ['hatchbeacon', 'job_application_created', 'occupop', { first_name: 'Jane', last_name: 'Smith' }],
  ])('is parted from %s %s to %s', (from, eventName, to, data) => {
    expect(goesOut(dialectNamed(to), cameIn(dialectNamed(from), eventName)).body).toMatchObject({ data });
  });

  it('is put together from occupop to autotechjobs and hatchbeacon', () => {
    const data = { uuid: 'c', first_name: 'Jane', last_name: 'Smith', job_uuid: 'j' };
    const body = { meta: { resource_type: 'CandidateResource', event_name: 'CandidateResource_created' }, data };
    const occupop = dialectNamed('occupop');
    const event = canonicalOf(occupop, decodeOne(occupop, 'CandidateResource_created', JSON.stringify(body)));
    expect(goesOut(dialectNamed('autotechjobs'), event).body).toMatchObject({
      data: { application: { id: 'c', job: { id: 'j' }, candidate: { name: 'Jane Smith' } } },
    });
    expect(goesOut(dialectNamed('hatchbeacon'), event).body).toMatchObject({
      data: { log: { resourceId: 'c' }, details: { candidateName: 'Jane Smith' } },
    });
  });
});

describe('a step change of jobaffinity that was completed', () => {
  it('has its fields in every dialect that has a place for them', () => {
    const jobaffinity = dialectNamed('jobaffinity');
    const thin = decodeOne(jobaffinity, 'ProcessStepChange', JSON.stringify(sentBy(jobaffinity, 'ProcessStepChange')));
    const fetched = {
      _status: 'OK',
      id: 42,
      candidate: { id: 7, first_name: 'Jane', last_name: 'Smith', email: 'jane@example.com' },
      job: { id: 9, title: 'Welder' },
      step: { id: 5, name: 'Hired', status: 'hired' },
    };
    const completed = jobaffinity.inbound.complete?.(thin, Buffer.from(JSON.stringify(fetched)));
    if (!completed) throw new Error('Not completed.');
    const event = canonicalOf(jobaffinity, completed);
    expect(goesOut(jobaffinity, event).body).toEqual(sentBy(jobaffinity, 'ProcessStepChange'));
    expect(goesOut(dialectNamed('autotechjobs'), event).body).toMatchObject({
      type: 'application.status_updated',
      data: {
        application: {
          id: '42',
          job: { id: '9', title: 'Welder' },
          candidate: { id: '7', name: 'Jane Smith', email: 'jane@example.com' },
          status: 'hired',
        },
      },
    });
    expect(goesOut(dialectNamed('hatchbeacon'), event)).toMatchObject({
      eventName: 'candidate_hired',
      body: { data: { details: { candidateName: 'Jane Smith', jobTitle: 'Welder' } } },
    });
    expect(goesOut(dialectNamed('occupop'), event).body).toMatchObject({
      data: { uuid: '42', status: 'hired', email: 'jane@example.com', hiring_flow_step: { uuid: '5', name: 'Hired' } },
    });
  });
});

/** Fields with a note go over changed: the dialect's own specs say how. */
function isCopied({ canonicalPath, note }: FieldDescription): boolean {
  if (note !== undefined) return false;
  return canonicalPath.startsWith('data') || canonicalPath.startsWith('actor') || canonicalPath === 'occurred_at';
}

/** JobAffinity has addresses where others have ids. */
function isReference(...paths: string[]): boolean {
  return paths.some((path) => path.endsWith('_self'));
}

function isUnreadableTime(canonicalPath: string, value: JsonValue): boolean {
  return canonicalPath.endsWith('_at') && (typeof value !== 'string' || Number.isNaN(Date.parse(value)));
}
