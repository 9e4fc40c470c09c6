import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PendingFetches } from '../../src/ingestion/pending-fetches.service.js';
import type { ApiClient } from '../support/api-client.js';
import { TestHub } from '../support/hub.js';
import {
  applicationAt,
  BASIC_LOGIN,
  call,
  CALLS_AS,
  connect,
  LOGIN,
  requestsOf,
  type ShownRequest,
  type Source,
} from '../support/jobaffinity-source.js';
import { Receiver } from '../support/receiver.js';

/** JobAffinity tells only where to look: the hub fetches the application with the source's login, now or later. */

/** Before the second, third, … try. */
const DELAYS_SECONDS = [5, 30, 120, 600];
/** At once; the vendor has 15 s for each. */
const FETCHES_OF_A_SOURCE = 5;
const HOLD_UP_LIMIT_MS = 8_000;
/** Time passes by itself as well. */
const MARGIN_SECONDS = 4;

async function untilNewest(hub: ApiClient, { id }: Source, accept: (newest: ShownRequest) => boolean) {
  const page = await hub.until(`/v1/sources/${id}/requests`, ({ data }) => data.length > 0 && accept(data[0]));
  return (page as { data: [ShownRequest] }).data[0];
}

const isJudged = ({ verdict }: ShownRequest) => verdict !== 'fetching';

/** Moves the clock, and lets everything be fetched that is due by then. */
async function later(hub: TestHub, seconds: number): Promise<void> {
  await hub.advance(seconds * 1_000);
  const fetches = hub.app.get(PendingFetches);
  // One that was under way may have begun before the clock moved.
  await fetches.look();
  await fetches.look();
}

describe('a thin event', () => {
  let hub: TestHub;
  let vendor: Receiver;
  let partner: Receiver;
  let source: Source;

  beforeAll(async () => {
    hub = await TestHub.start();
  });

  beforeEach(async () => {
    [vendor, partner] = await Promise.all([Receiver.start(), Receiver.start()]);
    source = await connect(hub, vendor.url);
  });

  afterEach(async () => {
    for (const { id } of (await hub.get('/v1/subscriptions')).body.data as { id: string }[]) {
      await hub.delete(`/v1/subscriptions/${id}`);
    }
    await Promise.all([vendor.close(), partner.close()]);
  });

  afterAll(() => hub.stop());

  it('is completed with what the vendor’s API says, by one call with the login of the source', async () => {
    const base = await connect(hub, `${vendor.url}/below/`);
    vendor.answer('/below/restapi/v1/application/42', applicationAt('Interview'));
    await hub.subscribe({ url: `${partner.url}/standard`, events: ['application.*'] });
    await hub.subscribe({ url: `${partner.url}/thin`, events: ['ProcessStepChange'], dialect: 'jobaffinity' });
    expect((await call(hub, base, '/restapi/v1/application/42')).status).toBe(200);

    const [delivered] = await partner.waitFor('/standard', 1);
    expect(JSON.parse(delivered?.body.toString() ?? '')).toMatchObject({
      type: 'application.stage_changed',
      data: {
        application: {
          id: '42',
          stage: { name: 'Interview' },
          candidate: { id: '7', name: 'Jane Smith', email: 'jane@example.com' },
          job: { id: '9', title: 'Senior Developer' },
        },
      },
    });
    const [thin] = await partner.waitFor('/thin', 1);
    expect(JSON.parse(thin?.body.toString() ?? '')).toMatchObject({
      event: 'ProcessStepChange',
      application: { _self: '/restapi/v1/application/42' },
    });
    expect(vendor.calls).toMatchObject([{ method: 'GET', headers: { authorization: BASIC_LOGIN } }]);
    const { event_ids: ids } = await untilNewest(hub, base, isJudged);
    const { body: event } = await hub.get(`/v1/events/${ids[0]}`);
    expect(event.warnings).toEqual([]);
    expect(event.extensions.jobaffinity?.incomplete).toBeUndefined();
  });

  it('is fetched again after 5 s, 30 s, 2 min and 10 min, whatever went wrong, and not sooner', async () => {
    const path = '/restapi/v1/application/42';
    const big = { status: 200, body: JSON.stringify({ id: '42', more: 'x'.repeat(1_100_000) }) };
    vendor.answerNext(path, 'reset', 503, applicationAt('Hired', 'another'), big, applicationAt('Hired'));
    await hub.subscribe({ url: `${partner.url}/hook`, events: ['*'] });
    await call(hub, source, path);
    await later(hub, 0);
    const reasons: (string | null)[] = [];
    for (const [index, seconds] of DELAYS_SECONDS.entries()) {
      const [waiting] = await requestsOf(hub, source);
      expect(waiting).toMatchObject({ verdict: 'fetching', event_ids: [] });
      reasons.push(waiting?.reason ?? null);
      await later(hub, seconds - MARGIN_SECONDS);
      expect(vendor.calls).toHaveLength(index + 1);
      expect(partner.calls).toHaveLength(0);
      await later(hub, MARGIN_SECONDS);
      expect(vendor.calls).toHaveLength(index + 2);
    }
    expect(reasons).toEqual([
      'The receiver closed the connection before its answer was complete',
      'the vendor answered 503',
      'the vendor answered something else than was asked for',
      'the vendor answered more than 1048576 bytes',
    ]);
    const [delivered] = await partner.waitFor('/hook', 1);
    expect(JSON.parse(delivered?.body.toString() ?? '')).toMatchObject({
      data: { application: { id: '42', status: 'Hired' } },
    });
    expect(await requestsOf(hub, source)).toMatchObject([{ verdict: 'accepted', reason: null }]);
  });

  it('goes out as it is after the fifth failed fetch, marked incomplete, and is fetched no more', async () => {
    const path = '/restapi/v1/application/43';
    vendor.answer(path, 500);
    await hub.subscribe({ url: `${partner.url}/hook`, events: ['*'] });
    await call(hub, source, path);
    for (const seconds of [0, ...DELAYS_SECONDS]) {
      expect(partner.calls).toHaveLength(0);
      await later(hub, seconds);
    }
    const [delivered] = await partner.waitFor('/hook', 1);
    expect(JSON.parse(delivered?.body.toString() ?? '')).toMatchObject({
      type: 'application.stage_changed',
      data: { application: { id: '43' } },
    });
    const { verdict, event_ids: ids } = await untilNewest(hub, source, isJudged);
    expect(verdict).toBe('accepted');
    expect((await hub.get(`/v1/events/${ids[0]}`)).body).toMatchObject({
      extensions: { jobaffinity: { incomplete: true } },
      warnings: ['It is incomplete: the vendor answered 500.'],
    });
    await later(hub, 86_400);
    expect(vendor.calls).toHaveLength(5);
    expect(partner.calls).toHaveLength(1);
  });

  it('is the same only when the fetched state is: A, A, B, A is three events', async () => {
    const path = '/restapi/v1/application/44';
    const verdicts: string[] = [];
    for (const step of ['A', 'A', 'B', 'A']) {
      vendor.answer(path, applicationAt(step, '44'));
      await call(hub, source, path);
      verdicts.push((await untilNewest(hub, source, isJudged)).verdict);
    }
    expect(verdicts).toEqual(['accepted', 'duplicate', 'accepted', 'accepted']);
  });

  it('waits for no other vendor: one that does not answer holds up its own source alone', async () => {
    const another = await Receiver.start();
    try {
      const silent = await connect(hub, another.url);
      const paths = Array.from({ length: 60 }, (_, n) => `/restapi/v1/application/silent-${n}`);
      for (const path of paths) another.answer(path, 'hang');
      for (const path of paths) await call(hub, silent, path);
      await hub.subscribe({ url: `${partner.url}/hook`, events: ['*'] });
      vendor.answer('/restapi/v1/application/47', applicationAt('Offer', '47'));
      await call(hub, source, '/restapi/v1/application/47');
      await partner.waitFor('/hook', 1, HOLD_UP_LIMIT_MS);
      expect(another.calls).toHaveLength(FETCHES_OF_A_SOURCE);
      await hub.delete(`/v1/sources/${silent.id}`);
    } finally {
      await another.close();
    }
  });

  it('is not looked for where a redirect leads', async () => {
    const path = '/restapi/v1/application/45';
    const redirect = (status: number) => ({ status, headers: { location: `${partner.url}${path}` } });
    vendor.answerNext(path, redirect(302), redirect(307), applicationAt('Offer', '45'));
    await call(hub, source, path);
    for (const seconds of [0, 5, 30]) await later(hub, seconds);
    expect(await requestsOf(hub, source)).toMatchObject([{ verdict: 'accepted' }]);
    expect(vendor.calls).toHaveLength(3);
    expect(partner.calls).toEqual([]);
  });

  it('is refused when it leads anywhere but into the API of its vendor', async () => {
    const elsewhere = [
      `${partner.url}/restapi/v1/application/42`,
      `//${new URL(partner.url).host}/restapi/v1/application/42`,
      `@${new URL(partner.url).host}/restapi/v1/application/42`,
      '/\\127.0.0.1/restapi/v1/application/42',
      '/restapi/../admin/42',
      '/restapi/%2e%2e/admin/42',
      '/restapi/v1/application/42?as=admin',
      '/v1/application/42',
    ];
    for (const self of elsewhere) expect([self, (await call(hub, source, self)).status]).toEqual([self, 400]);
    const requests = await requestsOf(hub, source);
    expect(requests.map(({ verdict }) => verdict)).toEqual(elsewhere.map(() => 'unreadable'));
    expect([vendor.calls, partner.calls]).toEqual([[], []]);
  });

  it('keeps the login to itself: no read of the API shows it, and the database holds it sealed', async () => {
    vendor.answer('/restapi/v1/application/46', applicationAt('Offer', '46'));
    await hub.subscribe({ url: `${partner.url}/hook`, events: ['*'] });
    await call(hub, source, '/restapi/v1/application/46');
    await partner.waitFor('/hook', 1);
    const changed = await hub.patch(`/v1/sources/${source.id}`, { fetch: { base_url: vendor.url, ...LOGIN } });
    const { event_ids: ids } = await untilNewest(hub, source, isJudged);
    const paths = ['sources', `sources/${source.id}`, `sources/${source.id}/requests`, 'audit-log?limit=200']
      .concat(['events', `events/${ids[0]}`, 'deliveries', 'attempts', `events/${ids[0]}/preview?dialect=standard`])
      .map((path) => `/v1/${path}`);
    const answers = await Promise.all(paths.map((path) => hub.get(path)));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200));
    const database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
    const { rows } = await database.query<{ row: string }>('SELECT s::text AS row FROM sources s');
    await database.end();
    const shown = [changed.text, ...answers.map(({ text }) => text), ...rows.map(({ row }) => row)].join('\n');
    const secrets = [LOGIN.password, CALLS_AS.password, BASIC_LOGIN.slice('Basic '.length)];
    for (const secret of secrets) {
      for (const spelling of [secret, Buffer.from(secret).toString('hex')]) expect(shown).not.toContain(spelling);
    }
    expect(shown).toContain(vendor.url);
  });
});

describe('a vendor at an address that is not allowed', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  async function startHub(options: Parameters<typeof TestHub.start>[0]): Promise<TestHub> {
    const hub = await TestHub.start(options);
    cleanUps.push(() => hub.stop());
    return hub;
  }

  it('is refused when the source is saved, and again when it is to be called', async () => {
    const SECRETS_KEY = randomBytes(32).toString('base64');
    const vendor = await Receiver.start();
    cleanUps.push(() => vendor.close());
    const lenient = await startHub({ dispatch: false, environment: { SECRETS_KEY } });
    const source = await connect(lenient, vendor.url);
    await call(lenient, source, '/restapi/v1/application/42');

    // Another process of the same hub, with stricter rules by now.
    const strict = await startHub({
      databaseUrlOf: () => Promise.resolve(lenient.databaseUrl),
      environment: { SECRETS_KEY, TARGET_ALLOW_CIDRS: '10.1.0.0/16' },
    });
    await later(strict, 0);
    const refused = /not public and is not allowed as a target/;
    expect(await requestsOf(strict, source)).toMatchObject([
      { verdict: 'fetching', reason: expect.stringMatching(refused) },
    ]);
    for (const seconds of DELAYS_SECONDS) await later(strict, seconds);
    const [{ event_ids: ids } = { event_ids: [] }] = await requestsOf(strict, source);
    const event = await strict.get(`/v1/events/${ids[0]}`);
    expect(event.body.warnings).toEqual([expect.stringMatching(refused)]);
    expect(vendor.calls).toEqual([]);

    const change = { fetch: { base_url: 'http://169.254.169.254/', ...LOGIN } };
    for (const answer of [
      await strict.patch(`/v1/sources/${source.id}`, change),
      await strict.post('/v1/sources', { dialect: 'jobaffinity', name: 'x', auth: CALLS_AS, ...change }),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([{ field: 'fetch.base_url', message: expect.stringMatching(refused) }]);
      expect(answer.text).not.toContain(LOGIN.password);
    }
  });
});
