import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestHub } from '../support/hub.js';
import { makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** A client written from AutoTechJobs' document: it knows `/v1/webhooks` below a base address, and its key. */

const REGISTRATION = {
  url: 'https://your-app.example.com/webhooks/autotechjobs',
  events: ['job.created', 'application.submitted', 'application.status_updated'],
  description: 'Webhook for job and application events',
};

interface Webhook {
  id: string;
  url: string;
  events: string[];
  description: string | null;
  secret?: string;
  status: string;
  created_at: string;
}

describe('the webhook API of autotechjobs', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const path = (id = '') => `/autotechjobs/v1/webhooks${id && `/${id}`}`;

  async function register(fields: Readonly<Record<string, unknown>> = {}): Promise<Webhook> {
    const answer = await hub.post(path(), { ...REGISTRATION, ...fields });
    expect(answer.status).toBe(201);
    return (answer.body as { data: Webhook }).data;
  }

  async function read(id: string): Promise<Webhook> {
    return ((await hub.get(path(id))).body as { data: Webhook }).data;
  }

  it('answers the printed registration in the printed shape', async () => {
    const answer = await hub.post(path(), REGISTRATION);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      data: {
        id: expect.stringMatching(/^wh_[0-9a-z]{26}$/),
        ...REGISTRATION,
        secret: expect.stringMatching(/^whsec_\S{32}$/),
        status: 'active',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    });
  });

  it('shows the secret at no other time', async () => {
    const { id, secret, ...shown } = await register();
    expect(secret).toBeDefined();
    expect(await read(id)).toEqual({ id, ...shown });
    const list = await hub.get(path());
    const replaced = await hub.request('PUT', path(id), REGISTRATION);
    const patched = await hub.patch(path(id), { secret: 'a-secret-of-my-own' });
    expect([list, replaced, patched].map(({ status, text }) => [status, text.includes('"secret"')])).toEqual([
      [200, false],
      [200, false],
      [200, false],
    ]);
  });

  it('takes a given secret, and null for the optional fields', async () => {
    expect(await register({ secret: 'my-own-secret-0123' })).toMatchObject({ secret: 'my-own-secret-0123' });
    const { secret, description } = await register({ description: null, secret: null });
    expect({ secret, description }).toEqual({ secret: expect.stringMatching(/^whsec_/), description: null });
  });

  it('signs deliveries as the printed receiver verifies them', async () => {
    const { secret = '' } = await register({ url: `${receiver.url}/signed`, events: ['application.submitted'] });
    await hub.send({ type: 'application.submitted', data: { application: { id: 'app_1', status: 'pending' } } });
    const [call] = await receiver.waitFor('/signed', 1);
    const header = String(call?.headers['x-autotechjobs-signature']);
    const [time, signature] = header.split(',').map((part) => part.split('=')[1]);
    const expected = createHmac('sha256', secret).update(`${time}.${call?.body.toString()}`).digest('hex');
    expect(signature).toBe(expected);
    expect(JSON.parse(call?.body.toString() ?? '')).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      type: 'application.submitted',
      data: { application: { id: 'app_1', status: 'pending' } },
    });
  });

  it('lists and touches the webhooks of its own dialect alone', async () => {
    const own = await register();
    const other = await hub.subscribe({ url: 'https://your-app.example.com/', events: ['*'] });
    const { data } = (await hub.get(path())).body as { data: Webhook[] };
    expect(data.map(({ id }) => id)).toContain(own.id);
    expect(data.map(({ id }) => id)).not.toContain(other.id);
    for (const method of ['GET', 'DELETE']) expect((await hub.request(method, path(other.id))).status).toBe(404);
    expect((await hub.patch(path(other.id), {})).status).toBe(404);
    expect((await hub.request('PUT', path(other.id), REGISTRATION)).status).toBe(404);
  });

  it('replaces with PUT, which clears an absent description, and changes what is there with PATCH', async () => {
    const { id } = await register();
    const url = 'https://elsewhere.example.com/hook';
    const put = await hub.request('PUT', path(id), { url, events: ['job.deleted'] });
    expect(put.body).toMatchObject({ data: { id, url, events: ['job.deleted'], description: null } });
    const patched = await hub.patch(path(id), { description: 'changed' });
    expect(patched.body).toMatchObject({ data: { id, url, events: ['job.deleted'], description: 'changed' } });
    expect((await hub.patch(path(id), {})).body).toEqual(patched.body);
  });

  it('takes back a whole webhook as it was read', async () => {
    const { id } = await register();
    const before = await read(id);
    for (const method of ['PUT', 'PATCH']) {
      const answer = await hub.request(method, path(id), before);
      expect([answer.status, answer.body]).toEqual([200, { data: before }]);
    }
  });

  it('switches a webhook off and on by its status', async () => {
    const { id } = await register();
    expect((await hub.patch(path(id), { status: 'disabled' })).body).toMatchObject({ data: { status: 'disabled' } });
    expect(await read(id)).toMatchObject({ status: 'disabled' });
    expect((await hub.patch(path(id), { status: 'active' })).body).toMatchObject({ data: { status: 'active' } });
    const refused = await hub.patch(path(id), { status: 'deactivated', description: 'not applied' });
    expect(refused.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'status' }] });
    expect(await read(id)).toMatchObject({ status: 'active', description: REGISTRATION.description });
  });

  it('changes all that is asked for or nothing, when its status may not be changed', async () => {
    const partner = await makePartner(hub);
    const { id } = await hub.subscribe({ ...REGISTRATION, dialect: 'autotechjobs' }, { key: partner.key });
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'disabled' });
    const before = await read(id);
    const changes = { ...REGISTRATION, description: 'not applied', secret: 'a-secret-of-my-own', status: 'active' };
    for (const method of ['PUT', 'PATCH']) {
      const answer = await hub.request(method, path(id), changes);
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
      expect(await read(id)).toEqual(before);
    }
  });

  it('changes fields and status at once', async () => {
    const { id } = await register();
    const off = await hub.patch(path(id), { description: 'off', status: 'disabled' });
    expect(off.body).toMatchObject({ data: { description: 'off', status: 'disabled' } });
    expect((await hub.get(`/v1/subscriptions/${id}`)).body.status_reason).toBe('disabled by Bootstrap');
    const on = await hub.request('PUT', path(id), { ...REGISTRATION, description: 'on', status: 'active' });
    expect(on.body).toMatchObject({ data: { description: 'on', status: 'active' } });
    expect(await read(id)).toMatchObject({ description: 'on', status: 'active' });
  });

  it('deletes once', async () => {
    const { id } = await register();
    expect(await hub.delete(path(id))).toMatchObject({ status: 204, text: '' });
    expect((await hub.delete(path(id))).status).toBe(404);
    expect((await hub.get(path(id))).status).toBe(404);
    expect((await hub.get(path('wh_123456'))).status).toBe(404);
  });

  it.each([
    [{ url: undefined }, 'url'],
    [{ url: 'ftp://your-app.example.com' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: null }, 'events'],
    [{ events: ['job.created', 'job.creatd'] }, 'events[1]'],
    [{ secret: 'short' }, 'secret'],
    [{ description: 7 }, 'description'],
    [{ colour: 'red' }, 'colour'],
  ])('names the field that is wrong in %j', async (fields, field) => {
    const answer = await hub.post(path(), { ...REGISTRATION, ...fields });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ field }] });
  });

  it('refuses null for what a webhook always has', async () => {
    const { id } = await register();
    for (const field of ['url', 'events']) {
      const answer = await hub.patch(path(id), { [field]: null });
      expect(answer.body).toMatchObject({ status: 422, errors: [{ field }] });
    }
  });

  it('lets viewers read and nobody in without a key', async () => {
    const { id } = await register();
    const viewer = await hub.post('/v1/api-keys', { name: 'a viewer', role: 'viewer' });
    const { key } = viewer.body as { key: string };
    expect((await hub.get(path(id), { key })).status).toBe(200);
    expect((await hub.get(path(), { key })).status).toBe(200);
    expect((await hub.post(path(), REGISTRATION, { key })).status).toBe(403);
    expect((await hub.delete(path(id), { key })).status).toBe(403);
    expect((await hub.post(path(), REGISTRATION, { key: null })).status).toBe(401);
  });
});
