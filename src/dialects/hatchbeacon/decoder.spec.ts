import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../common/json.js';
import { decodeFromHatchBeacon } from './decoder.js';

function body(event: string, log: JsonObject, details: JsonObject = {}): JsonObject {
  return { event, timestamp: '2024-01-20T10:30:00.000Z', data: { log, details } };
}

describe('the decoder of hatchbeacon', () => {
  it('understands the documented application', () => {
    const log = {
      action: 'create_application',
      resourceType: 'job_application',
      resourceId: '507f1f77bcf86cd799439011',
      userId: '507f191e810c19729de860ea',
      userName: 'John Doe',
      userEmail: 'john@example.com',
      timestamp: '2024-01-20T10:30:00.000Z',
    };
    const details = {
      method: 'POST',
      path: '/job-applications',
      candidateName: 'Jane Smith',
      jobTitle: 'Senior Developer',
    };
    const received = body('job_application_created', log, details);
    expect(decodeFromHatchBeacon(received)).toEqual({
      kind: 'events',
      events: [
        {
          type: 'application.submitted',
          occurredAt: '2024-01-20T10:30:00.000Z',
          sourceEventId: null,
          sourceType: 'job_application_created',
          subject: { entity: 'application', id: '507f1f77bcf86cd799439011' },
          actor: { id: '507f191e810c19729de860ea', name: 'John Doe', email: 'john@example.com' },
          data: {
            application: {
              id: '507f1f77bcf86cd799439011',
              candidate: { name: 'Jane Smith' },
              job: { title: 'Senior Developer' },
            },
          },
          extensions: {
            hatchbeacon: {
              action: 'create_application',
              resource_type: 'job_application',
              method: 'POST',
              path: '/job-applications',
            },
          },
          received,
          state: received,
          fetchPath: null,
          warnings: [],
        },
      ],
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['offer_rejected', { offer: { id: 'x', application: { candidate: { name: 'J' }, job: { title: 'T' } } } }, {}],
    ['referral_created', { referral: { id: 'x', candidate: { name: 'J' }, job: { title: 'T' } } }, {}],
    ['job_closed', { job: { id: 'x', title: 'T' } }, { hatchbeacon: { details: { candidateName: 'J' } } }],
    ['user_created', { user: { id: 'x' } }, { hatchbeacon: { details: { candidateName: 'J', jobTitle: 'T' } } }],
  ])('puts the details of %s where they belong', (name, data, extensions) => {
    const decoded = decodeFromHatchBeacon(body(name, { resourceId: 'x' }, { candidateName: 'J', jobTitle: 'T' }));
    expect(decoded).toMatchObject({ events: [{ data, extensions }] });
  });

  it('takes the id for that of the thing which the entry was logged about as well', () => {
    const note = body('note_added', { resourceType: 'job_application', resourceId: 'a1' });
    expect(decodeFromHatchBeacon(note)).toMatchObject({
      events: [
        {
          subject: { entity: 'note', id: 'a1' },
          data: { note: { id: 'a1', application: { id: 'a1' } } },
          warnings: ['The vendor logged this about the application: its id stands for that of the note too.'],
        },
      ],
    });
    const hire = body('candidate_hired', { resourceType: 'candidate', resourceId: 'c1' });
    expect(decodeFromHatchBeacon(hire)).toMatchObject({
      events: [
        { type: 'application.hired', data: { application: { id: 'c1', candidate: { id: 'c1' }, state: 'hired' } } },
      ],
    });
  });

  it('knows nobody where nobody is named', () => {
    const decoded = decodeFromHatchBeacon(
      body('job_created', { resourceId: 'x', userId: null, userName: '', userEmail: 1 }),
    );
    expect(decoded).toMatchObject({ events: [{ actor: { email: '1' } }] });
    expect(decodeFromHatchBeacon(body('job_created', { resourceId: 'x' }))).toMatchObject({
      events: [{ actor: null }],
    });
  });

  it('falls back on the time of the log entry', () => {
    const received = body('job_created', { resourceId: 'x', timestamp: '2024-01-20T10:30:00Z' });
    delete received.timestamp;
    expect(decodeFromHatchBeacon(received)).toMatchObject({ events: [{ occurredAt: '2024-01-20T10:30:00.000Z' }] });
  });

  it('keeps what the document does not know apart', () => {
    const received = body('job_updated', { resourceId: 'x', ip: '::1' }, { changes: ['title'] });
    expect(decodeFromHatchBeacon({ ...received, version: 2 })).toMatchObject({
      events: [{ extensions: { hatchbeacon: { version: 2, log: { ip: '::1' }, details: { changes: ['title'] } } } }],
    });
  });

  it('reads an unknown event about a known thing, and passes any other on as it came', () => {
    const merged = body('candidate_merged', { resourceType: 'candidate', resourceId: 'c1' }, { candidateName: 'Jane' });
    expect(decodeFromHatchBeacon(merged)).toMatchObject({
      events: [
        {
          type: 'custom.hatchbeacon.candidate_merged',
          subject: { entity: 'candidate', id: 'c1' },
          data: { candidate: { id: 'c1', name: 'Jane' } },
        },
      ],
    });
    const other = body('invoice_paid', { resourceType: 'invoice', resourceId: 'i1' });
    expect(decodeFromHatchBeacon(other)).toMatchObject({
      events: [{ type: 'custom.hatchbeacon.invoice_paid', subject: null, data: other.data }],
    });
  });

  it('knows the test event', () => {
    expect(decodeFromHatchBeacon({ event: 'webhook.test', timestamp: '', data: { message: '' } })).toEqual({
      kind: 'test',
    });
  });

  it.each<[string, JsonValue, string]>([
    ['no object', null, 'The body must be an object.'],
    ['no event', { data: {} }, '`event`'],
    ['no data', { event: 'job_created' }, '`data`'],
    ['no log', { event: 'job_created', data: {} }, '`data.log.resourceId`'],
    ['no id', body('job_created', { resourceId: null }), '`data.log.resourceId`'],
  ])('cannot read a body with %s', (_what, received, reason) => {
    expect(decodeFromHatchBeacon(received)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
