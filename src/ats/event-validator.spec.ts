import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../common/json.js';
import { EVENT_TYPES } from './event-types.js';
import { validateEventData } from './event-validator.js';

describe('validateEventData', () => {
  it.each(EVENT_TYPES)('accepts the example of $type', ({ type, example }) => {
    expect(validateEventData(type, example.data)).toEqual([]);
  });

  it('names the missing subject and its missing id', () => {
    expect(validateEventData('application.submitted', {})).toEqual([
      { field: 'data.application', message: 'is required, an object' },
    ]);
    expect(validateEventData('application.submitted', { application: {} })).toEqual([
      { field: 'data.application.id', message: 'is required, a non-empty string' },
    ]);
  });

  it('refuses an id that is empty or a number, and says how it is written', () => {
    expect(validateEventData('job.created', { job: { id: '' } })).toEqual([
      { field: 'data.job.id', message: 'must not be empty' },
    ]);
    expect(validateEventData('job.created', { job: { id: 42 } })).toEqual([
      { field: 'data.job.id', message: 'must be a string, not a number (put it in quotes)' },
    ]);
  });

  it('names wrong types by their path, with the index in lists', () => {
    const job = { id: 'job_1', title: ['x'], sectors: [{ name: 'a' }, { name: true }], location: 'Dublin' };
    expect(validateEventData('job.created', { job })).toEqual([
      { field: 'data.job.title', message: 'must be a string, not an array' },
      { field: 'data.job.location', message: 'must be an object, not a string' },
      { field: 'data.job.sectors[1].name', message: 'must be a string, not a boolean' },
    ]);
  });

  it('lists the states an application can have', () => {
    expect(validateEventData('application.updated', { application: { id: 'a', state: 'maybe' } })).toEqual([
      {
        field: 'data.application.state',
        message: 'must be one of new, in_review, interview, offer, hired, rejected or withdrawn',
      },
    ]);
  });

  it('keeps unknown fields, nested entities without an id, nulls and times that are none', () => {
    const application = { id: 'a', extra: { deep: [1] }, job: { title: 'x' }, candidate: null, hired_at: 'soon' };
    expect(validateEventData('application.submitted', { application, more: 1 })).toEqual([]);
  });

  it('refuses an unknown type and lists the nearest names', () => {
    const [problem] = validateEventData('aplication.submited', {});
    expect(problem?.field).toBe('type');
    expect(problem?.message).toMatch(
      /^is not a known event type; nearest: application\.submitted, .*; your own are named custom\.<name>$/,
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'custom.', 'custom.Upper', `custom.${'x'.repeat(101)}`, ''])(
    'refuses the type %j',
    (type) => {
      expect(validateEventData(type, {})).toHaveLength(1);
    },
  );

  it('accepts any object as the data of a custom type', () => {
    expect(validateEventData('custom.badge-printed.v2', { anything: [1, null] })).toEqual([]);
  });

  it.each<[JsonValue]>([[null], ['text'], [[]], [7]])('refuses %j as data', (data) => {
    expect(validateEventData('custom.x', data)).toEqual([{ field: 'data', message: 'must be an object' }]);
    expect(validateEventData('job.created', data)).toEqual([{ field: 'data', message: 'must be an object' }]);
  });

  it('takes data with hostile keys for what it is: unknown fields', () => {
    const data = JSON.parse('{"job": {"id": "j", "__proto__": {"id": 5}, "constructor": 1}}') as JsonValue;
    expect(validateEventData('job.created', data)).toEqual([]);
    const withoutId = JSON.parse('{"job": {"__proto__": {"id": "j"}}}') as JsonValue;
    expect(validateEventData('job.created', withoutId)).toEqual([
      { field: 'data.job.id', message: 'is required, a non-empty string' },
    ]);
  });

  it('stops after twenty problems', () => {
    const sectors = Array.from({ length: 500 }, () => ({ name: 1 }));
    expect(validateEventData('job.created', { job: { id: 'j', sectors } })).toHaveLength(20);
  });
});
