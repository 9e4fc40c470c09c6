import { describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { encodeForHatchBeacon, hatchbeaconTestEnvelope } from './envelope.js';

function contentOf(event: CanonicalEvent, eventName: string): JsonObject {
  return JSON.parse(encodeForHatchBeacon(event, eventName).body) as JsonObject;
}

function eventAbout(data: JsonObject, type = 'application.rejected'): CanonicalEvent {
  return exampleEvent('elsewhere', { type, name: type, occurredAt: '2025-04-10T20:32:13.123Z', data });
}

describe('the envelope of hatchbeacon', () => {
  it('says null where nobody is known to have acted, and leaves out unknown details', () => {
    const event = eventAbout({ application: { id: 'app/1' } });
    expect(contentOf(event, 'application_status_changed')).toEqual({
      event: 'application_status_changed',
      timestamp: '2025-04-10T20:32:13.123Z',
      data: {
        log: {
          action: 'change_application_status',
          resourceType: 'job_application',
          resourceId: 'app/1',
          userId: null,
          userName: null,
          userEmail: null,
          timestamp: '2025-04-10T20:32:13.123Z',
        },
        details: { method: 'PATCH', path: '/job-applications/app%2F1/status' },
      },
    });
  });

  it("finds candidate and job in what the subject belongs to, and makes the name from the candidate's parts", () => {
    const application = { job: { title: 'Welder' }, candidate: { first_name: 'Jane', last_name: 'Smith' } };
    const content = contentOf(eventAbout({ interview: { id: 'i', application } }), 'interview_scheduled');
    expect(content).toMatchObject({ data: { details: { candidateName: 'Jane Smith', jobTitle: 'Welder' } } });
  });

  it('repeats what the vendor logged rather than the table', () => {
    const event = { ...eventAbout({}), extensions: { hatchbeacon: { action: 'bulk_reject', path: '/bulk' } } };
    const content = contentOf(event, 'application_status_changed');
    expect(content).toMatchObject({
      data: { log: { action: 'bulk_reject' }, details: { method: 'PATCH', path: '/bulk' } },
    });
  });

  it('warns of a body that express refuses', () => {
    const candidate = { name: 'é'.repeat(60_000) };
    const { warnings } = encodeForHatchBeacon(eventAbout({ application: { id: 'a', candidate } }), 'candidate_hired');
    expect(warnings).toEqual([expect.stringContaining('refuses more than 100 kB')]);
    expect(encodeForHatchBeacon(eventAbout({}), 'candidate_hired').warnings).toBeUndefined();
  });

  it('warns of a number that goes out rounded', () => {
    const received = JSON.parse('{"data": {"details": {"score": 12345678901234567890}}}') as JsonObject;
    const source = { dialect: 'hatchbeacon', source_id: null, event_id: null, type: 'candidate_hired' };
    const { body, warnings } = encodeForHatchBeacon({ ...eventAbout({}), source, received }, 'candidate_hired');
    expect(body).toContain('12345678901234567000');
    expect(warnings).toEqual([expect.stringContaining('data.details.score')]);
  });
});

describe('the test event of hatchbeacon', () => {
  it('is the documented one', () => {
    const subscription = {
      id: 'wh_1',
      name: 'My Webhook',
      eventName: 'job_created',
      sentAt: '2024-01-20T10:30:00.000Z',
    };
    const { eventName, body } = hatchbeaconTestEnvelope(subscription);
    expect(eventName).toBe('webhook.test');
    expect(JSON.parse(body)).toEqual({
      event: 'webhook.test',
      timestamp: '2024-01-20T10:30:00.000Z',
      data: { message: 'This is a test webhook', webhookId: 'wh_1', webhookName: 'My Webhook' },
    });
  });
});
