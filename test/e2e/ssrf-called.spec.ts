import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newUuid, uuidFromPath } from '../../src/common/ids.js';
import { SourceVault } from '../../src/ingestion/source-vault.service.js';
import type { ShownAttempt } from '../support/deliveries.js';
import { HostileGround, NOTHING_OPEN } from '../support/hostile-ground.js';
import { HOSTILE_TARGETS, type HostileTarget, LOOPBACK_TARGETS, REBOUND } from '../support/hostile-targets.js';
import { TestHub } from '../support/hub.js';
import { call, connect, LOGIN, type ShownRequest, type Source } from '../support/jobaffinity-source.js';
import { Receiver } from '../support/receiver.js';

/**
 * Targets that the hub must not call, when they got past the check that there is when they are saved: no connection is tried,
 * whatever the call is for.
 */

/** There is no such name, so it may be saved. */
const UNKNOWN = 'http://not-yet.test/hook';
/** What a subscription is called for; a source is fetched from. */
const KINDS = ['confirmation', 'delivery', 'test'] as const;
const AT_ONCE = 25;

type Attempt = Omit<ShownAttempt, 'error'> & { readonly error: { code: string; message: string } | null };

let ground: HostileGround;
const smugglers = new Map<TestHub, pg.Client>();

beforeAll(async () => {
  ground = await HostileGround.start();
  for (const hub of [ground.strict, ground.open]) await letSqlPastTheCheck(hub);
});

afterEach(() => {
  expect(ground.takeCalls()).toEqual([]);
});

afterAll(async () => {
  for (const client of smugglers.values()) await client.end();
  await ground.close();
});

/** From now on a subscription whose name is `smuggle:` and a URL gets that URL in the database, whatever was checked. */
async function letSqlPastTheCheck(hub: TestHub): Promise<void> {
  const client = new pg.Client({ connectionString: hub.databaseUrl });
  await client.connect();
  smugglers.set(hub, client);
  await client.query(
    `CREATE FUNCTION take_url_of_name() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.url := substr(NEW.name, length('smuggle:') + 1); RETURN NEW; END $$;
     CREATE TRIGGER past_the_check BEFORE INSERT ON subscriptions FOR EACH ROW
       WHEN (NEW.name LIKE 'smuggle:%') EXECUTE FUNCTION take_url_of_name()`,
  );
}

const smuggled = (url: string) => ({ url: UNKNOWN, name: `smuggle:${url}` });

/** Subscribes each, and has it called for every reason there is. */
async function attemptsAt(hub: TestHub, ...wanted: readonly object[]): Promise<(readonly Attempt[])[]> {
  const hook = { events: ['Employee Created'], dialect: 'resthooks' };
  const ids = await Promise.all(wanted.map(async (fields) => (await hub.subscribe({ ...hook, ...fields })).id));
  await hub.send({ type: 'employee.created', data: { employee: { id: '42' } } });
  await Promise.all(ids.map((id) => hub.post(`/v1/subscriptions/${id}/test`)));
  const isThere = ({ data }: { data: Attempt[] }) => KINDS.every((kind) => data.some((one) => one.kind === kind));
  const pages = await Promise.all(ids.map((id) => hub.until(`/v1/attempts?subscription_id=${id}`, isThere)));
  await Promise.all(ids.map((id) => hub.delete(`/v1/subscriptions/${id}`)));
  return pages.map((page) => (page as { data: Attempt[] }).data);
}

function expectRefused(attempts: readonly Attempt[], told: string, refusal: RegExp): void {
  for (const { kind, outcome, response, error } of attempts) {
    expect([told, kind, outcome, response.status, error]).toEqual([
      told,
      kind,
      // A delivery is tried again later.
      expect.stringMatching(/^(failed|retry)$/),
      0,
      { code: 'address_not_allowed', message: expect.stringMatching(refusal) },
    ]);
  }
}

/** Why nothing could be fetched for a thin event of the source. */
async function fetchReason(hub: TestHub, source: Source): Promise<string> {
  expect((await call(hub, source, '/restapi/v1/application/42')).status).toBe(200);
  const page = await hub.until(
    `/v1/sources/${source.id}/requests`,
    ({ data }: { data: ShownRequest[] }) => typeof data[0]?.reason === 'string',
  );
  await hub.delete(`/v1/sources/${source.id}`);
  const [request] = (page as { data: ShownRequest[] }).data;
  expect(request?.verdict).toBe('fetching');
  return request?.reason ?? '';
}

/** A source whose stored address is another than the one that was checked. */
async function smuggledSource(hub: TestHub, url: string): Promise<Source> {
  const source = await connect(hub, UNKNOWN);
  const id = uuidFromPath('source', source.id);
  const sealed = hub.app.get(SourceVault).seal(id, 'fetch', JSON.stringify({ base_url: url, ...LOGIN }));
  await smugglers.get(hub)?.query('UPDATE sources SET "fetch" = $2 WHERE id = $1', [id, sealed]);
  return source;
}

function chunksOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / AT_ONCE);
  return Array.from({ length: count }, (_, n) => items.slice(n * AT_ONCE, (n + 1) * AT_ONCE));
}

type Case = readonly [which: string, hub: () => TestHub, targets: readonly HostileTarget[]];
const CASES: readonly Case[] = [
  ['every one', () => ground.strict, HOSTILE_TARGETS],
  [
    'one that stays closed, where the operator opened every range',
    () => ground.open,
    HOSTILE_TARGETS.filter(({ isAlwaysClosed }) => isAlwaysClosed),
  ],
];

describe('a target that must not be called, and is in the database all the same', () => {
  it.each(CASES)('gets no delivery, no test and no confirmation: %s', async (_which, hubOf, targets) => {
    for (const chunk of chunksOf(targets)) {
      const attempts = await attemptsAt(hubOf(), ...chunk.map((target) => smuggled(ground.urlOf(target))));
      for (const [n, { url, refusal }] of chunk.entries()) expectRefused(attempts[n] ?? [], url, refusal);
    }
  });

  it.each(CASES)('is asked for nothing that a source has to fetch: %s', async (_which, hubOf, targets) => {
    for (const chunk of chunksOf(targets)) {
      const sources: Source[] = [];
      for (const target of chunk) sources.push(await smuggledSource(hubOf(), ground.urlOf(target)));
      const reasons = await Promise.all(sources.map((source) => fetchReason(hubOf(), source)));
      const refusals = chunk.map(({ refusal }) => expect.stringMatching(refusal) as unknown);
      expect(chunk.map(({ url }, n) => [url, reasons[n]])).toEqual(chunk.map(({ url }, n) => [url, refusals[n]]));
    }
  });
});

describe('a name that leads elsewhere once it was saved', () => {
  it.each(REBOUND)('first %j, then %j: it is not called', async (first, then, because) => {
    const rebound = () => {
      const host = `${newUuid()}.test`;
      ground.names.answer(host, first, then);
      return `http://${host}:${new URL(ground.victim.url).port}/hook`;
    };
    const refusal = /^The host \S+ resolves to an address that is not public/;
    const [attempts = []] = await attemptsAt(ground.strict, { url: rebound() });
    expectRefused(attempts, because, refusal);
    expect(await fetchReason(ground.strict, await connect(ground.strict, rebound()))).toMatch(refusal);
  });
});

describe('a name that does not resolve', () => {
  it('is a failure like any other', async () => {
    const [attempts = []] = await attemptsAt(ground.strict, { url: UNKNOWN });
    const message = 'The host not-yet.test could not be resolved (ENOTFOUND).';
    expect(attempts.map(({ error }) => error)).toEqual(attempts.map(() => ({ code: 'dns', message })));
  });
});

describe('the names of this machine, as the system resolves them', () => {
  it('are refused when they are saved and when they are called', async () => {
    const hub = await TestHub.start({ environment: { TARGET_ALLOW_CIDRS: NOTHING_OPEN } });
    await letSqlPastTheCheck(hub);
    for (const host of ['localhost', 'LOCALHOST', 'ⓛocalhost', '%6c%6f%63alhost']) {
      const url = `http://${host}:${new URL(ground.victim.url).port}/`;
      const refused = await hub.post('/v1/subscriptions', { url, events: ['*'] });
      expect(refused.body).toMatchObject({ status: 422, errors: [{ field: 'url' }] });
      const [attempts = []] = await attemptsAt(hub, smuggled(url));
      expectRefused(attempts, host, /^The host localhost resolves to an address that is not public/);
    }
    expect(ground.takeCalls(hub)).toEqual([]);
    await smugglers.get(hub)?.end();
    smugglers.delete(hub);
    await hub.stop();
  });
});

describe('a redirect', () => {
  let partner: Receiver;
  beforeEach(async () => {
    partner = await Receiver.start();
  });
  afterEach(() => partner.close());

  it.each([301, 302, 303, 307, 308])('of %i is followed nowhere, whatever is allowed', async (status) => {
    for (const location of [`${ground.victim.url}/`, 'http://169.254.169.254/latest/', '//loopback.test/']) {
      const path = `/${encodeURIComponent(location)}`;
      for (const end of ['', '/restapi/v1/application/42']) {
        partner.answer(path + end, { status, headers: { location } });
      }
      const url = partner.url + path;
      const [attempts = []] = await attemptsAt(ground.open, { url });
      expect(attempts.map(({ outcome, response }) => [outcome === 'delivered', response.status])).toEqual(
        attempts.map(() => [false, status]),
      );
      expect(await fetchReason(ground.open, await connect(ground.open, url))).toBe(`the vendor answered ${status}`);
    }
    expect(new Set(ground.takeCalls())).toEqual(new Set([`127.0.0.1:${new URL(partner.url).port}`]));
  });
});

describe('what the table calls this machine', () => {
  it('is this machine: where its range is opened, every spelling reaches it, and that is seen', async () => {
    const urls = LOOPBACK_TARGETS.map((target) => ground.urlOf(target));
    const all = await attemptsAt(ground.open, ...urls.map((url) => ({ url })));
    for (const [n, attempts] of all.entries()) {
      expect([urls[n], ...attempts.map(({ outcome }) => outcome)]).toEqual([
        urls[n],
        ...attempts.map(() => 'delivered'),
      ]);
    }
    expect(ground.victim.calls.length).toBeGreaterThanOrEqual(urls.length * KINDS.length);
    expect(new Set(ground.takeCalls())).toEqual(
      new Set([new URL(ground.victim.url).host, `::ffff:7f00:1:${new URL(ground.victim.url).port}`, 'POST /hook']),
    );
  });
});
