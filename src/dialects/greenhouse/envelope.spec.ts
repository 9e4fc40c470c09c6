import { describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { encodeForGreenhouse } from './envelope.js';
import { dialect } from './greenhouse.dialect.js';

function eventAbout(type: string, data: JsonObject): CanonicalEvent {
  return exampleEvent('elsewhere', { type, name: type, occurredAt: '2025-04-10T20:32:13.123Z', data });
}

function envelopeOf(type: string, data: JsonObject) {
  const event = eventAbout(type, data);
  const eventName = dialect.nameOf(event);
  if (eventName === null) throw new Error(`${type} has no name.`);
  return encodeForGreenhouse(event, { eventName, includeFiles: false });
}

function contentOf(type: string, data: JsonObject): unknown {
  return JSON.parse(envelopeOf(type, data).body);
}

describe('the envelope of greenhouse', () => {
  it('holds an application with its candidate and its one job', () => {
    const application: JsonObject = {
      id: '71980812',
      status: 'Phone screen',
      job: { id: 'job_1', title: 'Welder', location: { full_name: 'Cork', city: 'Cork' }, department: 'Works' },
      candidate: { id: '42', name: 'Jane Smith', email: 'jane@example.com', phone: null },
      source: { type: 'job_board', name: 'Example Jobs' },
      stage: { id: 's-1', name: 'Phone' },
      applied_at: '2025-04-10T20:32:13.999Z',
    };
    expect(contentOf('application.submitted', { application })).toEqual({
      action: 'new_candidate_application',
      payload: {
        application: {
          id: 71980812,
          status: 'active',
          applied_at: '2025-04-10T20:32:13Z',
          source: { name: 'Example Jobs' },
          current_stage: { id: 's-1', name: 'Phone' },
          jobs: [{ id: 'job_1', name: 'Welder', departments: [{ name: 'Works' }], offices: [{ location: 'Cork' }] }],
          candidate: {
            id: 42,
            first_name: 'Jane',
            last_name: 'Smith',
            email_addresses: [{ value: 'jane@example.com' }],
          },
        },
      },
    });
  });

  it('tells a hire with the offer that it came of, and the job in its old form too', () => {
    const application: JsonObject = {
      id: 'a',
      job: { id: '7', title: 'Welder' },
      source: { name: 'Referral' },
      hired_at: '2025-04-25T16:20:00.000Z',
      starts_at: '2025-06-02T08:00:00.000Z',
    };
    expect(contentOf('application.hired', { application })).toEqual({
      action: 'hire_candidate',
      payload: {
        application: {
          id: 'a',
          status: 'hired',
          source: { public_name: 'Referral' },
          job: { id: 7, name: 'Welder' },
          jobs: [{ id: 7, name: 'Welder' }],
          offer: { resolved_at: '2025-04-25T16:20:00Z', starts_at: '2025-06-02' },
        },
      },
    });
  });

  it('takes a withdrawal for a rejection by the candidate', () => {
    const application = { id: 'a', rejection_reason: 'Too far', withdrawn_at: '2025-04-14T11:00:00.000Z' };
    expect(contentOf('application.withdrawn', { application })).toEqual({
      action: 'reject_candidate',
      payload: {
        application: {
          id: 'a',
          status: 'rejected',
          rejected_at: '2025-04-14T11:00:00Z',
          rejection_reason: { name: 'Too far', type: { name: 'They rejected us' } },
        },
      },
    });
  });

  it.each<[string, JsonObject, string]>([
    ['application.updated', {}, 'active'],
    ['application.updated', { status: 'Shortlisted' }, 'active'],
    ['application.updated', { status: 'Hired' }, 'hired'],
    ['application.updated', { status: 'Declined', state: 'rejected' }, 'rejected'],
    ['application.stage_changed', { state: 'withdrawn' }, 'rejected'],
    ['application.rejected', { status: 'Maybe later', state: 'in_review' }, 'rejected'],
  ])('puts the status of %s with %j into its own word', (type, fields, status) => {
    expect(contentOf(type, { application: { id: 'a', ...fields } })).toMatchObject({
      payload: { application: { status } },
    });
  });

  it.each<[string, JsonObject, string | undefined]>([
    ['job.published', { status: 'live' }, 'open'],
    ['job.closed', { status: 'Filled' }, 'closed'],
    ['job.expired', {}, 'closed'],
    ['job.created', { status: 'Neu', state: 'draft' }, 'draft'],
    ['job.updated', { status: 'Expired' }, 'closed'],
    ['job.updated', { status: 'on hold' }, undefined],
  ])('puts the status of %s with %j into a word that it has', (type, fields, status) => {
    const { payload } = contentOf(type, { job: { id: 'j', ...fields } }) as { payload: { job: JsonObject } };
    expect(payload.job.status).toBe(status);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['offer.created', { status: 'draft' }, { offer_status: 'Created' }],
    ['offer.sent', { sent_at: '2025-04-22T23:59:00.000Z' }, { offer_status: 'Created', sent_on: '2025-04-22' }],
    ['offer.accepted', { starts_at: '2025-06-02' }, { offer_status: 'Accepted', start_date: '06/02/2025' }],
    [
      'offer.declined',
      { declined_at: '2025-04-25T16:20:00.000Z', accepted_at: '2025-04-24T00:00:00.000Z' },
      { offer_status: 'Rejected', resolved_at: '2025-04-25T16:20:00Z' },
    ],
    [
      'offer.withdrawn',
      { withdrawn_at: '2025-04-26T00:00:00.000Z' },
      { offer_status: 'Deprecated', resolved_at: '2025-04-26T00:00:00Z' },
    ],
    ['offer.expired', {}, { offer_status: 'Deprecated' }],
  ])('tells %s with %j', (type, fields, payload) => {
    const application = { id: '9', job: { id: '7' } };
    expect(contentOf(type, { offer: { id: '5', application, ...fields } })).toEqual({
      action: type === 'offer.created' ? 'offer_created' : 'offer_updated',
      payload: { id: 5, application_id: 9, job_id: 7, ...payload },
    });
  });

  it('tells what happened to candidates', () => {
    const candidate: JsonObject = { id: '457456', name: 'Jane Smith', merged_ids: ['37031511'] };
    expect(contentOf('candidate.merged', { candidate })).toEqual({
      action: 'merge_candidate',
      payload: { person: { id: 37031511, new_candidate_id: 457456 } },
    });
    expect(contentOf('candidate.deleted', { candidate })).toEqual({
      action: 'delete_candidate',
      payload: { person: { id: 457456, first_name: 'Jane', last_name: 'Smith' } },
    });
    expect(contentOf('candidate.anonymized', { candidate })).toEqual({
      action: 'candidate_anonymized',
      payload: { candidate_id: 457456 },
    });
    expect(contentOf('candidate.created', { candidate })).toEqual({
      action: 'new_prospect_application',
      payload: { application: { prospect: true, candidate: { id: 457456, first_name: 'Jane', last_name: 'Smith' } } },
    });
  });

  it('warns when several candidates were merged at once', () => {
    const merged = (...ids: string[]) => envelopeOf('candidate.merged', { candidate: { id: '1', merged_ids: ids } });
    expect(merged('2').warnings).toBeUndefined();
    expect(merged('2', '3')).toMatchObject({
      body: '{"action":"merge_candidate","payload":{"person":{"id":2,"new_candidate_id":1}}}',
      warnings: [expect.stringContaining('others are left out')],
    });
    expect(contentOf('candidate.merged', { candidate: { id: '1', merged_ids: [] } })).toMatchObject({
      payload: { person: { new_candidate_id: 1 } },
    });
  });

  it.each([
    ['0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['007', '007'],
    ['1e3', '1e3'],
    ['-1', '-1'],
    ['507f1f77bcf86cd799439011', '507f1f77bcf86cd799439011'],
  ])('writes the id %j as %j', (id, written) => {
    expect(contentOf('interview.cancelled', { interview: { id } })).toMatchObject({
      payload: { interview: { id: written } },
    });
  });

  it('is ASCII, each UTF-16 unit beyond it escaped, and markup as well', () => {
    const { body } = envelopeOf('job.deleted', { job: { id: 'j', title: '<p>Zoë & 名 🎉</p>\u2028' } });
    expect(body).toContain('"name":"\\u003cp\\u003eZo\\u00eb \\u0026 \\u540d \\ud83c\\udf89\\u003c/p\\u003e\\u2028"');
    expect(body).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(body)).toEqual({
      action: 'job_deleted',
      payload: { job: { id: 'j', name: '<p>Zoë & 名 🎉</p>\u2028' } },
    });
  });

  it('pings as a test', () => {
    const asked = { id: 'wh_1', name: null, eventName: 'job_created', sentAt: '2025-04-10T20:32:13.000Z' };
    expect(dialect.testEnvelope?.(asked)).toEqual({
      eventName: 'ping',
      body: '{"action":"ping","payload":{"webhook":{"id":"wh_1","name":null,"event":"job_created"}}}',
    });
  });
});
