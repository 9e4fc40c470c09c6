import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getRepositoryToken } from '@nestjs/typeorm';
import { Client } from 'pg';
import type { Repository } from 'typeorm';
import { ApiKey } from '../../src/accounts/account.entities.js';
import { SubscriptionsService } from '../../src/subscriptions/subscriptions.service.js';
import { type ApiAnswer, TestHub } from '../support/hub.js';
import { makeAccount, makeKey, makePartner } from '../support/keys.js';

const URL = 'http://127.0.0.1:9/';
const EVENT = { type: 'custom.kept', data: {} };

let hub: TestHub;

beforeAll(async () => {
  hub = await TestHub.start({ dispatch: false });
});

afterAll(async () => {
  await hub.stop();
});

describe('the key of a disabled partner', () => {
  it('opens nothing from that moment on, and everything again once the partner is enabled', async () => {
    const partner = await makePartner(hub);
    const asPartner = { key: partner.key };
    const { id } = await hub.subscribe({ url: URL, events: ['custom.kept'] }, asPartner);
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'disabled' });
    const { id: eventId } = await hub.send(EVENT);
    const authorization = `Basic ${Buffer.from(`any:${partner.key}`).toString('base64')}`;
    const answers = [
      await hub.get('/v1/me', asPartner),
      await hub.get('/v1/events', asPartner),
      await hub.get(`/v1/events/${eventId}`, asPartner),
      await hub.get('/v1/dialects', asPartner),
      await hub.post('/v1/subscriptions', { url: URL, events: ['*'] }, asPartner),
      await hub.post(`/v1/subscriptions/${id}/enable`, undefined, asPartner),
      await hub.get('/restapi/v1/webhook/task', { key: null, headers: { authorization } }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.code, body.detail]).toEqual([403, 'forbidden', 'The partner of this key is disabled.']);
    }
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'active' });
    expect((await hub.get('/v1/me', asPartner)).status).toBe(200);
    expect((await hub.get(`/v1/subscriptions/${id}`, asPartner)).body).toMatchObject({ status: 'active' });
  });

  it('subscribes to nothing, though another process may let it in for a moment', async () => {
    const partner = await makePartner(hub);
    const row = await keys().findOneByOrFail({ name: 'Its key', partnerId: await partnerUuid() });
    await hub.patch(`/v1/partners/${partner.id}`, { status: 'disabled' });
    const caller = { ...row, keyId: row.id, keyName: row.name, address: null, requestId: null };
    const input = { url: URL, events: ['*'], name: null, description: null, auth: null, headers: null };
    const subscribing = hub.app
      .get(SubscriptionsService)
      .create(caller, 'standard', { ...input, timeoutMs: null, includeFiles: false });
    await expect(subscribing).rejects.toMatchObject({ code: 'forbidden' });
    const { body } = await hub.get('/v1/subscriptions?limit=200');
    expect(body.data).not.toContainEqual(expect.objectContaining({ partner_id: partner.id }));
  });

  async function partnerUuid(): Promise<string> {
    const [newest] = await keys().find({ where: { role: 'partner' }, order: { id: 'DESC' }, take: 1 });
    return newest?.partnerId ?? '';
  }
});

describe('the list of keys', () => {
  it('is of one partner, if asked for, page by page', async () => {
    const [mine, other] = [await makePartner(hub), await makePartner(hub)];
    const more = { name: 'Its other key', role: 'partner', partner_id: mine.id };
    const { body: second } = await hub.post('/v1/api-keys', more);
    const page = await hub.get(`/v1/api-keys?partner_id=${mine.id}&limit=1`);
    expect(page.body.data).toMatchObject([{ id: second.id, partner_id: mine.id }]);
    const next = await hub.get(`/v1/api-keys?partner_id=${mine.id}&limit=1&cursor=${page.body.next_cursor}`);
    expect(next.body).toMatchObject({ data: [{ name: 'Its key', partner_id: mine.id }], next_cursor: null });
    expect((await hub.get(`/v1/api-keys?partner_id=${other.id}`)).body.data).toHaveLength(1);
  });

  it('holds nothing of another account’s partner', async () => {
    const { id } = await makePartner(hub);
    const key = await makeAccount(hub, 'A stranger');
    expect((await hub.get(`/v1/api-keys?partner_id=${id}`, { key })).body.data).toEqual([]);
  });
});

describe('a key that is kept', () => {
  interface Shown {
    readonly id: string;
    readonly name: string;
    readonly kept_because: string | null;
  }
  const listed = async (key?: string) => {
    const { body } = await hub.get('/v1/api-keys?limit=200', key === undefined ? {} : { key });
    return body.data as Shown[];
  };

  it('says in the list why it would not be deleted, in the words of the refusal', async () => {
    const admin = await makeAccount(hub, 'With one admin key');
    const { body: second } = await hub.post('/v1/api-keys', { name: 'Second', role: 'admin' }, { key: admin });
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const short = { name: 'For an hour', role: 'admin', expires_at: expires };
    const { body: third } = await hub.post('/v1/api-keys', short, { key: admin });
    const reasons = async (key: string) =>
      Object.fromEntries((await listed(key)).map(({ name, kept_because: why }) => [name, why]));
    expect(await reasons(admin)).toEqual({
      'First admin key': expect.stringContaining('cannot delete itself'),
      Second: null,
      'For an hour': null,
    });
    expect((await hub.delete(`/v1/api-keys/${second.id}`, { key: admin })).status).toBe(204);
    expect(await reasons(third.key as string)).toEqual({
      'First admin key': expect.stringContaining('last admin key'),
      'For an hour': expect.stringContaining('cannot delete itself'),
    });
    for (const { id, kept_because: why } of await listed(third.key as string)) {
      const refused = await hub.delete(`/v1/api-keys/${id}`, { key: third.key as string });
      expect([refused.status, refused.body.detail]).toEqual([409, why]);
    }
  });

  it('is the one that the hub was first started with, which is replaced by another BOOTSTRAP_API_KEY', async () => {
    const { body: me } = await hub.get('/v1/me');
    const other = await makeKey(hub, 'admin');
    const shown = (await listed(other)).find(({ id }) => id === me.api_key.id);
    expect(shown?.kept_because).toContain('BOOTSTRAP_API_KEY');
  });
});

describe('the partner of a key, when it is deleted in the same moment', () => {
  it('is no longer one that a key can be made for', async () => {
    const { id } = await makePartner(hub);
    const answer = await whileDeletingPartners(() =>
      hub.post('/v1/api-keys', { name: 'Too late', role: 'partner', partner_id: id }),
    );
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ field: 'partner_id' }]]);
  });

  it('subscribes to nothing any more', async () => {
    const { key } = await makePartner(hub);
    const answer = await whileDeletingPartners(() =>
      hub.post('/v1/subscriptions', { url: URL, events: ['*'] }, { key }),
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  /** Deletes all partners, and commits as soon as the request waits for that. */
  async function whileDeletingPartners(request: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    const client = new Client({ connectionString: hub.databaseUrl });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query('UPDATE subscriptions SET partner_id = NULL');
      await client.query('DELETE FROM partners');
      const answer = request();
      for (let isWaiting = false; !isWaiting;) {
        const { rows } = await client.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        isWaiting = rows.length > 0;
      }
      await client.query('COMMIT');
      return await answer;
    } finally {
      await client.end();
    }
  }
});

describe('the last admin key of an account that does not expire', () => {
  it('cannot be deleted: nobody could let the account in again', async () => {
    const admin = await makeAccount(hub);
    const first = await idOf(admin);
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const { body: expiring } = await hub.post(
      '/v1/api-keys',
      { name: 'For an hour', role: 'admin', expires_at: expires },
      { key: admin },
    );
    const asExpiring = { key: expiring.key as string };
    const refused = await hub.delete(`/v1/api-keys/${first}`, asExpiring);
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect((await hub.get('/v1/me', { key: admin })).status).toBe(200);

    const second = await makeKey(hub, 'admin', admin);
    expect((await hub.delete(`/v1/api-keys/${first}`, asExpiring)).status).toBe(204);
    expect((await hub.delete(`/v1/api-keys/${await idOf(second)}`, asExpiring)).status).toBe(409);
    expect((await hub.delete(`/v1/api-keys/${expiring.id}`, { key: second })).status).toBe(204);
  });

  it('stays when two delete each other', async () => {
    const one = await makeAccount(hub);
    const other = await makeKey(hub, 'admin', one);
    const [oneId, otherId] = [await idOf(one), await idOf(other)];
    const answers = await Promise.all([
      hub.delete(`/v1/api-keys/${otherId}`, { key: one }),
      hub.delete(`/v1/api-keys/${oneId}`, { key: other }),
    ]);
    const left = await Promise.all([one, other].map((key) => hub.get('/v1/me', { key })));
    expect(left.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(answers.map(({ status }) => status)).toContain(204);
  });
});

describe('a key that is deleted', () => {
  it('is refused at once, though it was looked up in that very moment', async () => {
    const key = await makeKey(hub, 'viewer');
    const id = await idOf(key);
    await forgetKeys();
    // What a look-up has read is held back until the key is gone.
    const repository = keys();
    const find = repository.findOneBy.bind(repository);
    const reads: Promise<unknown>[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const spy = jest.spyOn(repository, 'findOneBy').mockImplementationOnce(async (where) => {
      const reading = find(where);
      reads.push(reading);
      await Promise.all([reading, released]);
      return reading;
    });
    const early = hub.get('/v1/me', { key });
    while (reads.length === 0) await new Promise(setImmediate);
    await Promise.all(reads);
    spy.mockRestore();
    expect((await hub.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    release();
    await early;
    expect((await hub.get('/v1/me', { key })).status).toBe(401);
  });

  /** Whoever makes one empties the cache of all. */
  async function forgetKeys(): Promise<void> {
    await makeKey(hub, 'viewer');
  }
});

function keys(): Repository<ApiKey> {
  return hub.app.get<Repository<ApiKey>>(getRepositoryToken(ApiKey));
}

async function idOf(key: string): Promise<string> {
  return ((await hub.get('/v1/me', { key })).body as { api_key: { id: string } }).api_key.id;
}
