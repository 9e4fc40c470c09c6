import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../common/json.js';
import { entitiesOf, findEntity, subjectOf } from './subject-of.js';

const interview: JsonObject = {
  interview: {
    id: 'int_1',
    application: { id: 'app_1', job: { id: 'job_1' }, candidate: { id: 'cand_1', name: 'Jane' } },
    candidate: { id: 'cand_1' },
    interviewers: [{ id: 'user_1' }, { name: 'no id' }, { id: 'user_2' }],
  },
};

describe('subjectOf', () => {
  it('is the entity that the type is about', () => {
    expect(subjectOf('interview.scheduled', interview)).toEqual({ entity: 'interview', id: 'int_1' });
    expect(subjectOf('hub.delivery_exhausted', { delivery: { id: 'dlv_1' } })).toEqual({
      entity: 'delivery',
      id: 'dlv_1',
    });
  });

  it('is null without an id, for custom types and for types without a subject', () => {
    expect(subjectOf('job.created', { job: {} })).toBeNull();
    expect(subjectOf('job.created', { job: { id: 7 } })).toBeNull();
    expect(subjectOf('job.created', {})).toBeNull();
    expect(subjectOf('custom.job', { job: { id: 'j' } })).toBeNull();
    expect(subjectOf('test.ping', { message: 'hi' })).toBeNull();
  });
});

describe('entitiesOf', () => {
  it('finds every entity once, the subject first, whatever part it plays', () => {
    expect(entitiesOf('interview.scheduled', interview)).toEqual([
      { entity: 'interview', id: 'int_1' },
      { entity: 'application', id: 'app_1' },
      { entity: 'job', id: 'job_1' },
      { entity: 'candidate', id: 'cand_1' },
      { entity: 'user', id: 'user_1' },
      { entity: 'user', id: 'user_2' },
    ]);
  });

  it('finds known entities in the data of custom types, below unknown names too', () => {
    expect(entitiesOf('custom.x', { wrapper: [{ candidate: { id: 'c' } }], thing: { id: 'ignored' } })).toEqual([
      { entity: 'candidate', id: 'c' },
    ]);
  });

  it('is not fooled by keys of the prototype', () => {
    const data = JSON.parse('{"__proto__": {"id": "x"}, "constructor": {"id": "y"}}') as JsonObject;
    expect(entitiesOf('custom.x', data)).toEqual([]);
  });
});

describe('findEntity', () => {
  it('prefers what lies nearest to the top', () => {
    expect(findEntity(interview, 'candidate')).toEqual({ id: 'cand_1' });
    expect(findEntity(interview, 'job')).toEqual({ id: 'job_1' });
    expect(findEntity(interview, 'offer')).toBeNull();
  });
});
