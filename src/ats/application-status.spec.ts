import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../common/json.js';
import { applicationWithState, COMMON_STATUS_WORDS, narrowedType } from './application-status.js';

function narrowed(application: JsonObject, type = 'application.stage_changed'): string {
  return narrowedType(type, { application }, COMMON_STATUS_WORDS);
}

describe('narrowedType', () => {
  it.each([
    ['hired', 'application.hired'],
    [' HIRED ', 'application.hired'],
    ['Rejected', 'application.rejected'],
    ['withdrawn', 'application.withdrawn'],
    ['Second interview', 'application.stage_changed'],
    ['not hired', 'application.stage_changed'],
    ['__proto__', 'application.stage_changed'],
  ])('takes a change to the status %j for %s', (status, type) => {
    expect(narrowed({ status })).toBe(type);
  });

  it('takes a change with a date of hire for a hire, unless the status says otherwise', () => {
    expect(narrowed({ status: 'onboarding', hired_at: '2025-06-02' })).toBe('application.hired');
    expect(narrowed({ status: 'rejected', hired_at: '2025-06-02' })).toBe('application.rejected');
    for (const hired_at of ['', ' ', null, false]) expect(narrowed({ hired_at })).toBe('application.stage_changed');
  });

  it('narrows mere status changes alone', () => {
    expect(narrowed({ status: 'hired' }, 'application.updated')).toBe('application.updated');
    expect(narrowedType('application.stage_changed', { application: 1 }, COMMON_STATUS_WORDS)).toBe(
      'application.stage_changed',
    );
  });
});

describe('applicationWithState', () => {
  const stateOf = (type: string, application: JsonObject) =>
    applicationWithState(type, { application }, COMMON_STATUS_WORDS).application;

  it("reads the state from the type, else from the vendor's word", () => {
    expect(stateOf('application.withdrawn', { status: 'pending' })).toEqual({ status: 'pending', state: 'withdrawn' });
    expect(stateOf('application.submitted', { status: 'Under Review' })).toMatchObject({ state: 'in_review' });
    expect(stateOf('application.updated', { status: 'in-review' })).toMatchObject({ state: 'in_review' });
  });

  it('invents none', () => {
    expect(stateOf('application.updated', { status: 'Round table' })).toEqual({ status: 'Round table' });
    expect(applicationWithState('job.created', { job: {} }, COMMON_STATUS_WORDS)).toEqual({ job: {} });
  });
});
