import type { JsonValue } from '../../../src/common/json.js';

/** What a vendor tells and tells again: by what it is known as the same, and what merely looks alike. */

export interface Told {
  readonly body: JsonValue;
  readonly callId: string;
  readonly eventName: string;
  /** Where the call is thin: what the vendor's API says when it is asked. */
  readonly fetched?: { readonly path: string; readonly application: JsonValue };
}

export interface Teller {
  readonly dialect: string;
  /** An event about the `n`th thing, like no other. */
  readonly event: (n: number) => Told;
  /** What is another event than this one, in all but the little by which the vendor tells them apart. */
  readonly lookalikes: (n: number) => readonly Told[];
  /** A thing that is in this state, told for the `nth` time. */
  readonly state: (state: string, nth: number) => Told;
  /** For how long an event is known again; absent: until another state has come. */
  readonly hours?: number;
}

const MINUTE_MS = 60_000;
const NOON = Date.parse('2025-04-10T12:00:00Z');

export const TELLERS: readonly Teller[] = [
  {
    dialect: 'standard',
    hours: 7 * 24,
    event: (n) => standard(`app_${n}`, 'pending', `msg_${n}`),
    lookalikes: (n) => [standard(`app_${n}`, 'pending', `msg_${n}_again`)],
    state: (state, nth) => standard('app_toggled', state, `msg_toggled_${nth}`),
  },
  {
    dialect: 'autotechjobs',
    hours: 7 * 24,
    event: (n) => autotechjobs(`app_${n}`, 'pending', `evt_${n}`),
    lookalikes: (n) => [autotechjobs(`app_${n}`, 'pending', `evt_${n}_again`)],
    state: (state, nth) => autotechjobs('app_toggled', state, `evt_toggled_${nth}`),
  },
  {
    dialect: 'jobaffinity',
    event: (n) => jobaffinity(`1${n}`, 'pending'),
    lookalikes: (n) => [jobaffinity(`1${n}`, 'in review'), jobaffinity(`2${n}`, 'in review')],
    state: (state) => jobaffinity('900', state),
  },
  {
    dialect: 'hatchbeacon',
    hours: 24,
    event: (n) => hatchbeacon(`app_${n}`, 'pending', 0),
    lookalikes: (n) => [hatchbeacon(`app_${n}`, 'pending', 1), hatchbeacon(`app_${n}`, 'pending', 2)],
    state: (state, nth) => hatchbeacon('app_toggled', state, nth),
  },
  {
    dialect: 'resthooks',
    event: (n) => resthooks(`ee_${n}`, 'active', 'Employee Updated'),
    lookalikes: (n) => [
      resthooks(`ee_${n}`, 'active', 'Employee Created'),
      resthooks(`ee_${n}_too`, 'active', 'Employee Updated'),
    ],
    state: (state) => resthooks('ee_toggled', state, 'Employee Updated'),
  },
  {
    dialect: 'occupop',
    event: (n) => occupop(`c_${n}`, 'pending', 'CandidateResource_updated'),
    lookalikes: (n) => [
      occupop(`c_${n}`, 'pending', 'CandidateResource_status_updated'),
      occupop(`c_${n}_too`, 'pending', 'CandidateResource_updated'),
    ],
    state: (state) => occupop('c_toggled', state, 'CandidateResource_updated'),
  },
  {
    dialect: 'greenhouse',
    hours: 7 * 24,
    event: (n) => greenhouse(n, 'active', `gh_${n}`),
    lookalikes: (n) => [greenhouse(n, 'active', `gh_${n}_again`)],
    state: (state, nth) => greenhouse(900, state, `gh_toggled_${nth}`),
  },
];

function standard(id: string, status: string, callId: string): Told {
  const data = { application: { id, status, candidate: { name: 'Zoë Smith' } } };
  const body = { type: 'application.stage_changed', timestamp: timeAt(0), data };
  return { body, callId, eventName: 'application.stage_changed' };
}

function autotechjobs(id: string, status: string, eventId: string): Told {
  const data = { application: { id, status, candidate: { name: 'Zoë Smith' } } };
  const body = { id: eventId, type: 'application.status_updated', created_at: timeAt(0), data };
  return { body, callId: eventId, eventName: 'application.status_updated' };
}

/** The calls about one application are all the same: what changed is known to the vendor's API alone. */
function jobaffinity(id: string, status: string): Told {
  const path = `/restapi/v1/application/${id}`;
  const body = { event: 'ProcessStepChange', application: { _self: path }, datetime: '2025-04-10 12:00:00' };
  const application = { _status: 'OK', id: Number(id), candidate: { first_name: 'Zoë' }, step: { status } };
  return { body, callId: '', eventName: 'ProcessStepChange', fetched: { path, application } };
}

function hatchbeacon(resourceId: string, newStatus: string, minute: number): Told {
  const timestamp = timeAt(minute);
  const log = { action: 'change_application_status', resourceType: 'job_application', resourceId, timestamp };
  const details = { method: 'PATCH', path: '/job-applications', candidateName: 'Zoë Smith', newStatus };
  const body = { event: 'application_status_changed', timestamp, data: { log, details } };
  return { body, callId: '', eventName: 'application_status_changed' };
}

function resthooks(id: string, status: string, eventName: string): Told {
  return { body: [{ id, first_name: 'Zoë', last_name: 'Smith', status }], callId: '', eventName };
}

function occupop(uuid: string, status: string, eventName: string): Told {
  const meta = { resource_type: 'CandidateResource', event_name: eventName };
  return { body: { meta, data: { uuid, status, first_name: 'Zoë' } }, callId: '', eventName };
}

function greenhouse(id: number, status: string, callId: string): Told {
  const application = { id, status, candidate: { id: 1, first_name: 'Zoe' }, jobs: [] };
  const body = { action: 'candidate_stage_change', payload: { application } };
  return { body, callId, eventName: 'candidate_stage_change' };
}

function timeAt(minute: number): string {
  return new Date(NOON + minute * MINUTE_MS).toISOString();
}
