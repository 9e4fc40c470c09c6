import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ErasureRunner } from '../../src/ingestion/erasure-runner.service.js';
import { searchDatabase } from '../support/database-search.js';
import { untilAttempts, untilDeliveries } from '../support/deliveries.js';
import {
  applicationId,
  beginErasing,
  erase,
  person,
  type Person,
  submitted,
  tracesOf,
  untilErased,
  withdrawn,
} from '../support/erasure.js';
import { TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { rowCounts } from '../support/tables.js';
import { VendorSource } from '../support/vendor-source.js';

/** By which names somebody is found, and where else than in the process that was asked. */

const cleanUps: (() => Promise<unknown>)[] = [];

async function startReceiver(): Promise<Receiver> {
  const receiver = await Receiver.start();
  cleanUps.push(() => receiver.close());
  return receiver;
}

async function startHub(options: Parameters<typeof TestHub.start>[0] = {}): Promise<TestHub> {
  const hub = await TestHub.start(options);
  cleanUps.push(() => hub.stop());
  return hub;
}

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const leftOf = (hub: TestHub, texts: readonly string[]) => searchDatabase(hub.databaseUrl, texts);
const pathOf = (url: string) => new URL(url).pathname;
const contentOf = ({ body }: ReceivedCall): unknown => JSON.parse(body.toString());

async function shownEvent(hub: TestHub, id: string) {
  return (await hub.get(`/v1/events/${id}`)).body as { erased_at: string | null; data: object };
}

describe('somebody is found', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
  });

  afterAll(() => hub.stop());

  const send = async (event: Record<string, unknown>) => (await hub.send(event)).id;
  const isErased = async (id: string) => (await shownEvent(hub, id)).erased_at !== null;

  it('by an application, with all else that is known of its candidate', async () => {
    const [ada, eve] = [person('ada'), person('eve')];
    const ids = [
      await send(submitted(ada)),
      await send({ type: 'candidate.updated', data: { candidate: ada } }),
      await send({ type: 'note.created', data: { note: { id: 'note_1', candidate: { id: ada.id }, text: ada.name } } }),
      await send(submitted(eve)),
    ];
    await erase(hub, applicationId(ada), { entity: 'application' });
    expect(await Promise.all(ids.map(isErased))).toEqual([true, true, true, false]);
    expect(await leftOf(hub, tracesOf(ada))).toEqual([]);
  });

  it('by an application that is first heard of when they are erased already', async () => {
    const ivo = person('ivo');
    await send({ type: 'candidate.created', data: { candidate: ivo } });
    await erase(hub, ivo.id);
    await send(submitted(ivo));
    expect(await isErased(await send(withdrawn(ivo)))).toBe(true);
    expect(await leftOf(hub, tracesOf(ivo))).toEqual([]);
  });

  it('not by an application that an event about several candidates names', async () => {
    const [kim, lea] = [person('kim'), person('lea')];
    const application = { id: applicationId(lea), candidate: lea };
    const merged = await send({ type: 'candidate.merged', data: { candidate: { ...kim, application } } });
    const leas = await send(withdrawn(lea));
    await erase(hub, kim.id);
    expect(await Promise.all([merged, leas].map(isErased))).toEqual([true, false]);
  });

  it('in the data, and as the one who did it', async () => {
    const [max, ned] = [person('max'), person('ned')];
    const user = { id: 'user_max', name: max.name, email: max.email };
    const job = { id: 'job_2', title: 'Cook', hiring_manager: user };
    const ids = [
      await send({ type: 'user.created', data: { user } }),
      await send({ type: 'job.created', data: { job } }),
      await send(submitted(ned, { actor: user })),
      await send(withdrawn(ned)),
    ];
    await erase(hub, user.id, { entity: 'user' });
    expect(await Promise.all(ids.map(isErased))).toEqual([true, true, true, false]);
    expect(await leftOf(hub, [user.id, user.name, user.email])).toEqual([]);
    // What they did to somebody says nothing against that one.
    expect(await isErased(await send(submitted(ned)))).toBe(false);
    expect(await isErased(await send({ type: 'employee.created', data: { employee: { id: user.id } } }))).toBe(false);
  });

  it('as one source tells of them, and as no other does', async () => {
    const [first, second] = [await VendorSource.connect(hub), await VendorSource.connect(hub)];
    const [una, olaf]: [Person, Person] = [person('una'), { ...person('olaf'), id: 'cand_una' }];
    await first.send('vendor_1', 'candidate.registered', { candidate: una });
    await second.send('vendor_1', 'candidate.registered', { candidate: olaf });
    expect(await erase(hub, una.id, { source_id: first.id })).toMatchObject({ events: 1, inbound_requests: 1 });
    expect(await leftOf(hub, [una.name, una.email])).toEqual([]);
    expect(await leftOf(hub, [olaf.name])).not.toEqual([]);

    await first.send('vendor_2', 'candidate.profile_updated', { candidate: una });
    await second.send('vendor_2', 'candidate.profile_updated', { candidate: olaf });
    expect(await leftOf(hub, [una.name, una.email])).toEqual([]);
    const [requests, others] = [await first.requests(), await second.requests()];
    expect([...requests, ...others].map(({ body }) => body.includes('@'))).toEqual([false, false, true, true]);
  });

  it('in an event that is being accepted at that moment', async () => {
    const zita = person('zita');
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    const untilOneWaits = async (what: string) => {
      for (;;) {
        const { rows } = await client.query(`SELECT 1 FROM pg_locks WHERE NOT granted AND ${what}`);
        if (rows.length > 0) return;
      }
    };
    // The accepting transaction has looked for erasures when it comes to write here; an erasure only reads.
    await client.query('BEGIN; LOCK TABLE event_entities IN SHARE MODE');
    const sent = send(submitted(zita));
    await untilOneWaits(`relation = 'event_entities'::regclass`);
    const erasing = erase(hub, zita.id);
    await untilOneWaits(`locktype = 'advisory'`);
    await client.query('COMMIT');
    await client.end();
    expect((await erasing).events).toBe(1);
    expect(await isErased(await sent)).toBe(true);
  });

  it('by nothing but what stands for a person', async () => {
    const answer = await hub.post('/v1/subjects/erase', { entity: 'job', id: 'job_1' });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ field: 'entity' }]]);
    for (const allowed of ['candidate', 'application', 'referral', 'user', 'employee']) {
      expect(answer.body.errors[0].message).toContain(allowed);
    }
  });
});

describe('a candidate without an id of their own', () => {
  const resource = {
    uuid: 'c0ffee-1',
    first_name: 'Peggy',
    last_name: 'Quist',
    email: 'peggy@example.com',
    status: 'New',
    job_uuid: 'job-1',
  };
  const traces = ['Peggy', 'Quist', resource.email, resource.uuid];

  it('is erased by an application, and the receivers hear of that', async () => {
    const [hub, receiver] = [await startHub(), await startReceiver()];
    const { body: source } = await hub.post('/v1/sources', { dialect: 'occupop', name: 'Our ATS' });
    const { id } = await hub.subscribe({ url: `${receiver.url}/told`, events: ['application.*'] });
    const tell = (event: string, data: object) =>
      hub.post(
        pathOf(source.ingest_url as string),
        { meta: { resource_type: 'CandidateResource', event_name: `CandidateResource_${event}` }, data },
        { key: null },
      );
    await tell('created', resource);
    await tell('status_updated', { ...resource, status: 'Interview' });
    await untilDeliveries(hub, id, 2, ({ status }) => status === 'delivered');
    expect(await leftOf(hub, traces)).not.toEqual([]);

    const erasure = await erase(hub, resource.uuid, { entity: 'application' });
    expect(erasure).toMatchObject({ events: 2, attempts: 2, inbound_requests: 2, subscription_ids: [id] });
    // Not even as a hash that could be guessed.
    expect((await rowCounts(hub.databaseUrl)).entity_states).toBe(0);
    const [, , notice] = await receiver.waitFor('/told', 3);
    expect(notice && contentOf(notice)).toMatchObject({
      type: 'candidate.anonymized',
      data: { candidate: {}, application: { id: resource.uuid } },
    });
    expect((await tell('updated', { ...resource, status: 'Offer' })).status).toBe(200);
    expect((await tell('updated', { ...resource, status: 'Offer' })).status).toBe(200);
    await untilAttempts(hub, id, 3);
    expect(await leftOf(hub, traces)).toEqual([]);
    expect(receiver.on('/told')).toHaveLength(3);
  });
});

describe('a thin event', () => {
  const traces = ['Rita', 'rita@example.com', 'application/4711'];

  async function connect(hub: TestHub, receiver: Receiver) {
    const auth = { type: 'header', name: 'x-token', value: 'a secret token' };
    const fetch = { base_url: receiver.url, username: 'hub', password: 'secret' };
    const { body: source } = await hub.post('/v1/sources', { dialect: 'jobaffinity', name: 'Our ATS', auth, fetch });
    const thin = { event: 'ProcessStepChange', application: { _self: '/restapi/v1/application/4711' } };
    const headers = { 'x-token': auth.value };
    const { status } = await hub.post(pathOf(source.ingest_url as string), thin, { key: null, headers });
    expect(status).toBe(200);
    return source as { id: string };
  }

  const requestsTo = async (hub: TestHub, { id }: { id: string }) =>
    (await hub.get(`/v1/sources/${id}/requests`)).body.data as {
      verdict: string;
      reason: string | null;
      body: string;
    }[];

  it('that waits to be completed is given up', async () => {
    const [hub, receiver] = [await startHub(), await startReceiver()];
    receiver.answer('/restapi/v1/application/4711', 503);
    const source = await connect(hub, receiver);
    await receiver.waitFor('/restapi/v1/application/4711', 1);
    expect(await leftOf(hub, traces)).toEqual(expect.arrayContaining([expect.stringMatching(/^pending_fetches\./)]));
    expect(await erase(hub, '4711', { entity: 'application' })).toMatchObject({ events: 0, inbound_requests: 1 });
    expect(await requestsTo(hub, source)).toMatchObject([
      { verdict: 'refused', reason: 'the person was erased', body: '' },
    ]);
    expect(await leftOf(hub, traces)).toEqual([]);
  });

  it('that is being completed is blank when it is accepted', async () => {
    const [hub, receiver] = [await startHub(), await startReceiver()];
    const asked = new Promise<ServerResponse>((resolve) => {
      receiver.answer('/restapi/v1/application/4711', (_call, response) => resolve(response));
    });
    const source = await connect(hub, receiver);
    const response = await asked;
    await erase(hub, '4711', { entity: 'application' });
    const application = { _status: 'OK', id: 4711, candidate: { first_name: 'Rita', email: 'rita@example.com' } };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(application));
    await hub.until(`/v1/sources/${source.id}/requests`, ({ data }) => data[0].verdict === 'accepted');
    expect(await requestsTo(hub, source)).toMatchObject([{ verdict: 'accepted', body: '' }]);
    expect(await leftOf(hub, traces)).toEqual([]);
  });
});

describe.each(['the process that was asked', 'another process'])('the worker of %s', (whose) => {
  it('drops what it holds of somebody, and records nothing of the call that it is making', async () => {
    const environment = { SECRETS_KEY: randomBytes(32).toString('base64'), TARGET_CONCURRENCY: '1' };
    const [worker, receiver] = [await startHub({ environment }), await startReceiver()];
    const api = await startHub({
      dispatch: false,
      environment: { ...environment, BOOTSTRAP_API_KEY: worker.adminKey },
      databaseUrlOf: () => Promise.resolve(worker.databaseUrl),
    });
    const { id } = await worker.subscribe({ url: `${receiver.url}/one`, events: ['application.*'] });
    await worker.send(submitted(person('first')));
    await untilDeliveries(worker, id, 1, ({ status }) => status === 'delivered');
    const underWay = new Promise<{ call: ReceivedCall; response: ServerResponse }>((resolve) => {
      receiver.answerNext('/one', (call, response) => resolve({ call, response }));
    });
    const vera = person('vera');
    for (let count = 0; count < 4; count++) await worker.send(submitted(vera));
    const { call, response } = await underWay;
    expect(contentOf(call)).toMatchObject({ data: { application: { candidate: vera } } });

    const asked = whose === 'another process' ? api : worker;
    const answer = await asked.post(
      '/v1/subjects/erase',
      { entity: 'candidate', id: vera.id },
      { key: worker.adminKey },
    );
    expect([answer.status, answer.body]).toMatchObject([
      202,
      { status: 'running', events: 4, cancelled_deliveries: 4 },
    ]);
    // The look that may have been under way already began too early.
    for (let looks = 0; asked === api && looks < 2; looks++) await worker.app.get(ErasureRunner).look();
    response.end(call.body);
    const hugo = person('hugo');
    await worker.send(submitted(hugo));
    const calls = await receiver.waitFor('/one', 3);
    expect(calls.map((one) => one.body.toString().includes(vera.email))).toEqual([false, true, false]);
    await untilErased(worker, answer.body.id as string);
    await untilAttempts(worker, id, 4);
    expect(await leftOf(worker, tracesOf(vera))).toEqual([]);
    expect(await beginErasing(worker, vera.id)).toMatchObject({ status: 'done', events: 0 });
  });
});
