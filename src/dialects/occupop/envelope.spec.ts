import { describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { dialect as occupop } from './occupop.dialect.js';

function eventAbout(type: string, data: JsonObject, dialect = 'elsewhere'): CanonicalEvent {
  return exampleEvent(dialect, { type, name: type, occurredAt: '2025-04-10T20:32:13.123Z', data });
}

function dataOf(event: CanonicalEvent, eventName: string, includeFiles = false): unknown {
  const content = JSON.parse(occupop.encode(event, { eventName, includeFiles }).body) as JsonObject;
  return content.data;
}

describe('occupop', () => {
  it('does not tell of drafts, but of their publication', () => {
    const draft = { job: { id: 'j', state: 'draft' } };
    expect(occupop.nameOf(eventAbout('job.created', draft))).toBeNull();
    expect(occupop.nameOf(eventAbout('job.created', { job: { id: 'j', state: 'open' } }))).toBe('JobResource_created');
    expect(occupop.nameOf(eventAbout('job.published', draft))).toBe('JobResource_created');
  });

  it('identifies a candidate by the application', () => {
    const application: JsonObject = {
      id: 'app_1',
      job: { id: 'job_1' },
      candidate: { id: 'cand_1', name: 'Jane Smith' },
      state: 'in_review',
      applied_at: '2025-04-10T20:32:13+02:00',
      hired_at: 'soon',
      files: [{ name: 'cv.pdf', url: 'https://x.example/?sig' }, { name: 'letter.pdf' }],
    };
    const event = eventAbout('application.updated', { application });
    expect(dataOf(event, 'CandidateResource_updated')).toEqual({
      uuid: 'app_1',
      status: 'in_review',
      first_name: 'Jane',
      last_name: 'Smith',
      job_uuid: 'job_1',
      file: { name: 'cv.pdf' },
      received_at: '2025-04-10T18:32:13.000Z',
    });
    expect(dataOf(event, 'CandidateResource_updated', true)).toMatchObject({
      file: { name: 'cv.pdf', url: 'https://x.example/?sig' },
    });
  });

  it('says that a candidate was rejected even when no status was given', () => {
    const event = eventAbout('application.rejected', { application: { id: 'a' } });
    expect(dataOf(event, 'CandidateResource_status_updated')).toEqual({ uuid: 'a', status: 'rejected' });
  });

  it('writes numbers and flags out where it documents text', () => {
    const job = { id: 'j', published: true, location: { lat: 53.3 }, salary: { start: 10 }, require_cv: false };
    expect(dataOf(eventAbout('job.updated', { job }), 'JobResource_updated')).toEqual({
      uuid: 'j',
      location: { city_lat: '53.3' },
      salary: { start: '10' },
      published: 'true',
      require_cv: false,
    });
  });
});
