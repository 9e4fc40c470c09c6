import { describe, expect, it } from '@jest/globals';
import { type CompiledFilter, FILTER_DESCRIPTION, parseFilter } from './filter.js';

const event = {
  type: 'application.hired',
  occurred_at: '2026-03-01T10:00:00.000Z',
  source: { dialect: 'hatchbeacon', source_id: null },
  subject: { entity: 'application', id: 'app_1' },
  actor: { email: 'kim@example.com' },
  data: {
    application: {
      id: 'app_1',
      score: 7,
      rejected_at: null,
      job: { id: 'job_2', 'ext.ref': 'R-9', sectors: [{ name: 'Care' }, { name: 'Sales' }], tags: ['a', 'b'] },
      answers: [],
    },
  },
  test: false,
};

function compiled(filter: unknown): CompiledFilter {
  const result = parseFilter(filter);
  if (Array.isArray(result)) throw new Error(JSON.stringify(result));
  return result;
}

const matches = (filter: unknown, given: object = event) => compiled(filter).matches(given);

function problems(filter: unknown, rootFields?: string[]): Record<string, string> {
  const result = parseFilter(filter, 'filter', rootFields);
  return Array.isArray(result) ? Object.fromEntries(result.map(({ field, message }) => [field, message])) : {};
}

describe('a filter', () => {
  it.each([
    ['nothing at all', {}],
    ['a bare value', { type: 'application.hired' }],
    ['a boolean', { test: false }],
    ['several paths', { test: false, 'data.application.job.id': { $in: ['job_1', 'job_2'] } }],
    ['several operators on a path', { 'data.application.score': { $gt: 6, $lte: 7 } }],
    ['$neq', { 'subject.id': { $neq: 'app_2' } }],
    ['$nin', { 'source.dialect': { $nin: ['occupop', 'standard'] } }],
    ['$gte and $lt on times', { occurred_at: { $gte: '2026-03-01', $lt: '2026-03-02' } }],
    ['$startsWith', { type: { $startsWith: 'application.' } }],
    ['$endsWith', { 'actor.email': { $endsWith: '@example.com' } }],
    ['$or', { $or: [{ type: 'job.created' }, { 'subject.entity': 'application' }] }],
    ['$and', { $and: [{ 'data.application.score': { $gt: 1 } }, { 'data.application.score': { $lt: 9 } }] }],
    ['$not', { $not: { type: 'job.created' } }],
    ['$not around several conditions', { $not: { type: 'application.hired', test: true } }],
    ['an escaped dot', { 'data.application.job.ext\\.ref': 'R-9' }],
    ['any other escaped character', { '\\type': 'application.hired' }],
  ])('holds for an event by %s', (_name, filter) => {
    expect(matches(filter)).toBe(true);
    expect(matches({ $not: filter })).toBe(false);
  });

  it('treats an absent field as null when it compares for equality', () => {
    expect(matches({ 'data.application.rejected_at': null })).toBe(true);
    expect(matches({ 'data.application.nothing': null })).toBe(true);
    expect(matches({ 'data.application.nothing.below': { $in: ['x', null] } })).toBe(true);
    expect(matches({ 'data.application.nothing': { $neq: null } })).toBe(false);
    expect(matches({ 'data.application.score': { $neq: null } })).toBe(true);
  });

  it('takes a null that is there for existing', () => {
    expect(matches({ 'data.application.rejected_at': { $exists: true } })).toBe(true);
    expect(matches({ 'data.application.answers': { $exists: true } })).toBe(true);
    expect(matches({ 'data.application.answers.text': { $exists: false } })).toBe(true);
    expect(matches({ 'data.application.nothing': { $exists: true } })).toBe(false);
    expect(matches({ a: { $exists: true } }, { a: undefined })).toBe(false);
  });

  it('converts nothing', () => {
    expect(matches({ 'data.application.score': '7' })).toBe(false);
    expect(matches({ 'data.application.score': { $gt: '6' } })).toBe(false);
    expect(matches({ 'data.application.rejected_at': { $lte: 0 } })).toBe(false);
    expect(matches({ 'data.application.score': { $startsWith: '7' } })).toBe(false);
    expect(matches({ test: 0 })).toBe(false);
  });

  it('looks only at own properties', () => {
    for (const path of ['__proto__', 'constructor', 'data.constructor.name', 'type.length', 'toString']) {
      expect(matches({ [path]: { $exists: true } })).toBe(false);
    }
    expect(matches({ '__proto__.a': 1 }, JSON.parse('{"__proto__": {"a": 1}}') as object)).toBe(true);
    expect(matches(JSON.parse('{"a": {"$eq": {"__proto__": {}}}}'), { a: { b: 1 } })).toBe(false);
  });

  it('keeps its own copy of its source', () => {
    const source = { type: { $in: ['job.created'] } };
    const filter = compiled(source);
    source.type.$in.push('application.hired');
    expect(filter.source).toEqual({ type: { $in: ['job.created'] } });
    expect(filter.matches(event)).toBe(false);
  });

  it('is described with an example that is one', () => {
    expect(compiled(FILTER_DESCRIPTION.example).source).toEqual(FILTER_DESCRIPTION.example);
  });
});

describe('a path through a list', () => {
  it('holds when it holds for any element', () => {
    expect(matches({ 'data.application.job.sectors.name': 'Sales' })).toBe(true);
    expect(matches({ 'data.application.job.tags': 'b' })).toBe(true);
    expect(matches({ 'data.application.job.tags': { $startsWith: 'c' } })).toBe(false);
  });

  it('holds for $neq, $nin and $not when no element is so', () => {
    expect(matches({ 'data.application.job.sectors.name': { $neq: 'Sales' } })).toBe(false);
    expect(matches({ 'data.application.job.tags': { $nin: ['b', 'c'] } })).toBe(false);
    expect(matches({ 'data.application.job.tags': { $nin: ['c', 'd'] } })).toBe(true);
    expect(matches({ $not: { 'data.application.job.tags': 'b' } })).toBe(false);
  });

  it('lets different elements meet two operators', () => {
    expect(matches({ scores: { $gt: 3, $lt: 2 } }, { scores: [1, 5] })).toBe(true);
  });

  it('picks one element by a number, which is an ordinary name in an object', () => {
    expect(matches({ 'data.application.job.sectors.0.name': 'Care' })).toBe(true);
    expect(matches({ 'data.application.job.sectors.1.name': 'Care' })).toBe(false);
    expect(matches({ 'rounds.0.1': 'x' }, { rounds: [['w', 'x']] })).toBe(true);
    expect(matches({ 'rounds.0': 'x' }, { rounds: { 0: 'x' } })).toBe(true);
    expect(matches({ 'rounds.00': 'x' }, { rounds: [{ '00': 'x' }] })).toBe(true);
  });

  it('compares a whole list in order, and objects whatever the order of keys', () => {
    expect(matches({ 'data.application.job.tags': ['a', 'b'] })).toBe(true);
    expect(matches({ 'data.application.job.tags': ['b', 'a'] })).toBe(false);
    expect(matches({ 'data.application.answers': { $in: [[], 'x'] } })).toBe(true);
    expect(matches({ a: { $eq: { b: 1, c: [null] } } }, { a: { c: [null], b: 1 } })).toBe(true);
    expect(matches({ a: { $eq: { b: 1 } } }, { a: { b: 1, c: 2 } })).toBe(false);
    expect(matches({ a: { $eq: {} } }, { a: [] })).toBe(false);
  });

  it('does not enter lists within lists by name, so deep events cost nothing', () => {
    const deep = JSON.parse(`{"a": ${'['.repeat(9_000)}${']'.repeat(9_000)}}`) as object;
    expect(matches({ 'a.b.c': 'x' }, deep)).toBe(false);
    expect(matches({ a: { $neq: [[[]]] } }, deep)).toBe(true);
  });
});

describe('a wrong filter', () => {
  it.each([null, undefined, 'type', 7, [], () => true, 1n])('is refused when it is no object: %p', (filter) => {
    expect(problems(filter)).toEqual({ filter: 'must be an object, such as {"type": "application.hired"}' });
  });

  it('names the place and what would be right', () => {
    const job = 'data.application.job.id';
    expect(problems({ [job]: { $in: 'job_1' } })).toEqual({
      'filter.data.application.job.id.$in': 'must be a list of values, such as ["a", "b"]',
    });
    expect(problems({ $or: [{}, { type: { $startWith: 'job.', $endsWith: 1, $exists: 'yes', $gt: null } }] })).toEqual({
      'filter.$or[1].type.$startWith': 'is not a known operator; nearest: $startsWith, $endsWith, $gt',
      'filter.$or[1].type.$endsWith': 'must be a string',
      'filter.$or[1].type.$exists': 'must be true or false',
      'filter.$or[1].type.$gt': 'must be a string or a number',
    });
    expect(problems({ $and: {}, $or: [], $not: [] })).toEqual({
      'filter.$and': 'must be a list of at least one filter, such as [{"type": "application.hired"}]',
      'filter.$or': 'must be a list of at least one filter, such as [{"type": "application.hired"}]',
      'filter.$not': 'must be an object, such as {"type": "application.hired"}',
    });
  });

  it('points out what stands in the wrong place', () => {
    expect(
      problems({ $eq: 'x', $nor: [], type: { $not: { $eq: 'x' } }, data: { job: { id: 'x' } }, test: {} }),
    ).toEqual({
      'filter.$eq': 'must stand below a path, such as {"type": {"$eq": …}}',
      'filter.$nor': 'is not known here; nearest: $or, $not, $and',
      'filter.type.$not': 'must stand around whole filters, such as {"$not": …}, not below a path',
      'filter.data.job':
        'is not an operator; a field inside another is written as one dotted path, such as "data.job.id"',
      'filter.test': 'must be a value or operators, such as {"$in": ["a", "b"]}',
    });
  });

  it('knows names of prototypes as little as any other', () => {
    const filter = JSON.parse('{"type": {"constructor": 1, "$__proto__": 1}, "$toString": []}') as object;
    expect(Object.keys(problems(filter))).toEqual([
      'filter.type.constructor',
      'filter.type.$__proto__',
      'filter.$toString',
    ]);
  });

  it('has paths of plain names', () => {
    const wrong = ['', '.', 'a.', '.a', 'a..b'];
    expect(problems(Object.fromEntries(wrong.map((path) => [path, 1])))).toEqual(
      Object.fromEntries(
        wrong.map((path) => [`filter.${path}`, 'must be names separated by single dots, such as data.application.id']),
      ),
    );
    expect(problems({ 'a\\': 1 })).toEqual({ 'filter.a\\': 'must not end with a single backslash' });
  });

  it('starts its paths with a field of the event, when those are known', () => {
    expect(problems({ 'dta.job.id': 'x', type: 'y' }, ['data', 'type'])).toEqual({
      'filter.dta.job.id': 'starts with a field that events lack; nearest: data, type',
    });
  });

  it('holds no text that PostgreSQL cannot store', () => {
    const message = 'must not hold a NUL character or half a surrogate pair';
    expect(problems({ 'a\0': 1, b: '\ud800', c: { $in: ['x', ['\0']] }, d: { $eq: { '\udc00': 1 } } })).toEqual({
      'filter.a\0': message,
      'filter.b': message,
      'filter.c.$in[1]': message,
      'filter.d.$eq': message,
    });
    expect(matches({ a: '😀\\ud800' }, { a: '😀\\ud800' })).toBe(true);
  });

  it('keeps to the limits', () => {
    const nested = (depth: number): object => (depth === 1 ? { type: 'x' } : { $not: nested(depth - 1) });
    const list = (depth: number): unknown[] => (depth === 1 ? [] : [list(depth - 1)]);
    const conditions = (count: number) => ({ $or: Array.from({ length: count }, () => ({ type: 'x' })) });
    expect(
      [nested(8), { a: list(8) }, conditions(100), { a: { $in: Array(500).fill(1) } }].map((it) => problems(it)),
    ).toEqual(Array(4).fill({}));
    expect(problems(nested(9))).toEqual({ [`filter${'.$not'.repeat(8)}`]: 'is more than 8 filters deep' });
    expect(problems({ a: list(9) })).toEqual({ 'filter.a': 'is nested more than 8 deep' });
    expect(problems(conditions(101))).toEqual({ filter: 'holds 101 conditions, of at most 100' });
    expect(problems({ a: { $in: Array(501).fill(1) } })).toEqual({
      'filter.a.$in': 'holds 501 values, of at most 500',
    });
    expect(problems({ a: 'é'.repeat(5_117) })).toEqual({ filter: 'is 10242 bytes of JSON, of at most 10240' });
    expect(Object.values(problems({ ['a'.repeat(501)]: 1 }))).toEqual(['is a path of more than 500 characters']);
    expect(
      Object.keys(problems(Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`$${index}`, 1])))),
    ).toHaveLength(20);
  });
});
