import type { CanonicalEvent } from '../../ats/canonical-event.js';
import { exampleEvent } from '../../ats/example-event.js';
import type { JsonObject } from '../../common/json.js';
import { AUTOTECHJOBS } from './envelope.js';
import { autotechjobsMappings } from './events.js';

/** One event for each of AutoTechJobs' names; `application.submitted` is the documented one. */

const OCCURRED_AT = '2025-04-10T20:32:13.000Z';

const job: JsonObject = { id: 'job_123456', title: 'Senior React Developer', company: 'Tech Innovations Ltd' };
/** The document's e-mail address was blotted out by its publisher's mail protection; it stays as printed. */
const candidate: JsonObject = { id: 'cand_789012', name: 'Jane Smith', email: '[email protected]' };
const application: JsonObject = { id: 'app_789012', job, candidate, status: 'pending', applied_at: OCCURRED_AT };
const employer: JsonObject = { id: 'emp_345678', name: 'Tech Innovations Ltd', website: 'https://www.example.com' };

const subjects: Readonly<Record<string, JsonObject>> = { job, candidate, application, employer };

const changes: Readonly<Record<string, JsonObject>> = {
  'job.expired': { status: 'expired', expires_at: OCCURRED_AT },
  'application.status_updated': { status: 'interviewing' },
  'application.withdrawn': { status: 'withdrawn' },
};

export function autotechjobsExample(eventName: string): CanonicalEvent | null {
  const row = autotechjobsMappings.find(({ name, direction }) => name === eventName && direction === 'both');
  if (!row) return null;
  const entity = row.canonical.split('.')[0] ?? '';
  return exampleEvent(AUTOTECHJOBS, {
    id: 'evt_123456',
    type: row.canonical,
    name: eventName,
    occurredAt: OCCURRED_AT,
    data: { [entity]: { ...subjects[entity], ...changes[eventName] } },
  });
}
