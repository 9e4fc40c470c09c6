/** JobAffinity, which tells only where to look, and the API behind it: a source of the hub with a login for the vendor. */
import type { ApiAnswer, ApiClient } from './api-client.js';
import type { Answer } from './receiver.js';

/** How the vendor proves itself to the hub. */
export const CALLS_AS = { type: 'basic', username: 'jobaffinity', password: 'calls-with-this' };
/** How the hub proves itself to the vendor. */
export const LOGIN = { username: 'hub', password: 'pässword:with-a-colon' };
export const BASIC_LOGIN = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;

export interface Source {
  readonly id: string;
  readonly ingest_url: string;
}

export interface ShownRequest {
  readonly verdict: string;
  readonly reason: string | null;
  readonly event_ids: string[];
}

/** As the vendor's API documents it. */
export function applicationAt(step: string, id = '42'): Answer {
  const body = {
    _status: 'OK',
    id,
    date: '2021-03-30 08:00:00',
    candidate: { _self: '/restapi/v1/candidate/7', first_name: 'Jane', last_name: 'Smith', email: 'jane@example.com' },
    job: { _self: '/restapi/v1/job/9', title: 'Senior Developer' },
    step: { id: 3, name: step, status: step },
  };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export async function connect(hub: ApiClient, baseUrl: string): Promise<Source> {
  const fields = { dialect: 'jobaffinity', name: 'Our ATS', auth: CALLS_AS, fetch: { base_url: baseUrl, ...LOGIN } };
  const { status, body, text } = await hub.post('/v1/sources', fields);
  if (status !== 201) throw new Error(`The source was refused: ${text}`);
  return body as Source;
}

/** The vendor's call, about wherever `self` leads. */
export function call(hub: ApiClient, source: Source, self: string): Promise<ApiAnswer> {
  const login = Buffer.from(`${CALLS_AS.username}:${CALLS_AS.password}`).toString('base64');
  const body = { event: 'ProcessStepChange', application: { _self: self } };
  const options = { key: null, headers: { authorization: `Basic ${login}` } };
  return hub.post(new URL(source.ingest_url).pathname, body, options);
}

export async function requestsOf(hub: ApiClient, { id }: Source): Promise<ShownRequest[]> {
  return (await hub.get(`/v1/sources/${id}/requests`)).body.data as ShownRequest[];
}
