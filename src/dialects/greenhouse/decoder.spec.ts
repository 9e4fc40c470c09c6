import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../common/json.js';
import { decodeFromGreenhouse } from './decoder.js';

function decode(action: string, payload: JsonObject) {
  return decodeFromGreenhouse({ action, payload }, 'gh-1');
}

describe('the decoder of greenhouse', () => {
  it('reads an application, and keeps what Greenhouse alone knows', () => {
    const jobs = [{ id: 7, name: 'Welder', status: 'closed', notes: 'x' }];
    const emails = [
      { value: 'jane@example.com', type: 'personal' },
      { value: 'jane@work.example.com', type: 'work' },
    ];
    const application: JsonObject = {
      id: 71980812,
      status: 'active',
      prospect: false,
      applied_at: '2017-10-27T14:44:43Z',
      source: { id: 16, public_name: 'Agency' },
      rejection_reason: null,
      current_stage: { id: 5, name: 'Offer', interviews: [] },
      candidate: {
        id: 42,
        first_name: 'Jane',
        company: 'Acme',
        phone_numbers: [{ value: '1' }],
        email_addresses: emails,
        attachments: [{ filename: 'cv.pdf', url: 'https://files.example.com/cv?signature=1', type: 'resume' }],
        tags: ['a'],
      },
      jobs,
    };
    const received = { action: 'new_candidate_application', payload: { application }, version: 2 };
    expect(decodeFromGreenhouse(received, 'gh-1')).toEqual({
      kind: 'events',
      events: [
        {
          type: 'application.submitted',
          occurredAt: null,
          sourceEventId: 'gh-1',
          sourceType: 'new_candidate_application',
          subject: { entity: 'application', id: '71980812' },
          actor: null,
          data: {
            application: {
              id: '71980812',
              status: 'active',
              applied_at: '2017-10-27T14:44:43.000Z',
              source: { name: 'Agency' },
              stage: { id: '5', name: 'Offer' },
              candidate: {
                id: '42',
                first_name: 'Jane',
                phone: '1',
                email: 'jane@example.com',
                tags: ['a'],
              },
              files: [{ name: 'cv.pdf', url: 'https://files.example.com/cv?signature=1', type: 'resume' }],
              job: { id: '7', title: 'Welder', status: 'closed', state: 'closed' },
            },
          },
          extensions: {
            greenhouse: {
              version: 2,
              payload: {
                application: {
                  prospect: false,
                  source: { id: 16, public_name: 'Agency' },
                  rejection_reason: null,
                  current_stage: { interviews: [] },
                  candidate: { company: 'Acme', email_addresses: emails },
                  jobs,
                },
              },
            },
          },
          received,
          state: null,
          fetchPath: null,
          warnings: [],
        },
      ],
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['hire_candidate', { status: 'hired' }, { type: 'application.hired', state: 'hired' }],
    ['candidate_stage_change', { status: 'active' }, { type: 'application.stage_changed' }],
    ['candidate_stage_change', { status: 'hired' }, { type: 'application.hired', state: 'hired' }],
    ['unhire_candidate', { status: 'active' }, { type: 'application.stage_changed' }],
    ['unreject_candidate', { status: 'active' }, { type: 'application.stage_changed' }],
    ['reject_candidate', { status: 'rejected' }, { type: 'application.rejected', state: 'rejected' }],
    [
      'reject_candidate',
      { status: 'rejected', rejection_reason: { name: 'Pay', type: { name: 'They rejected us' } } },
      { type: 'application.withdrawn', state: 'withdrawn', rejection_reason: 'Pay' },
    ],
    ['application_updated', { status: 'hired' }, { type: 'application.updated', state: 'hired' }],
  ])('takes %s with %j for what it is', (action, fields, { type, ...expected }) => {
    const decoded = decode(action, { application: { id: 1, ...fields } });
    expect(decoded).toMatchObject({ events: [{ type, data: { application: { id: '1', ...expected } } }] });
  });

  it('dates a withdrawal and a hire', () => {
    const reason = { rejection_reason: { type: { name: 'They rejected us' } }, rejected_at: '2025-04-14T11:00:00Z' };
    const withdrawn = decode('reject_candidate', { application: { id: 1, ...reason } });
    expect(withdrawn).toMatchObject({
      events: [{ data: { application: { id: '1', withdrawn_at: '2025-04-14T11:00:00.000Z' } } }],
    });
    const offer = { resolved_at: '2025-04-25T16:20:00Z', starts_at: '2025-06-02' };
    expect(decode('hire_candidate', { application: { id: 1, offer } })).toMatchObject({
      events: [
        { data: { application: { hired_at: '2025-04-25T16:20:00.000Z', starts_at: '2025-06-02T00:00:00.000Z' } } },
      ],
    });
  });

  it.each<[string, string, JsonObject]>([
    ['Created', 'custom.greenhouse.offer_updated', {}],
    ['Deprecated', 'custom.greenhouse.offer_updated', {}],
    ['Accepted', 'offer.accepted', { accepted_at: '2013-03-25T00:00:00.000Z' }],
    ['Rejected', 'offer.declined', { declined_at: '2013-03-25T00:00:00.000Z' }],
  ])('takes a change of an offer that is %s for %s', (word, type, times) => {
    const offer: JsonObject = {
      id: 12345,
      application_id: 234556,
      job_id: 45678,
      sent_on: '2013-03-22',
      resolved_at: '2013-03-25T00:00:00Z',
      start_date: '04/15/2013',
      offer_status: word,
    };
    expect(decode('offer_updated', offer)).toMatchObject({
      events: [
        {
          type,
          subject: { entity: 'offer', id: '12345' },
          data: {
            offer: {
              id: '12345',
              status: word,
              application: { id: '234556', job: { id: '45678' } },
              sent_at: '2013-03-22T00:00:00.000Z',
              starts_at: '2013-04-15T00:00:00.000Z',
              ...times,
            },
          },
          extensions: { greenhouse: { payload: { resolved_at: '2013-03-25T00:00:00Z' } } },
        },
      ],
    });
  });

  it('tells of the candidate that stays when two were merged', () => {
    const person = { id: 37031511, first_name: 'Jack', new_candidate_id: 457456 };
    expect(decode('merge_candidate', { person })).toMatchObject({
      events: [
        {
          type: 'candidate.merged',
          subject: { entity: 'candidate', id: '457456' },
          data: { candidate: { id: '457456', merged_ids: ['37031511'] } },
          extensions: { greenhouse: { payload: { person: { first_name: 'Jack' } } } },
        },
      ],
    });
  });

  it('takes a prospect for a person who became known', () => {
    const application = { id: 9, prospect: true, status: 'active', candidate: { id: 42, last_name: 'Troy' }, jobs: [] };
    expect(decode('new_prospect_application', { application })).toMatchObject({
      events: [
        {
          type: 'candidate.created',
          data: { candidate: { id: '42', last_name: 'Troy' } },
          extensions: {
            greenhouse: { payload: { application: { id: 9, prospect: true, status: 'active', jobs: [] } } },
          },
        },
      ],
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['job_updated', { job: { id: 1, status: 'open' } }, { type: 'job.updated', data: { job: { state: 'open' } } }],
    ['job_updated', { job: { id: 1, status: 'closed' } }, { type: 'job.closed', data: { job: { state: 'closed' } } }],
    ['job_created', { job: { id: 1, status: 'draft' } }, { type: 'job.created', data: { job: { state: 'draft' } } }],
    ['interview_deleted', { interview: { id: 3 } }, { type: 'interview.cancelled' }],
    ['candidate_anonymized', { candidate_id: 4 }, { type: 'candidate.anonymized', data: { candidate: { id: '4' } } }],
    ['delete_candidate', { person: { id: 4 } }, { type: 'candidate.deleted' }],
    [
      'delete_application',
      { application: { id: 1, candidate_id: 2, job_id: 3 } },
      {
        type: 'custom.greenhouse.delete_application',
        subject: { entity: 'application', id: '1' },
        data: { application: { id: '1', candidate: { id: '2' }, job: { id: '3' } } },
      },
    ],
    [
      'job_post_updated',
      { id: 8, job_id: 3, title: 'Welder', live: true },
      {
        type: 'custom.greenhouse.job_post_updated',
        subject: { entity: 'job', id: '3' },
        data: { job: { id: '3', title: 'Welder', published: true } },
      },
    ],
    [
      'job_post_created',
      { id: 8, title: 'Anything' },
      { type: 'custom.greenhouse.job_post_created', subject: null, data: { job: { title: 'Anything' } } },
    ],
    [
      'office_deleted',
      { office: { id: 1, name: 'Dublin' } },
      { type: 'custom.greenhouse.office_deleted', subject: null, data: { office: { id: 1, name: 'Dublin' } } },
    ],
    ['Talk To Sales', { a: 1 }, { type: 'custom.greenhouse.talk_to_sales', subject: null, data: { a: 1 } }],
  ])('reads %s with %j', (action, payload, expected) => {
    expect(decode(action, payload)).toMatchObject({ events: [{ sourceType: action, ...expected }] });
  });

  it('knows a ping, whatever is in it', () => {
    expect(decodeFromGreenhouse({ action: 'ping' }, null)).toEqual({ kind: 'test' });
  });

  it.each<[string, JsonValue, string]>([
    ['no object', [], 'The body must be an object.'],
    ['no action', { payload: {} }, '`action`'],
    ['no payload', { action: 'job_created', payload: null }, '`payload` must be'],
    ['no application', { action: 'hire_candidate', payload: {} }, '`payload.application.id`'],
    ['no candidate', { action: 'new_prospect_application', payload: { application: { id: 1 } } }, '`payload.applicat'],
    ['no winner', { action: 'merge_candidate', payload: { person: { id: 1 } } }, '`payload.person.new_candidate_id`'],
    ['no id', { action: 'offer_created', payload: { id: null } }, '`payload.id`'],
  ])('cannot read a body with %s', (_what, body, reason) => {
    expect(decodeFromGreenhouse(body, null)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
