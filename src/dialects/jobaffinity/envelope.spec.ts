import { describe, expect, it } from '@jest/globals';
import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject, JsonValue } from '../../common/json.js';
import { encodeForJobAffinity } from './envelope.js';

function eventAbout(type: string, data: JsonObject, dialect = 'elsewhere'): CanonicalEvent {
  return exampleEvent(dialect, { type, name: type, occurredAt: '2025-04-10T20:32:13.999Z', data });
}

function contentOf(event: CanonicalEvent, eventName: string): JsonValue {
  return JSON.parse(encodeForJobAffinity(event, eventName).body) as JsonValue;
}

describe('the envelope of jobaffinity', () => {
  it('refers to the application, escaped, wherever it is in the data', () => {
    expect(contentOf(eventAbout('application.hired', { application: { id: 'a/ü' } }), 'ProcessStepChange')).toEqual({
      event: 'ProcessStepChange',
      application: { _self: '/restapi/v1/application/a%2F%C3%BC' },
      datetime: '2025-04-10 20:32:13',
    });
    const offer = { offer: { id: 'o', application: { id: '7' } } };
    expect(contentOf(eventAbout('offer.sent', offer), 'NewOffer')).toMatchObject({
      event: 'NewOffer',
      application: { _self: '/restapi/v1/application/7' },
    });
  });

  it('leaves the reference out when no application is concerned', () => {
    expect(contentOf(eventAbout('job.created', { job: { id: 'j' } }), 'NewJob')).toEqual({
      event: 'NewJob',
      datetime: '2025-04-10 20:32:13',
    });
  });

  it('adds the time to what came without one', () => {
    const received = { event: 'ProcessStepChange', application: { _self: '/restapi/v1/application/42', x: 1 } };
    const event = { ...eventAbout('application.stage_changed', {}, 'jobaffinity'), received };
    expect(contentOf(event, 'ProcessStepChange')).toEqual({ ...received, datetime: '2025-04-10 20:32:13' });
  });
});
