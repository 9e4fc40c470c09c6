import { describe, expect, it } from '@jest/globals';
import { NO_SETTINGS } from '../../ats/inbound-parts.js';
import type { InboundEvent } from '../../ats/inbound.js';
import type { JsonObject, JsonValue } from '../../common/json.js';
import { completeFromJobAffinity, decodeFromJobAffinity } from './decoder.js';
import { readSelf } from './self-path.js';

const SELF = '/restapi/v1/application/42';
const thin = { event: 'ProcessStepChange', application: { _self: SELF }, datetime: '2021-04-01 12:13:14' };

function decodeThin(body: JsonObject = thin, ties: readonly [string, string][] = []): InboundEvent {
  const decoded = decodeFromJobAffinity(body, { ...NO_SETTINGS, tiedTypes: new Map(ties) });
  const event = decoded.kind === 'events' ? decoded.events[0] : undefined;
  if (!event) throw new Error(JSON.stringify(decoded));
  return event;
}

describe('the decoder of jobaffinity', () => {
  it('reads a thin call as incomplete, with what completes it', () => {
    expect(decodeThin({ ...thin, reason: 'moved' })).toEqual({
      type: 'application.stage_changed',
      occurredAt: '2021-04-01T12:13:14.000Z',
      sourceEventId: null,
      sourceType: 'ProcessStepChange',
      subject: { entity: 'application', id: '42' },
      actor: null,
      data: { application: { id: '42' } },
      extensions: { jobaffinity: { reason: 'moved', incomplete: true } },
      received: { ...thin, reason: 'moved' },
      state: null,
      fetchPath: SELF,
      warnings: [],
    });
  });

  it('knows events that the source ties, and passes others on', () => {
    const named = (event: string) => ({ ...thin, event });
    expect(decodeThin(named('NewApplication'), [['NewApplication', 'application.submitted']])).toMatchObject({
      type: 'application.submitted',
      sourceType: 'NewApplication',
    });
    expect(decodeThin(named('New application'))).toMatchObject({
      type: 'custom.jobaffinity.new_application',
      subject: { entity: 'application', id: '42' },
      fetchPath: SELF,
    });
    expect(decodeThin(thin, [['ProcessStepChange', 'application.updated']]).type).toBe('application.updated');
  });

  it('looks for the entity of a tied type, and says so when the call refers to none', () => {
    const job = { event: 'NewJob', job: { _self: '/restapi/v1/job/7' } };
    expect(decodeThin(job, [['NewJob', 'job.created']])).toMatchObject({
      type: 'job.created',
      data: { job: { id: '7' } },
      fetchPath: '/restapi/v1/job/7',
    });
    expect(decodeThin({ ...thin, event: 'NewJob' }, [['NewJob', 'job.created']])).toMatchObject({
      type: 'custom.jobaffinity.newjob',
      warnings: ['NewJob is tied to job.created, but the call refers to no job.'],
    });
  });

  it.each<[string, JsonValue]>([
    ['no object', []],
    ['no event', { application: { _self: SELF } }],
    ['no application', { event: 'ProcessStepChange' }],
    ['an application without an address', { event: 'ProcessStepChange', application: { id: 42 } }],
    ['an address elsewhere', { ...thin, application: { _self: 'https://evil.example/restapi/v1/application/42' } }],
  ])('cannot read a body with %s', (_what, body) => {
    expect(decodeFromJobAffinity(body, NO_SETTINGS)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('readSelf', () => {
  it.each([
    [SELF, '42'],
    ['/restapi/v2/application/a%2F%C3%BC', 'a/ü'],
    ['/restapi/v1/application/%E5%90%8D', '名'],
    ['/restapi/42', '42'],
  ])('reads %s', (path, id) => {
    expect(readSelf(path)).toEqual({ path, id });
    expect(new URL(`https://jobaffinity.fr${path}`).pathname).toBe(path);
  });

  it.each([
    'https://evil.example/restapi/v1/application/42',
    '//evil.example/restapi/v1/application/42',
    '/restapi//evil.example/42',
    '/restapi/v1/application/',
    '/restapi/v1/application/42/',
    '/restapi',
    '/admin/42',
    'restapi/v1/application/42',
    '/restapi/../admin/42',
    '/restapi/v1/./42',
    '/restapi/v1/..',
    '/restapi/%2e%2E/admin/42',
    '/restapi/v1/application/%2e',
    '/restapi/v1\\..\\42',
    '/restapi/v1/application/42?x=1',
    '/restapi/v1/application/42#x',
    '/restapi/v1/application/4 2',
    '/restapi/v1/application/4\r\nhost: evil',
    '/restapi/v1/application/%',
    '/restapi/v1/application/%ff',
    '/restapi/v1/application/ü',
    '@evil.example/restapi/42',
    `/restapi/${'x'.repeat(1_000)}`,
    '',
    42,
    null,
  ])('refuses %j', (self) => {
    expect(readSelf(self)).toBeNull();
  });
});

describe('a fetched application', () => {
  /** The resource as the vendor documents it, https://api.jobaffinity.com. */
  const fetched = {
    _self: SELF,
    _schema: '/restapi/schemav1/application',
    _status: 'OK',
    id: 42,
    date: '2021-03-30T08:00:00Z',
    route: 'career_site',
    latest_cv_url: 'https://jobaffinity.fr/cv/42',
    candidate: { _self: '/restapi/v1/candidate/7', id: 7, title: 'MS', first_name: 'Jane', last_name: 'Smith' },
    source: { id: 3, name: 'Example Jobs' },
    job: { _self: '/restapi/v1/job/9', title: 'Welder', status: 'OPEN' },
    step: { id: 5, name: 'Interview', status: 'START', date: '2021-04-01' },
    notes: { _self: '/restapi/v1/application/42/notes' },
  };

  it('completes the event', () => {
    expect(completeFromJobAffinity(decodeThin(), fetched)).toEqual({
      ...decodeThin(),
      data: {
        application: {
          id: '42',
          applied_at: '2021-03-30T08:00:00.000Z',
          source: { type: 'career_site', name: 'Example Jobs' },
          files: [{ url: 'https://jobaffinity.fr/cv/42', type: 'cv' }],
          candidate: { id: '7', first_name: 'Jane', last_name: 'Smith' },
          job: { id: '9', title: 'Welder', status: 'OPEN' },
          stage: { id: '5', name: 'Interview' },
          status: 'START',
        },
      },
      extensions: {
        jobaffinity: {
          fetched: {
            candidate: { title: 'MS' },
            source: { id: 3 },
            step: { date: '2021-04-01' },
            notes: { _self: '/restapi/v1/application/42/notes' },
          },
        },
      },
      state: fetched,
      fetchPath: null,
    });
  });

  it('shows that the step change was a hire', () => {
    const step = { ...fetched.step, status: 'HIRED' };
    expect(completeFromJobAffinity(decodeThin(), { ...fetched, step })).toMatchObject({
      type: 'application.hired',
      sourceType: 'ProcessStepChange',
      data: { application: { state: 'hired', status: 'HIRED' } },
    });
  });

  it('is understood in canonical fields, as hubs serve it', () => {
    const canonical = { _status: 'OK', _self: SELF, id: '42', status: 'x', state: 'rejected', scores: { total: 3 } };
    expect(completeFromJobAffinity(decodeThin(), canonical)).toMatchObject({
      type: 'application.rejected',
      data: { application: { id: '42', status: 'x', state: 'rejected', scores: { total: 3 } } },
      extensions: {},
    });
  });

  it.each<[string, JsonValue]>([
    ['a list', [fetched]],
    ['another application', { ...fetched, id: 43 }],
    ['an error', { _status: 'INVALID' }],
    ['nothing', null],
  ])('is not what %s is', (_what, answer) => {
    expect(completeFromJobAffinity(decodeThin(), answer)).toBeNull();
  });
});
