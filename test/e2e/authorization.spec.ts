import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ApiClient } from '../support/api-client.js';
import { type ApiOperation, apiOperations } from '../support/api-operations.js';
import { TestHub } from '../support/hub.js';
import { makeAccount, makeKey, makePartner, type TestPartner } from '../support/keys.js';

/** Who may call what. Written down apart from the decorators, so that a forgotten one shows. */

type Caller = 'admin' | 'producer' | 'viewer' | 'partner';
const EVERYONE: readonly Caller[] = ['admin', 'producer', 'viewer', 'partner'];
const READERS: readonly Caller[] = ['admin', 'viewer', 'partner'];
const SUBSCRIBERS: readonly Caller[] = ['admin', 'partner'];
const PRODUCERS: readonly Caller[] = ['admin', 'producer'];
const WATCHERS: readonly Caller[] = ['admin', 'producer', 'viewer'];
const OVERSEERS: readonly Caller[] = ['admin', 'viewer'];
const ADMINS: readonly Caller[] = ['admin'];
const WITHOUT_KEY = 'without key';

const MAY_CALL: Readonly<Record<string, readonly Caller[] | typeof WITHOUT_KEY>> = {
  getLiveness: WITHOUT_KEY,
  getReadiness: WITHOUT_KEY,
  getMetrics: WITHOUT_KEY,
  getMe: EVERYONE,
  listEventTypes: EVERYONE,
  getEventType: EVERYONE,
  listDialects: EVERYONE,
  getDialect: EVERYONE,
  listDialectReceivers: EVERYONE,
  getDialectExample: EVERYONE,
  previewDialectExample: EVERYONE,
  createEvent: PRODUCERS,
  createEventBatch: PRODUCERS,
  listEvents: READERS,
  getEvent: READERS,
  previewEvent: READERS,
  explainEvent: READERS,
  replayEvent: SUBSCRIBERS,
  recoverSubscription: SUBSCRIBERS,
  listRecoveries: READERS,
  getRecovery: READERS,
  cancelRecovery: SUBSCRIBERS,
  createSource: ADMINS,
  listSources: WATCHERS,
  getSource: WATCHERS,
  updateSource: ADMINS,
  deleteSource: ADMINS,
  rotateSourceSecret: ADMINS,
  listInboundRequests: WATCHERS,
  getInboundRequest: WATCHERS,
  eraseSubject: ADMINS,
  listErasures: OVERSEERS,
  getErasure: OVERSEERS,
  // The address is the key; what the vendor signs is checked by its source.
  receiveWebhook: WITHOUT_KEY,
  receiveWebhookOfEvent: WITHOUT_KEY,
  createSubscription: SUBSCRIBERS,
  listSubscriptions: READERS,
  getSubscription: READERS,
  updateSubscription: SUBSCRIBERS,
  deleteSubscription: SUBSCRIBERS,
  enableSubscription: SUBSCRIBERS,
  disableSubscription: SUBSCRIBERS,
  rotateSubscriptionSecret: SUBSCRIBERS,
  completeSubscriptionSecretRotation: SUBSCRIBERS,
  testSubscription: SUBSCRIBERS,
  listDeliveries: READERS,
  getDelivery: READERS,
  retryDelivery: SUBSCRIBERS,
  retryDeliveries: SUBSCRIBERS,
  listAttempts: READERS,
  getAttempt: READERS,
  listAuditLog: OVERSEERS,
  streamEvents: READERS,
  getStats: READERS,
  listSubscriptionStats: READERS,
  listPartners: OVERSEERS,
  getPartner: OVERSEERS,
  createPartner: ADMINS,
  updatePartner: ADMINS,
  deletePartner: ADMINS,
  listApiKeys: ADMINS,
  getApiKey: ADMINS,
  createApiKey: ADMINS,
  deleteApiKey: ADMINS,
  // The bootstrap key's alone, whatever the role.
  listAccounts: [],
  createAccount: [],
  autotechjobsCreateWebhook: SUBSCRIBERS,
  autotechjobsListWebhooks: READERS,
  autotechjobsGetWebhook: READERS,
  autotechjobsReplaceWebhook: SUBSCRIBERS,
  autotechjobsUpdateWebhook: SUBSCRIBERS,
  autotechjobsDeleteWebhook: SUBSCRIBERS,
  jobaffinityListWebhookTasks: READERS,
  jobaffinityWebhookTasksSchema: READERS,
  jobaffinityGetApplication: READERS,
  resthooksSubscribe: SUBSCRIBERS,
  resthooksListSubscriptions: READERS,
  resthooksGetSubscription: READERS,
  resthooksReplaceSubscription: SUBSCRIBERS,
  resthooksUpdateSubscription: SUBSCRIBERS,
  resthooksUnsubscribe: SUBSCRIBERS,
  resthooksEventExample: READERS,
};

let hub: TestHub;
let operations: readonly ApiOperation[];
/** Of an account that the bootstrap key does not belong to. */
const keys: Record<Caller, string> = { admin: '', producer: '', viewer: '', partner: '' };

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
  const { body } = await hub.get('/openapi.json');
  operations = apiOperations(body as OpenAPIObject);
  keys.admin = await makeAccount(hub, 'The account under test');
  keys.producer = await makeKey(hub, 'producer', keys.admin);
  keys.viewer = await makeKey(hub, 'viewer', keys.admin);
  keys.partner = (await makePartner(hub, {}, keys.admin)).key;
});

afterAll(async () => {
  await hub.stop();
});

/** Calls an operation; path parameters name nothing, unless given. */
async function call(known: ApiOperation, key: string | null, name = 'nothing', headers: Record<string, string> = {}) {
  const path = known.path.replaceAll(/\{\w+\}/g, encodeURIComponent(name)) + (WHOLE_QUERIES[known.id] ?? '');
  const body = known.bodyFields.length > 0 ? (WHOLE_BODIES[known.id] ?? {}) : undefined;
  return hub.request(known.method, path, body, { key, headers });
}

/** Of operations that refuse an empty one before they look for what they change. */
const WHOLE_BODIES: Readonly<Record<string, object>> = {
  autotechjobsReplaceWebhook: { url: 'http://127.0.0.1:9/stolen', events: ['job.created'] },
  resthooksReplaceSubscription: { target_url: 'http://127.0.0.1:9/stolen', event: 'Employee Deleted' },
  recoverSubscription: { since: '2026-01-01T00:00:00Z' },
};
const WHOLE_QUERIES: Readonly<Record<string, string>> = {
  previewEvent: '?dialect=standard',
  explainEvent: '?subscription_id=wh_01m7xr63cee52b9skadqbv3y6n',
  streamEvents: '?max_seconds=0',
};

function operation(id: string): ApiOperation {
  const found = operations.find((known) => known.id === id);
  if (!found) throw new Error(`There is no operation ${id}.`);
  return found;
}

describe('the table of who may call what', () => {
  it('lists every operation', () => {
    expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(MAY_CALL).sort());
  });

  it('is what the OpenAPI document tells clients', () => {
    const told = operations.map(({ id, roles }) => [id, roles?.toSorted() ?? WITHOUT_KEY]);
    const tables = Object.entries(MAY_CALL).map(([id, may]) => [id, may === WITHOUT_KEY ? may : may.toSorted()]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(tables));
  });
});

describe.each(Object.entries(MAY_CALL))('%s', (id, allowed) => {
  if (allowed === WITHOUT_KEY) {
    it('needs no key', async () => {
      for (const key of [null, 'wrong']) expect([200, 404]).toContain((await call(operation(id), key)).status);
    });
    return;
  }

  it('is 401 without a key and with a wrong one', async () => {
    for (const key of [null, `hub_${'x'.repeat(43)}`, keys.admin.slice(0, -1), `${keys.admin}x`]) {
      const answer = await call(operation(id), key);
      expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
    }
  });

  it(`is for ${allowed.join(', ') || 'nobody but the operator'}, and 403 for others`, async () => {
    for (const caller of EVERYONE) {
      const answer = await call(operation(id), keys[caller]);
      if (allowed.includes(caller)) expect([200, 404, 422]).toContain(answer.status);
      else expect([caller, answer.status, answer.body.code]).toEqual([caller, 403, 'forbidden']);
    }
  });
});

describe('a key', () => {
  it('is refused once it has expired', async () => {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await hub.post('/v1/api-keys', { name: 'Short', role: 'viewer', expires_at: expires });
    expect((await hub.get('/v1/me', { key: body.key as string })).status).toBe(200);
    await hub.advance(3_601_000);
    expect((await hub.get('/v1/me', { key: body.key as string })).status).toBe(401);
  });

  it('is refused once it is deleted', async () => {
    const { body } = await hub.post('/v1/api-keys', { name: 'Gone', role: 'viewer' });
    expect((await hub.get('/v1/me', { key: body.key as string })).status).toBe(200);
    expect((await hub.delete(`/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await hub.get('/v1/me', { key: body.key as string })).status).toBe(401);
    expect((await hub.delete(`/v1/api-keys/${body.id}`)).status).toBe(404);
  });

  it('is shown at its creation only', async () => {
    const { body: created } = await hub.post('/v1/api-keys', { name: 'Shown once', role: 'viewer' });
    expect(created.key).toMatch(/^hub_[A-Za-z0-9_-]{43}$/);
    for (const path of [`/v1/api-keys/${created.id}`, '/v1/api-keys?limit=200', '/v1/audit-log?limit=200'])
      expect((await hub.get(path)).text).not.toContain(created.key);
  });

  it('cannot delete itself, and nobody deletes the bootstrap key', async () => {
    const { body: me } = await hub.get('/v1/me', { key: keys.admin });
    const itself = await hub.delete(`/v1/api-keys/${me.api_key.id}`, { key: keys.admin });
    const { body: operator } = await hub.get('/v1/me');
    const { body: other } = await hub.post('/v1/api-keys', { name: 'Second admin', role: 'admin' });
    const bootstrap = await hub.delete(`/v1/api-keys/${operator.api_key.id}`, { key: other.key as string });
    expect([itself.status, bootstrap.status]).toEqual([409, 409]);
    expect((await hub.get('/v1/me')).status).toBe(200);
  });

  it('says whose it is', async () => {
    for (const role of EVERYONE) {
      const { body } = await hub.get('/v1/me', { key: keys[role] });
      expect(body).toMatchObject({ account: { name: 'The account under test' }, role });
      expect(body.partner).toEqual(role === 'partner' ? expect.objectContaining({ name: 'A partner' }) : null);
    }
  });

  it('goes as the password of HTTP Basic where a vendor sends it so, and nowhere else', async () => {
    const authorization = `Basic ${Buffer.from(`any:${keys.viewer}`).toString('base64')}`;
    const tasks = await call(operation('jobaffinityListWebhookTasks'), null, '', { authorization });
    const schema = await hub.get('/restapi/schemav1/webhooktasks', { key: null, headers: { authorization } });
    const native = await call(operation('listEvents'), null, '', { authorization });
    expect([tasks.status, schema.status, native.status]).toEqual([200, 200, 401]);
  });

  it('opens accounts only as the bootstrap key', async () => {
    const second = await makeKey(hub, 'admin');
    expect((await hub.post('/v1/accounts', { name: 'No' }, { key: second })).status).toBe(403);
    expect((await hub.get('/v1/accounts', { key: second })).status).toBe(403);
    const { body } = await hub.get('/v1/accounts');
    expect((body.data as { name: string }[]).map(({ name }) => name)).toEqual([
      'The account under test',
      'Default account',
    ]);
  });
});

describe('what belongs to somebody else', () => {
  /** An object of every kind, by the operations that name one in their path. */
  interface Owned {
    readonly subscription: string;
    readonly autotechjobs: string;
    readonly resthooks: string;
    readonly event: string;
    readonly delivery: string;
    readonly attempt: string;
    readonly partner: string;
    readonly key: string;
    readonly source: string;
    readonly inboundRequest: string;
    readonly recovery: string;
    readonly erasure: string;
  }
  let owned: Owned;
  let owner: TestPartner;
  let otherPartner: TestPartner;
  let otherAccount: string;

  const KIND_BY_PATH: readonly [start: string, kind: keyof Owned][] = [
    ['/v1/subscriptions/', 'subscription'],
    ['/autotechjobs/', 'autotechjobs'],
    ['/resthooks/subscriptions/', 'resthooks'],
    ['/v1/events/', 'event'],
    ['/v1/deliveries/', 'delivery'],
    ['/v1/attempts/', 'attempt'],
    ['/v1/partners/', 'partner'],
    ['/v1/api-keys/', 'key'],
    ['/v1/sources/', 'source'],
    ['/v1/inbound-requests/', 'inboundRequest'],
    ['/v1/recoveries/', 'recovery'],
    ['/v1/erasures/', 'erasure'],
  ];

  beforeAll(async () => {
    owner = await makePartner(hub, { name: 'Owner' }, keys.admin);
    otherPartner = await makePartner(hub, { name: 'Other' }, keys.admin);
    otherAccount = await makeAccount(hub, 'Another account');
    const asOwner = { key: owner.key };
    const url = 'http://127.0.0.1:9/';
    const { id: subscription } = await hub.subscribe({ url, events: ['*'] }, asOwner);
    const { id: autotechjobs } = await hub.subscribe({ url, events: ['*'], dialect: 'autotechjobs' }, asOwner);
    const hook = { url, events: ['Employee Created'], dialect: 'resthooks' };
    const { id: resthooks } = await hub.subscribe(hook, asOwner);
    const event = { type: 'application.submitted', data: { application: { id: 'app_owned' } } };
    const { body: sent } = await hub.post('/v1/events', event, { key: keys.producer });
    const { body: attempt } = await hub.post(`/v1/subscriptions/${subscription}/test`, undefined, asOwner);
    // The test, and the call that asks the REST hook's target to confirm: it goes out by itself.
    await new ApiClient(hub.url, owner.key).until('/v1/attempts', ({ data }) => data.length === 2);
    const { body: deliveries } = await hub.get('/v1/deliveries', asOwner);
    const { body: source } = await hub.post('/v1/sources', { dialect: 'standard', name: 'ATS' }, { key: keys.admin });
    // Refused for want of a signature, and kept.
    await hub.post(new URL(source.ingest_url).pathname, {}, { key: null });
    const { body: requests } = await hub.get(`/v1/sources/${source.id}/requests`, { key: keys.admin });
    const missed = { since: '2026-01-01T00:00:00Z' };
    const { body: recovery } = await hub.post(`/v1/subscriptions/${subscription}/recover`, missed, asOwner);
    const nobody = { entity: 'candidate', id: 'cand_nobody' };
    const { body: erasure } = await hub.post('/v1/subjects/erase', nobody, { key: keys.admin });
    const { body: apiKeys } = await hub.get('/v1/api-keys', { key: keys.admin });
    owned = {
      subscription,
      autotechjobs,
      resthooks,
      event: sent.id as string,
      delivery: deliveries.data[0].id as string,
      attempt: attempt.id as string,
      partner: owner.id,
      key: apiKeys.data[0].id as string,
      source: source.id as string,
      inboundRequest: requests.data[0].id as string,
      recovery: recovery.id as string,
      erasure: erasure.id as string,
    };
  });

  function idFor({ path }: ApiOperation): string | undefined {
    const kind = KIND_BY_PATH.find(([start]) => path.startsWith(start))?.[1];
    return kind && owned[kind];
  }

  /** Everything that its owners can read: the same before and after others have tried. */
  async function everything(): Promise<string> {
    const lists = ['subscriptions', 'events', 'deliveries', 'attempts', 'partners', 'api-keys', 'sources'];
    const answers = await Promise.all(lists.map((list) => hub.get(`/v1/${list}?limit=200`, { key: keys.admin })));
    return answers.map(({ text }) => text).join('\n');
  }

  it('is 404 for another account, in every operation, and stays as it was', async () => {
    const before = await everything();
    const named = operations.filter((known) => known.pathFields.length > 0 && idFor(known) !== undefined);
    expect(named.length).toBeGreaterThanOrEqual(35);
    for (const known of named) {
      const answer = await call(known, otherAccount, idFor(known));
      expect([known.id, answer.status]).toEqual([known.id, 404]);
    }
    expect(await everything()).toBe(before);
  });

  it('is 404 for another partner, in every operation, and stays as it was', async () => {
    const before = await everything();
    const named = operations.filter(
      (known) => idFor(known) !== undefined && known.pathFields.length > 0 && MAY_CALL[known.id]?.includes('partner'),
    );
    expect(named.length).toBeGreaterThanOrEqual(18);
    for (const known of named) {
      const answer = await call(known, otherPartner.key, idFor(known));
      expect([known.id, answer.status]).toEqual([known.id, 404]);
    }
    expect(await everything()).toBe(before);
  });

  it('is there for its owner, and for an admin of the account', async () => {
    for (const id of ['getSubscription', 'getEvent', 'previewEvent', 'getDelivery', 'getAttempt', 'getRecovery']) {
      for (const key of [owner.key, keys.admin, keys.viewer]) {
        const answer = await call(operation(id), key, idFor(operation(id)));
        expect([id, answer.status]).toEqual([id, 200]);
      }
    }
  });

  it('is in nobody else’s list, whatever is filtered for', async () => {
    const filters = `subscription_id=${owned.subscription}&event_id=${owned.event}`;
    const queries = ['/v1/subscriptions', '/v1/events', '/v1/deliveries', '/v1/attempts', '/v1/recoveries']
      .flatMap((path) => [path, `${path}?limit=200`])
      .concat([`/v1/deliveries?${filters}`, `/v1/attempts?subscription_id=${owned.subscription}`])
      .concat([`/v1/recoveries?subscription_id=${owned.subscription}`, `/v1/subscriptions?ids=${owned.subscription}`])
      .concat(['/v1/events?subject=application:app_owned', '/autotechjobs/v1/webhooks', '/resthooks/subscriptions'])
      .concat(['/jobaffinity/restapi/v1/webhook/task']);
    for (const key of [otherAccount, otherPartner.key]) {
      for (const query of queries) {
        const { status, text } = await hub.get(query, { key });
        expect([query, status]).toEqual([query, 200]);
        for (const id of Object.values(owned)) expect(text).not.toContain(id);
      }
      const { status, body } = await hub.get('/v1/erasures', { key });
      expect([status, body.data]).toEqual(key === otherAccount ? [200, []] : [403, undefined]);
      const application = await hub.get('/jobaffinity/restapi/v1/application/app_owned', { key });
      expect(application.status).toBe(404);
    }
  });

  it('cannot be given a key of another account’s partner', async () => {
    const body = { name: 'Mine', role: 'partner', partner_id: owner.id };
    const answer = await hub.post('/v1/api-keys', body, { key: otherAccount });
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'partner_id']);
  });
});

describe('the address of a source', () => {
  it.each([
    ['standard', 1],
    ['resthooks', 3],
  ])('is whole for those who may send events, and masked for a viewer: %s', async (dialect, addresses) => {
    const { body: source } = await hub.post('/v1/sources', { dialect, name: 'ATS' }, { key: keys.admin });
    const [, token = ''] = /\/in\/([\w-]{32})/.exec(JSON.stringify(source)) ?? [];
    expect(token).not.toBe('');
    const masked = JSON.stringify([source.ingest_url, source.ingest_urls]).replaceAll(token, '***');
    for (const path of [
      `/v1/sources/${source.id}`,
      '/v1/sources',
      '/v1/audit-log',
      `/v1/sources/${source.id}/requests`,
    ]) {
      expect((await hub.get(path, { key: keys.viewer })).text).not.toContain(token);
    }
    for (const key of [keys.admin, keys.producer]) {
      const { text } = await hub.get(`/v1/sources/${source.id}`, { key });
      expect(text.split(token)).toHaveLength(addresses + 1);
    }
    const { body: seen } = await hub.get(`/v1/sources/${source.id}`, { key: keys.viewer });
    expect(JSON.stringify([seen.ingest_url, seen.ingest_urls])).toBe(masked);
  });
});

describe('a partner', () => {
  const url = 'http://127.0.0.1:9/';
  const job = { type: 'job.created', data: { job: { id: 'job_1' } } };
  const application = { type: 'application.submitted', data: { application: { id: 'app_1' } } };

  it('sees the events that its subscriptions are owed, and only its own deliveries of them', async () => {
    const admin = await makeAccount(hub);
    const [first, second] = [await makePartner(hub, {}, admin), await makePartner(hub, {}, admin)];
    const own = await hub.subscribe({ url, events: ['application.*'] }, { key: first.key });
    await hub.subscribe({ url, events: ['*'] }, { key: second.key });
    const { body: seen } = await hub.post('/v1/events', application, { key: admin });
    const { body: unseen } = await hub.post('/v1/events', job, { key: admin });
    expect([seen.deliveries, unseen.deliveries]).toEqual([2, 1]);

    const { body: list } = await hub.get('/v1/events', { key: first.key });
    expect((list.data as { id: string }[]).map(({ id }) => id)).toEqual([seen.id]);
    const { body: page } = await hub.get(`/v1/events/${seen.id}`, { key: first.key });
    expect(page.deliveries).toMatchObject([{ subscription_id: own.id }]);
    expect((await hub.get(`/v1/events/${unseen.id}`, { key: first.key })).status).toBe(404);
    const { body: whole } = await hub.get(`/v1/events/${seen.id}`, { key: admin });
    expect(whole.deliveries).toHaveLength(2);
  });

  it('owns the subscriptions that its key makes, and sees no others', async () => {
    const admin = await makeAccount(hub);
    const partner = await makePartner(hub, {}, admin);
    const own = await hub.subscribe({ url, events: ['*'] }, { key: partner.key });
    await hub.subscribe({ url, events: ['*'] }, { key: admin });
    const { body } = await hub.get('/v1/subscriptions', { key: partner.key });
    expect(body.data).toMatchObject([{ id: own.id, partner_id: partner.id }]);
  });

  it('gets no events beyond those that it may receive, whatever it subscribes to', async () => {
    const admin = await makeAccount(hub);
    const partner = await makePartner(hub, { event_types: ['application.*'] }, admin);
    await hub.subscribe({ url, events: ['*'] }, { key: partner.key });
    const { body: allowed } = await hub.post('/v1/events', application, { key: admin });
    const { body: refused } = await hub.post('/v1/events', job, { key: admin });
    expect([allowed.deliveries, refused.deliveries]).toEqual([1, 0]);
    expect((await hub.get(`/v1/events/${refused.id}`, { key: partner.key })).status).toBe(404);

    await hub.patch(`/v1/partners/${partner.id}`, { event_types: null }, { key: admin });
    const { body: later } = await hub.post('/v1/events', job, { key: admin });
    expect(later.deliveries).toBe(1);
  });

  it('that is disabled gets nothing until it is enabled, and cannot enable itself', async () => {
    const admin = await makeAccount(hub);
    const partner = await makePartner(hub, {}, admin);
    const { id } = await hub.subscribe({ url, events: ['*'] }, { key: partner.key });
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'disabled' }, { key: admin });
    const { body: disabled } = await hub.get(`/v1/subscriptions/${id}`, { key: admin });
    expect(disabled.status).toBe('disabled');
    const { body: skipped } = await hub.post('/v1/events', application, { key: admin });
    expect(skipped.deliveries).toBe(0);
    const itself = await hub.post(`/v1/subscriptions/${id}/enable`, undefined, { key: partner.key });
    expect(itself.status).toBe(403);

    await hub.patch(`/v1/partners/${partner.id}`, { status: 'active' }, { key: admin });
    const { body: sent } = await hub.post('/v1/events', application, { key: admin });
    expect(sent.deliveries).toBe(1);
  });

  it('that is deleted leaves neither keys nor subscriptions behind, and its history to the account', async () => {
    const admin = await makeAccount(hub);
    const partner = await makePartner(hub, {}, admin);
    const { id } = await hub.subscribe({ url, events: ['*'] }, { key: partner.key });
    await hub.post('/v1/events', application, { key: admin });
    expect((await hub.delete(`/v1/partners/${partner.id}`, { key: admin })).status).toBe(204);
    expect((await hub.get('/v1/me', { key: partner.key })).status).toBe(401);
    expect((await hub.get(`/v1/subscriptions/${id}`, { key: admin })).status).toBe(404);
    const { body } = await hub.get(`/v1/deliveries?subscription_id=${id}`, { key: admin });
    expect(body.data).toMatchObject([{ status: 'cancelled', reason: expect.any(String) }]);
  });

  it('keeps its subscriptions while its keys come and go', async () => {
    const admin = await makeAccount(hub);
    const partner = await makePartner(hub, {}, admin);
    const { id } = await hub.subscribe({ url, events: ['*'] }, { key: partner.key });
    const { body: second } = await hub.post(
      '/v1/api-keys',
      { name: 'Second', role: 'partner', partner_id: partner.id },
      { key: admin },
    );
    const { body: me } = await hub.get('/v1/me', { key: partner.key });
    await hub.delete(`/v1/api-keys/${me.api_key.id}`, { key: admin });
    const { body } = await hub.get('/v1/subscriptions', { key: second.key as string });
    expect(body.data).toMatchObject([{ id, status: 'active' }]);
  });
});
