import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../common/json.js';
import { decodeFromOccupop } from './decoder.js';

function body(eventName: string, data: JsonObject): JsonObject {
  return { meta: { resource_type: eventName.split('_')[0] ?? '', event_name: eventName }, data };
}

describe('the decoder of occupop', () => {
  it('takes a candidate for an application, and keeps texts that are no times', () => {
    const data = {
      uuid: 'c-1',
      first_name: 'Jane',
      job_uuid: 'j-1',
      status: 'Phone screen',
      file: { name: 'cv.pdf', url: 'https://files.example.com/cv?signature=1' },
      hiring_flow_step: { uuid: 's-1', name: 'Phone' },
      total_score: 4.5,
      received_at: '2025-04-10 20:32:13',
      updated_at: 'string',
    };
    const received = body('CandidateResource_updated', data);
    expect(decodeFromOccupop(received)).toEqual({
      kind: 'events',
      events: [
        {
          type: 'application.updated',
          occurredAt: null,
          sourceEventId: null,
          sourceType: 'CandidateResource_updated',
          subject: { entity: 'application', id: 'c-1' },
          actor: null,
          data: {
            application: {
              id: 'c-1',
              candidate: { first_name: 'Jane' },
              job: { id: 'j-1' },
              status: 'Phone screen',
              files: [{ name: 'cv.pdf', url: 'https://files.example.com/cv?signature=1' }],
              stage: { id: 's-1', name: 'Phone' },
              scores: { total: 4.5 },
              applied_at: '2025-04-10T20:32:13.000Z',
              updated_at: 'string',
            },
          },
          extensions: {},
          received,
          state: data,
          fetchPath: null,
          warnings: [],
        },
      ],
    });
  });

  it('sees a hire in the date of hire', () => {
    const hired = body('CandidateResource_status_updated', { uuid: 'c', status: 'Done', hired_at: '2025-06-02' });
    expect(decodeFromOccupop(hired)).toMatchObject({
      events: [{ type: 'application.hired', data: { application: { state: 'hired', status: 'Done' } } }],
    });
    const updated = body('CandidateResource_updated', { uuid: 'c', hired_at: '2025-06-02' });
    expect(decodeFromOccupop(updated)).toMatchObject({ events: [{ type: 'application.updated' }] });
  });

  it('takes a job that was posted live for a created one', () => {
    expect(decodeFromOccupop(body('JobResource_created', { uuid: 'j', published: 'no' }))).toMatchObject({
      events: [
        { type: 'job.created', subject: { entity: 'job', id: 'j' }, data: { job: { id: 'j', published: 'no' } } },
      ],
    });
  });

  it('keeps unknown fields and other shapes apart, under the names of the vendor', () => {
    const data = {
      uuid: 'j',
      location: { city: 'Cork', planet: 'Earth' },
      salary: 'good',
      sectors: [{ uuid: 's', x: 1 }],
    };
    expect(decodeFromOccupop({ ...body('JobResource_updated', data), version: 2 })).toMatchObject({
      events: [
        {
          data: { job: { location: { city: 'Cork' }, sectors: [{ id: 's' }] } },
          extensions: {
            occupop: {
              version: 2,
              data: { location: { planet: 'Earth' }, salary: 'good', sectors: [{ uuid: 's', x: 1 }] },
            },
          },
        },
      ],
    });
  });

  it('reads an unknown event of a known resource, and passes any other on as it came', () => {
    expect(decodeFromOccupop(body('JobResource_archived', { uuid: 'j', title: 'Welder' }))).toMatchObject({
      events: [
        {
          type: 'custom.occupop.jobresource_archived',
          subject: { entity: 'job', id: 'j' },
          data: { job: { id: 'j', title: 'Welder' } },
        },
      ],
    });
    expect(decodeFromOccupop(body('CompanyResource_created', { uuid: 'x' }))).toMatchObject({
      events: [{ type: 'custom.occupop.companyresource_created', subject: null, data: { uuid: 'x' } }],
    });
  });

  it.each([
    ['no object', 'text', 'The body must be an object.'],
    ['no event name', { data: {} }, '`meta.event_name`'],
    ['no data', { meta: { event_name: 'JobResource_created' }, data: null }, '`data`'],
    ['no uuid', body('JobResource_created', { title: 'Welder' }), '`data.uuid`'],
  ])('cannot read a body with %s', (_what, received, reason) => {
    expect(decodeFromOccupop(received)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
