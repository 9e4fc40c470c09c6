import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { untilAttempts } from '../support/deliveries.js';
import { TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';

/** A client written from resthooks.org, as integration platforms have one. */

const TARGET = 'https://your-app.example.com/hooks/employee-created';

interface Hook {
  id: string;
  event: string;
  target_url: string;
  status: string;
  confirmed_at: string | null;
  created_at: string;
  secret?: string;
}

describe('the subscription API of resthooks', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start(), Receiver.start()]);
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const path = (id = '') => `/resthooks/subscriptions${id && `/${id}`}`;

  const echo = (call: ReceivedCall, response: ServerResponse) => {
    response.writeHead(200, { 'x-hook-secret': String(call.headers['x-hook-secret']) }).end();
  };

  async function subscribe(targetUrl = TARGET, event = 'Employee Created'): Promise<Hook> {
    const answer = await hub.post(path(), { event, target_url: targetUrl });
    expect(answer.status).toBe(201);
    return answer.body as Hook;
  }

  async function read(id: string): Promise<Hook> {
    return (await hub.get(path(id))).body as Hook;
  }

  it('subscribes a target to one event, and shows the secret only then', async () => {
    const subscribed = await subscribe();
    expect(subscribed).toEqual({
      id: expect.stringMatching(/^wh_/),
      event: 'Employee Created',
      target_url: TARGET,
      status: 'active',
      confirmed_at: null,
      created_at: expect.stringMatching(/Z$/),
      secret: expect.stringMatching(/^whsec_/),
    });
    const { secret: _secret, ...shown } = subscribed;
    expect(await read(subscribed.id)).toEqual(shown);
  });

  it('confirms a subscription whose target echoes the secret of the first call', async () => {
    receiver.answer('/echoes', echo);
    const { id } = await subscribe(`${receiver.url}/echoes`);
    const [call] = await receiver.waitFor('/echoes', 1);
    expect(call?.body.toString()).toBe('[]');
    await hub.until(path(id), (hook: Hook) => hook.confirmed_at !== null);
  });

  it('asks a new target to confirm anew, and an old one never again', async () => {
    receiver.answer('/first', echo);
    receiver.answer('/second', echo);
    const { id } = await subscribe(`${receiver.url}/first`);
    const { confirmed_at: confirmedAt } = await hub.until(path(id), (hook: Hook) => hook.confirmed_at !== null);
    const kept = await hub.request('PUT', path(id), { event: 'Employee Updated', target_url: `${receiver.url}/first` });
    expect(kept.body).toMatchObject({ confirmed_at: confirmedAt });

    const moved = await hub.patch(path(id), { target_url: `${receiver.url}/second` });
    expect(moved.body).toMatchObject({ target_url: `${receiver.url}/second`, confirmed_at: null });
    const [call] = await receiver.waitFor('/second', 1);
    expect(call?.body.toString()).toBe('[]');
    await hub.until(path(id), (hook: Hook) => hook.confirmed_at !== null);

    await hub.patch(`/v1/subscriptions/${id}`, { url: `${receiver.url}/third` });
    await receiver.waitFor('/third', 1);
    expect(await read(id)).toMatchObject({ target_url: `${receiver.url}/third`, confirmed_at: null });
    expect(receiver.on('/first')).toHaveLength(1);
  });

  it('takes no confirmation for a new target from the old one', async () => {
    const late: (() => void)[] = [];
    receiver.answer('/slow', (call, response) => late.push(() => echo(call, response)));
    const { id } = await subscribe(`${receiver.url}/slow`);
    await receiver.waitFor('/slow', 1);
    await hub.patch(path(id), { target_url: `${receiver.url}/quiet` });
    for (const answer of late) answer();
    const attempts = await untilAttempts(hub, id, 2);
    expect(attempts.map(({ kind, outcome }) => [kind, outcome])).toEqual(
      attempts.map(() => ['confirmation', 'delivered']),
    );
    expect(await read(id)).toMatchObject({ confirmed_at: null });
  });

  it('delivers an array of one item that a target without an echo gets as well', async () => {
    const { secret = '' } = await subscribe(`${receiver.url}/silent`);
    await receiver.waitFor('/silent', 1);
    await hub.send({ type: 'employee.created', data: { employee: { id: 'emp_1', name: 'Jane Smith' } } });
    const [, call] = await receiver.waitFor('/silent', 2);
    const body = call?.body.toString() ?? '';
    expect(JSON.parse(body)).toEqual([expect.objectContaining({ id: 'emp_1', name: 'Jane Smith' })]);
    expect(() => new Webhook(secret).verify(body, call?.headers as Record<string, string>)).not.toThrow();
  });

  it('lists its own subscriptions as a bare array', async () => {
    const own = await subscribe();
    const other = await hub.subscribe({ url: TARGET, events: ['*'] });
    const ids = ((await hub.get(path())).body as Hook[]).map(({ id }) => id);
    expect(ids).toContain(own.id);
    expect(ids).not.toContain(other.id);
    expect((await hub.delete(path(other.id))).status).toBe(404);
  });

  it('replaces with PUT and changes with PATCH, and takes back what was read', async () => {
    const { id } = await subscribe();
    const patched = await hub.patch(path(id), { event: 'Employee Deleted' });
    expect(patched.body).toMatchObject({ id, event: 'Employee Deleted', target_url: TARGET });
    const replacement = { event: 'Employee Updated', target_url: 'https://elsewhere.example.com/' };
    expect((await hub.request('PUT', path(id), replacement)).body).toMatchObject({ id, ...replacement });
    const before = await read(id);
    expect((await hub.request('PUT', path(id), before)).body).toEqual(before);
    expect((await hub.patch(path(id), before)).body).toEqual(before);
  });

  it('unsubscribes once', async () => {
    const { id } = await subscribe();
    expect(await hub.delete(path(id))).toMatchObject({ status: 204, text: '' });
    expect((await hub.delete(path(id))).status).toBe(404);
  });

  it.each([
    [{ event: 'Employee Create', target_url: TARGET }, 'event', 'Employee Created'],
    [{ event: '*', target_url: TARGET }, 'event', 'exactly one'],
    [{ event: '', target_url: TARGET }, 'event', ''],
    [{ target_url: TARGET }, 'event', ''],
    [{ event: 'Employee Created', target_url: 'no address' }, 'target_url', ''],
    [{ event: 'Employee Created' }, 'target_url', ''],
  ])('names the field that is wrong in %j', async (fields, field, hint) => {
    const answer = await hub.post(path(), fields);
    expect(answer.body).toMatchObject({ status: 422, errors: [{ field }] });
    const { detail } = answer.body as { detail: string };
    expect(detail).toContain(`${field}: `);
    expect(detail).toContain(hint);
  });

  it('names the fields in its own words when a change is wrong, too', async () => {
    const { id } = await subscribe();
    const wrong = { event: 'Employee Fired', target_url: 'ftp://elsewhere.example.com' };
    const answer = await hub.patch(path(id), wrong);
    expect(answer.body).toMatchObject({ status: 422, errors: [{ field: 'target_url' }, { field: 'event' }] });
    expect((await hub.patch(path(id), { event: null })).body).toMatchObject({
      status: 422,
      errors: [{ field: 'event' }],
    });
  });

  it.each(['Employee%20Created', 'Employee+Created', 'employee-created', 'EMPLOYEE_CREATED'])(
    'shows an example of %s as an array of one item',
    async (event) => {
      const answer = await hub.get(`/resthooks/events/${event}/example`);
      expect([answer.status, answer.body]).toEqual([200, [expect.objectContaining({ id: expect.any(String) })]]);
    },
  );

  it('says which events there are when an example of another is asked for', async () => {
    const answer = await hub.get('/resthooks/events/employee-fired/example');
    expect(answer.status).toBe(404);
    expect((answer.body as { detail: string }).detail).toContain('Employee');
  });
});
