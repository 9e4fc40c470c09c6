import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { TestHub, type ApiAnswer } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';

/** A receiver written from JobAffinity's document: it puts the links it gets behind a host, with a login and a password. */

interface Task {
  event: string;
  datetime: string;
  response_body: string;
  response_status: number;
  application: { _self: string };
}

interface Tasks {
  _status: string;
  _schema: string;
  _self: string;
  _next: string;
  items: Task[];
}

interface Partner {
  key: string;
  subscriptionId: string;
}

const HISTORY = '/restapi/v1/webhook/task';

describe('the REST API of jobaffinity', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
    receiver.answer('/fails', { status: 500, body: 'Server Error' });
    receiver.answer('/breaks-off', 'reset');
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  /** `requests.get(host + path, auth=(login, password))` */
  function getAs(password: string, path: string): Promise<ApiAnswer> {
    const credentials = Buffer.from(`login:${password}`).toString('base64');
    return hub.get(path, { key: null, headers: { authorization: `Basic ${credentials}` } });
  }

  async function partnerKey(name: string): Promise<string> {
    const partner = await hub.post('/v1/partners', { name });
    const { id } = partner.body as { id: string };
    const key = await hub.post('/v1/api-keys', { name, role: 'partner', partner_id: id });
    return (key.body as { key: string }).key;
  }

  /** A partner with one subscription: its history is its own. */
  async function partnerAt(path: string, events = ['ProcessStepChange']): Promise<Partner> {
    const key = await partnerKey(path);
    const { id } = await hub.subscribe({ url: receiver.url + path, events, dialect: 'jobaffinity' }, { key });
    return { key, subscriptionId: id };
  }

  function changeStep(id: string, fields: Readonly<Record<string, unknown>> = {}) {
    return hub.send({ type: 'application.stage_changed', data: { application: { id, ...fields } } });
  }

  /** The first page, once so many calls are recorded, which is after the receiver has answered. */
  async function historyOf({ key, subscriptionId }: Partner, calls: number): Promise<Tasks> {
    const recorded = `/v1/attempts?limit=200&subscription_id=${subscriptionId}`;
    await hub.until(recorded, ({ data }: { data: unknown[] }) => data.length === calls);
    return (await getAs(key, HISTORY)).body as Tasks;
  }

  it('shows the documented history to HTTP Basic and to a bearer token', async () => {
    const partner = await partnerAt('/fails');
    await changeStep('42');
    const tasks = await historyOf(partner, 1);
    expect(tasks).toEqual({
      _status: 'OK',
      _schema: '/restapi/schemav1/webhooktasks',
      _self: HISTORY,
      _next: '',
      items: [
        {
          event: 'ProcessStepChange',
          datetime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
          response_body: 'Server Error',
          response_status: 500,
          application: { _self: '/restapi/v1/application/42' },
        },
      ],
    });
    const secondsAgo = (Date.now() - Date.parse(`${tasks.items[0]?.datetime}Z`)) / 1000;
    expect(Math.abs(secondsAgo)).toBeLessThan(60);
    expect((await hub.get(HISTORY, { key: partner.key })).body).toEqual(tasks);
    expect((await getAs(partner.key, `/jobaffinity${HISTORY}`)).body).toEqual(tasks);
  });

  it('shows a call without an answer as status 0 with an empty body', async () => {
    const partner = await partnerAt('/breaks-off');
    await changeStep('43');
    const { items } = await historyOf(partner, 1);
    expect(items[0]).toMatchObject({ response_status: 0, response_body: '' });
  });

  it('describes the history by a JSON Schema that real answers fit', async () => {
    const partner = await partnerAt('/schema', ['ProcessStepChange', 'NewJob=job.created']);
    await changeStep('44');
    await hub.send({ type: 'job.created', data: { job: { id: 'job_1' } } });
    const tasks = await historyOf(partner, 2);
    const schema = await getAs(partner.key, tasks._schema);
    const validate = new Ajv({ strict: true }).compile(schema.body as object);
    expect([validate(tasks), validate.errors]).toEqual([true, null]);
    expect(validate({ ...tasks, items: [{ ...tasks.items[0], response_status: '500' }] })).toBe(false);
    expect(tasks.items.find(({ event }) => event === 'NewJob')?.application).toEqual({ _self: '' });
  });

  it('leads through the whole history by its links, without a gap or a repetition', async () => {
    const partner = await partnerAt('/pages');
    const ids = Array.from({ length: 150 }, (_, index) => `page_${index}`);
    const events = ids.map((id) => ({ type: 'application.stage_changed', data: { application: { id } } }));
    expect((await hub.post('/v1/events/batch', { events })).status).toBe(202);
    expect((await historyOf(partner, ids.length)).items).toHaveLength(100);
    const seen: string[] = [];
    for (let path = HISTORY; path !== '';) {
      const page = (await getAs(partner.key, path)).body as Tasks;
      expect(page._self).toBe(path);
      seen.push(...page.items.map(({ application }) => application._self.replace(/.*\//, '')));
      path = page._next;
    }
    expect(seen.sort()).toEqual(ids.sort());
  });

  it('shows a test call too: the receiver got it', async () => {
    const partner = await partnerAt('/tested');
    await hub.post(`/v1/subscriptions/${partner.subscriptionId}/test`);
    const { items } = await historyOf(partner, 1);
    expect(items).toMatchObject([{ event: 'ProcessStepChange', application: { _self: '/restapi/v1/application/42' } }]);
  });

  it('serves the application that a notification leads to, without file addresses', async () => {
    const { key } = await partnerAt('/follows');
    await changeStep('a/b ü', {
      status: 'Interview',
      candidate: { id: 'cand_1', name: 'Jane Smith', cv_upload_signed_url: 'https://files.example.com/secret' },
      files: [{ name: 'cv.pdf', url: 'https://files.example.com/secret' }],
    });
    const [call] = await receiver.waitFor('/follows', 1);
    const { application } = JSON.parse(call?.body.toString() ?? '') as Task;
    const answer = await getAs(key, application._self);
    expect(answer.body).toEqual({
      _status: 'OK',
      _self: application._self,
      id: 'a/b ü',
      status: 'Interview',
      candidate: { id: 'cand_1', name: 'Jane Smith', first_name: 'Jane', last_name: 'Smith' },
      files: [{ name: 'cv.pdf' }],
    });
    expect((await getAs(hub.adminKey, `/jobaffinity${application._self}`)).body).toEqual(answer.body);
  });

  it('serves the newest state of an application', async () => {
    await changeStep('newest', { status: 'Interview' });
    await changeStep('newest', { status: 'Offer' });
    expect((await getAs(hub.adminKey, '/restapi/v1/application/newest')).body).toMatchObject({ status: 'Offer' });
  });

  it('shows a partner neither the calls nor the applications of another', async () => {
    await changeStep('not-for-strangers');
    const stranger = await partnerKey('stranger');
    expect((await getAs(stranger, HISTORY)).body).toMatchObject({ items: [], _next: '' });
    expect((await getAs(stranger, '/restapi/v1/application/not-for-strangers')).status).toBe(404);
    expect((await getAs(hub.adminKey, '/restapi/v1/application/not-for-strangers')).status).toBe(200);
  });

  it('shows the calls of its own dialect alone', async () => {
    const key = await partnerKey('another dialect');
    const fields = { url: `${receiver.url}/standard`, events: ['application.stage_changed'] };
    const { id: subscriptionId } = await hub.subscribe(fields, { key });
    await changeStep('45');
    expect(await historyOf({ key, subscriptionId }, 1)).toMatchObject({ items: [] });
  });

  it.each([
    ['/restapi/v1/application/unheard-of', 404, 'not_found'],
    ['/restapi/v1/application/a%00b', 400, 'bad_request'],
    ['/restapi/v1/application/42?source=nonsense', 400, 'invalid_query'],
    ['/restapi/v1/application/42?source=src_01m7xr63cee52b9skadqbv3y6n', 404, 'not_found'],
    [`${HISTORY}?cursor=nonsense`, 400, 'invalid_query'],
    [`${HISTORY}?page=2`, 400, 'invalid_query'],
  ])('answers %s with %i', async (path, status, code) => {
    expect((await getAs(hub.adminKey, path)).body).toMatchObject({ status, code });
  });

  it('lets nobody in without a key, whatever the mount', async () => {
    for (const mount of ['', '/jobaffinity']) {
      for (const path of [HISTORY, '/restapi/schemav1/webhooktasks', '/restapi/v1/application/42']) {
        expect((await getAs('wrong', mount + path)).status).toBe(401);
        expect((await hub.get(mount + path, { key: null })).status).toBe(401);
      }
    }
  });
});
