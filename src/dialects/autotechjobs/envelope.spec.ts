import { describe, expect, it } from '@jest/globals';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { encodeForAutoTechJobs } from './envelope.js';

function contentOf(type: string, eventName: string, data: JsonObject): JsonObject {
  const event = exampleEvent('elsewhere', {
    id: 'evt_1',
    type,
    name: type,
    occurredAt: '2025-04-10T20:32:13.999Z',
    data,
  });
  return JSON.parse(encodeForAutoTechJobs(event, { eventName, includeFiles: false }).body) as JsonObject;
}

describe('the envelope of autotechjobs', () => {
  it('cuts times to whole seconds and drops what is no time', () => {
    const application = { id: 'a', applied_at: '2025-04-09T08:00:00.500Z', candidate: { first_name: 'Jane' } };
    expect(contentOf('application.submitted', 'application.submitted', { application })).toEqual({
      id: 'evt_1',
      type: 'application.submitted',
      created_at: '2025-04-10T20:32:13Z',
      data: { application: { id: 'a', candidate: { name: 'Jane' }, applied_at: '2025-04-09T08:00:00Z' } },
    });
    const unreadable = { application: { id: 'a', applied_at: 'last week' } };
    expect(contentOf('application.submitted', 'application.submitted', unreadable).data).toEqual({
      application: { id: 'a' },
    });
  });

  it('says which status a hire has become, in the words of the vendor when there are any', () => {
    const hired = (application: JsonObject) =>
      contentOf('application.hired', 'application.status_updated', { application });
    expect(hired({ id: 'a' })).toMatchObject({ data: { application: { status: 'hired' } } });
    expect(hired({ id: 'a', status: 'Placed', state: 'hired' })).toMatchObject({
      data: { application: { status: 'Placed' } },
    });
  });

  it('names the fields of other entities as the hub does', () => {
    const employer = { id: 'e', name: 'Acme', created_at: '2025-04-09T08:00:00.500Z', secret_rating: 5 };
    expect(contentOf('employer.created', 'employer.registered', { employer }).data).toEqual({
      employer: { id: 'e', name: 'Acme', created_at: '2025-04-09T08:00:00Z' },
    });
  });
});
