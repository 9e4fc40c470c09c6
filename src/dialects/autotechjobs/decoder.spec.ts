import { describe, expect, it } from '@jest/globals';
import { decodeFromAutoTechJobs } from './decoder.js';

const envelope = { id: 'evt_1', type: 'application.status_updated', created_at: '2025-04-10T20:32:13Z' };

describe('the decoder of autotechjobs', () => {
  it('understands the documented application', () => {
    const application = {
      id: 'app_789012',
      job: { id: 'job_123456', title: 'Senior React Developer', company: 'Tech Innovations Ltd' },
      candidate: { id: 'cand_789012', name: 'Jane Smith', email: 'jane@example.com' },
      status: 'pending',
      applied_at: '2025-04-10T20:32:13Z',
    };
    const body = { ...envelope, type: 'application.submitted', data: { application } };
    expect(decodeFromAutoTechJobs(body)).toEqual({
      kind: 'events',
      events: [
        {
          type: 'application.submitted',
          occurredAt: '2025-04-10T20:32:13.000Z',
          sourceEventId: 'evt_1',
          sourceType: 'application.submitted',
          subject: { entity: 'application', id: 'app_789012' },
          actor: null,
          data: { application: { ...application, state: 'new', applied_at: '2025-04-10T20:32:13.000Z' } },
          extensions: {},
          received: body,
          state: null,
          fetchPath: null,
          warnings: [],
        },
      ],
    });
  });

  it.each([
    ['hired', 'application.hired'],
    ['rejected', 'application.rejected'],
    ['withdrawn', 'application.withdrawn'],
    ['interviewing', 'application.stage_changed'],
  ])('takes a change to %s for %s', (status, type) => {
    expect(decodeFromAutoTechJobs({ ...envelope, data: { application: { id: 'a', status } } })).toMatchObject({
      events: [{ type, sourceType: 'application.status_updated' }],
    });
  });

  it('keeps what the document does not know apart', () => {
    const application = { id: 7, job: { id: 'j', grade: 3 }, notes: ['x'], status: { code: 1 } };
    expect(decodeFromAutoTechJobs({ ...envelope, data: { application, extra: true }, version: 2 })).toMatchObject({
      events: [
        {
          data: { application: { id: '7', job: { id: 'j' } } },
          extensions: {
            autotechjobs: {
              version: 2,
              data: { application: { job: { grade: 3 }, notes: ['x'], status: { code: 1 } }, extra: true },
            },
          },
        },
      ],
    });
  });

  it('passes an event of another name on as it came', () => {
    const data = { application: { id: 'a', anything: 1 } };
    expect(decodeFromAutoTechJobs({ ...envelope, type: 'Application Archived!', data })).toMatchObject({
      events: [
        { type: 'custom.autotechjobs.application_archived', sourceType: 'Application Archived!', data, subject: null },
      ],
    });
  });

  it('leaves out a time that is none', () => {
    const body = { ...envelope, created_at: 'yesterday', data: { application: { id: 'a', applied_at: 'today' } } };
    expect(decodeFromAutoTechJobs(body)).toMatchObject({
      events: [{ occurredAt: null, data: { application: { applied_at: 'today' } } }],
    });
  });

  it.each([
    ['no object', [], 'The body must be an object.'],
    ['no id', { ...envelope, id: '', data: {} }, '`id`'],
    ['no type', { ...envelope, type: 1, data: {} }, '`type`'],
    ['a type of blanks', { ...envelope, type: '  ', data: {} }, '`type`'],
    ['a type that cannot be stored', { ...envelope, type: 'job\u0000', data: {} }, '`type`'],
    ['an endless type', { ...envelope, type: 'x'.repeat(101), data: {} }, '`type`'],
    ['no data', { ...envelope, data: [] }, '`data`'],
    ['no application', { ...envelope, data: { job: { id: 'j' } } }, '`data.application.id`'],
    ['an application without an id', { ...envelope, data: { application: { id: '' } } }, '`data.application.id`'],
  ])('cannot read a body with %s', (_what, body, reason) => {
    expect(decodeFromAutoTechJobs(body)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
