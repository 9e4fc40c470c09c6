import type { JsonValue } from '../../../src/common/json.js';
import { DOCUMENTED_BODIES } from '../../conformance/documented-bodies.js';
import type { TestHub } from '../hub.js';
import { typeOfName } from './event-names.js';

/** What a vendor sends: every body that its document shows, and the catalog's example of every other event. */
export interface VendorCall {
  readonly dialect: string;
  readonly eventName: string;
  readonly body: JsonValue;
  /** The canonical type that the event must be taken for. */
  readonly type: string;
  /** What the vendor's API tells of it, where the call is thin. */
  readonly fetched?: JsonValue;
}

/** Events whose data tell that they are more than their names say. */
const NARROWER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // The documented resource has a `hired_at`.
  occupop: { CandidateResource_status_updated: 'application.hired' },
};

/** Beyond the documented event of JobAffinity: steps that end an application, and an event that the source ties to a type. */
export const TIED_EVENT = { name: 'NewApplication', type: 'application.submitted' };
const STEPS = [
  { id: 42, name: 'Phone interview', status: 'interview', type: 'application.stage_changed' },
  { id: 43, name: 'Contract signed', status: 'hired', type: 'application.hired' },
  { id: 44, name: 'Not this time', status: 'rejected', type: 'application.rejected' },
];

export async function callsOf(hub: TestHub, dialect: string): Promise<VendorCall[]> {
  if (dialect === 'jobaffinity') return thinCalls();
  const { body } = await hub.get(`/v1/dialects/${dialect}`);
  const calls = (body as { events: { name: string }[] }).events.map(async ({ name }): Promise<VendorCall> => {
    const type = NARROWER[dialect]?.[name] ?? typeOfName(dialect, name);
    return { dialect, eventName: name, type, body: await bodyOf(hub, dialect, name) };
  });
  return Promise.all(calls);
}

async function bodyOf(hub: TestHub, dialect: string, eventName: string): Promise<JsonValue> {
  const documented = DOCUMENTED_BODIES[dialect]?.[eventName];
  if (documented !== undefined) return documented;
  const { status, body } = await hub.get(`/v1/dialects/${dialect}/examples/${encodeURIComponent(eventName)}`);
  if (status !== 200) throw new Error(`No example of ${eventName}.`);
  // All examples have the id of the documented event, which by this is another one.
  return dialect === 'autotechjobs' ? { ...body, id: `evt_${eventName}` } : (body as JsonValue);
}

function thinCalls(): VendorCall[] {
  const documented = DOCUMENTED_BODIES.jobaffinity?.ProcessStepChange;
  const steps = STEPS.map(({ id, name, status, type }): VendorCall => {
    const fetched = applicationAtVendor(id, { id: id + 100, name, status });
    const body = id === 42 && documented !== undefined ? documented : thinBody('ProcessStepChange', id);
    return { dialect: 'jobaffinity', eventName: 'ProcessStepChange', type, body, fetched };
  });
  const { name: eventName, type } = TIED_EVENT;
  const fetched = applicationAtVendor(45, { id: 145, name: 'Received', status: 'new' });
  return [...steps, { dialect: 'jobaffinity', eventName, type, body: thinBody(eventName, 45), fetched }];
}

/** What JobAffinity's API answers, by path. */
export function applicationsAtVendor(): [path: string, application: JsonValue][] {
  return thinCalls().map(({ body, fetched = null }) => [
    (body as { application: { _self: string } }).application._self,
    fetched,
  ]);
}

function thinBody(event: string, id: number): JsonValue {
  return { event, application: { _self: selfOf(id) }, datetime: '2021-04-01 12:13:14' };
}

function applicationAtVendor(id: number, step: Readonly<Record<string, string | number>>): JsonValue {
  return {
    _status: 'OK',
    _self: selfOf(id),
    id,
    candidate: { id: 7, first_name: 'Zoë', last_name: 'Smith', email: 'zoe@example.com' },
    job: { _self: '/restapi/v1/job/9', title: 'Welder (m/f)', status: 'open' },
    date: '2021-03-01 08:00:00',
    route: 'job_board',
    source: { name: 'Example Jobs' },
    latest_cv_url: 'https://files.example.com/cv.pdf?signature=abc',
    step,
  };
}

function selfOf(id: number): string {
  return `/restapi/v1/application/${id}`;
}
