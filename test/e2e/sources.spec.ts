import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUEUES, TestHub } from '../support/hub.js';
import { Receiver } from '../support/receiver.js';
import { headerOf, verifyStripe } from '../support/verify.js';

/** A vendor's own webhook goes in, partners' dialects come out. */

const BODY = {
  event: 'job_application_created',
  timestamp: '2024-01-20T10:30:00.000Z',
  data: {
    log: {
      action: 'create_application',
      resourceType: 'job_application',
      resourceId: '507f1f77bcf86cd799439011',
      userId: '507f191e810c19729de860ea',
      userName: 'John Doe',
      userEmail: 'john@example.com',
      timestamp: '2024-01-20T10:30:00.000Z',
    },
    details: { method: 'POST', path: '/job-applications', candidateName: 'Jane Smith', jobTitle: 'Senior Developer' },
  },
};

describe.each(QUEUES)('a source on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;
  let source: { id: string; ingest_url: string; secret: string };
  let path: string;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    const answer = await hub.post('/v1/sources', { dialect: 'hatchbeacon', name: 'Our ATS' });
    expect(answer.status).toBe(201);
    source = answer.body;
    // The port that it was given by the system, not the 0 that it asked for.
    expect(new URL(source.ingest_url).origin).toBe(hub.url);
    path = new URL(source.ingest_url).pathname;
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  const signed = (text: string, secret = source.secret) => ({
    key: null,
    headers: { 'x-webhook-signature': createHmac('sha256', secret).update(text).digest('hex') },
  });
  const verdicts = async () =>
    ((await hub.get(`/v1/sources/${source.id}/requests`)).body.data as { verdict: string }[]).map(
      ({ verdict }) => verdict,
    );

  it('delivers what the vendor sent in the dialect of each partner, and takes the same call once', async () => {
    const autotechjobs = await hub.subscribe({ url: `${receiver.url}/atj`, events: ['*'], dialect: 'autotechjobs' });
    await hub.subscribe({ url: `${receiver.url}/hb`, events: ['*'], dialect: 'hatchbeacon' });
    const text = JSON.stringify(BODY);
    expect((await hub.post(path, text, signed(text))).status).toBe(200);
    expect((await hub.post(path, text, signed(text))).status).toBe(200);

    const [other] = await receiver.waitFor('/atj', 1);
    const [same] = await receiver.waitFor('/hb', 1);
    if (!other || !same) throw new Error('Nothing came.');
    verifyStripe(other, headerOf(other, 'x-autotechjobs-signature'), autotechjobs.secret);
    expect(JSON.parse(other.body.toString())).toMatchObject({
      type: 'application.submitted',
      created_at: '2024-01-20T10:30:00Z',
      data: {
        application: {
          id: '507f1f77bcf86cd799439011',
          candidate: { name: 'Jane Smith' },
          job: { title: 'Senior Developer' },
        },
      },
    });
    expect(JSON.parse(same.body.toString())).toEqual(BODY);
    expect(other.headers['hub-hops']).toBe('1');
    expect(await verdicts()).toEqual(['duplicate', 'accepted']);
    expect((await hub.get('/v1/events')).body.data).toHaveLength(1);
  });

  it('leads from an event to the call that brought it, and shows its last call', async () => {
    const { body: events } = await hub.get('/v1/events');
    const [{ id, source: origin }] = events.data as [{ id: string; source: { request_id: string } }];
    const { body: request } = await hub.get(`/v1/inbound-requests/${origin.request_id}`);
    expect(request).toMatchObject({ source_id: source.id, verdict: 'accepted', event_ids: [id] });
    expect(JSON.parse(request.body as string)).toEqual(BODY);
    const { body: shown } = await hub.get(`/v1/sources/${source.id}`);
    expect(shown.last_request).toMatchObject({ verdict: 'duplicate' });
    expect((await hub.get('/v1/sources')).body.data).toEqual([shown]);
    const { body: accepted } = await hub.get(`/v1/sources/${source.id}/requests?verdict=accepted`);
    expect(accepted.data).toEqual([request]);
  });

  it('refuses and keeps what is not the vendor’s, or cannot be read', async () => {
    const text = JSON.stringify({ ...BODY, timestamp: '2024-01-20T10:31:00.000Z' });
    const tampered = text.replace('Jane', 'Jans');
    expect((await hub.post(path, tampered, signed(text))).status).toBe(401);
    expect((await hub.post(path, text, signed(text, 'another secret'))).status).toBe(401);
    expect((await hub.post(path, text, { key: null })).status).toBe(401);
    const broken = '{"event":';
    expect((await hub.post(path, broken, signed(broken))).status).toBeLessThan(402);
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect((await hub.post(path, deep, signed(deep))).status).toBe(400);
    const long = JSON.stringify({ ...BODY, more: 'x'.repeat(1_000_000) });
    expect((await hub.post(path, long, signed(long))).status).toBe(413);
    const round = { key: null, headers: { ...signed(text).headers, 'hub-hops': '3' } };
    expect((await hub.post(path, text, round)).status).toBe(403);
    expect((await verdicts()).slice(0, 7).every((verdict) => ['refused', 'unreadable'].includes(verdict))).toBe(true);
    expect((await hub.get('/v1/events')).body.data).toHaveLength(1);
  });

  it('takes both secrets while a rotation lasts, and none once it is disabled or gone', async () => {
    const rotated = await hub.post(`/v1/sources/${source.id}/rotate-secret`, { overlap_hours: 1 });
    expect(rotated.status).toBe(200);
    const texts = [1, 2, 3, 4].map((minute) =>
      JSON.stringify({ ...BODY, timestamp: `2024-02-01T00:0${minute}:00.000Z` }),
    );
    const [first = '', second = '', third = '', fourth = ''] = texts;
    expect((await hub.post(path, first, signed(first))).status).toBe(200);
    expect((await hub.post(path, second, signed(second, rotated.body.secret as string))).status).toBe(200);
    await hub.advance(3_700_000);
    expect((await hub.post(path, third, signed(third))).status).toBe(401);
    await hub.patch(`/v1/sources/${source.id}`, { status: 'disabled' });
    expect((await hub.post(path, fourth, signed(fourth, rotated.body.secret as string))).status).toBe(403);
    expect((await hub.delete(`/v1/sources/${source.id}`)).status).toBe(204);
    expect((await hub.post(path, fourth, signed(fourth, rotated.body.secret as string))).status).toBe(404);
  });
});

describe('a source that was recognised by its login', () => {
  let hub: TestHub;

  beforeAll(async () => {
    hub = await TestHub.start({ dispatch: false });
  });

  afterAll(async () => {
    await hub.stop();
  });

  const HMAC = { type: 'hmac', header: 'X-Signature', encoding: 'hex' };
  const LOGIN = { type: 'basic', username: 'ats', password: 'a long password' };
  const BODY = '{"event": "Noted", "id": 1}';

  async function connect(): Promise<{ id: string; path: string }> {
    const { body } = await hub.post('/v1/sources', { dialect: 'jobaffinity', name: 'Our ATS', auth: LOGIN });
    return { id: body.id as string, path: new URL(body.ingest_url as string).pathname };
  }

  async function verdictOf(id: string, path: string, secret: string): Promise<string> {
    const headers = { 'x-signature': createHmac('sha256', secret).update(BODY).digest('hex') };
    await hub.post(path, BODY, { key: null, headers });
    return (await hub.get(`/v1/sources/${id}/requests?limit=1`)).body.data[0].verdict as string;
  }

  it('comes to be recognised by a signature only with a secret that it can be made with', async () => {
    const { id, path } = await connect();
    const refused = await hub.patch(`/v1/sources/${id}`, { auth: HMAC });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'secret' }] } });
    expect((await hub.get(`/v1/sources/${id}`)).body).toMatchObject({ auth_type: 'basic', has_secret: false });
    const secret = 'what-the-vendor-signs-with';
    const changed = await hub.patch(`/v1/sources/${id}`, { auth: HMAC, secret });
    expect(changed).toMatchObject({ status: 200, body: { auth_type: 'hmac', has_secret: true } });
    expect(changed.text).not.toContain(secret);
    expect(await verdictOf(id, path, secret)).not.toBe('refused');
    expect(await verdictOf(id, path, 'another-secret-altogether')).toBe('refused');
    const again = await hub.patch(`/v1/sources/${id}`, { secret: 'another-secret-altogether' });
    expect(again.body.errors).toEqual([{ field: 'secret', message: expect.stringContaining('rotate-secret') }]);
  });

  it('is never left without anything to be recognised by', async () => {
    const { id } = await connect();
    const refused = await hub.patch(`/v1/sources/${id}`, { auth: null });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'auth' }] } });
    const unused = await hub.patch(`/v1/sources/${id}`, { secret: 'what-the-vendor-signs-with' });
    expect(unused.body.errors).toEqual([{ field: 'secret', message: 'is not used by such a source' }]);
  });
});
