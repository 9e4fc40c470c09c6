import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUEUES, TestHub } from '../support/hub.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { headerOf, passesGreenhouseSample, verifyStandard, verifyStripe } from '../support/verify.js';

/** A Greenhouse account sends its webhooks to the hub; partners get them in the dialects that they speak. */

const APPLICATION = {
  id: 71980812,
  rejected_at: '2025-04-14T11:00:00Z',
  prospect: false,
  status: 'rejected',
  applied_at: '2025-04-10T20:32:13Z',
  source: { id: 16, public_name: 'Example Jobs' },
  rejection_reason: { id: 14, name: 'Too junior', type: { id: 1, name: 'We rejected them' } },
  current_stage: { id: 2944102, name: 'Phone Interview', interviews: [] },
  candidate: {
    id: 60304594,
    first_name: 'Zoë',
    last_name: 'Smith',
    email_addresses: [{ value: 'zoe@example.com', type: 'personal' }],
    attachments: [{ filename: 'cv.pdf', url: 'https://files.example.com/cv?signature=abc', type: 'resume' }],
  },
  jobs: [{ id: 274075, name: 'R&D <Lead>', status: 'open' }],
};
/** As Greenhouse writes it. */
const REJECTION = JSON.stringify({ action: 'reject_candidate', payload: { application: APPLICATION } })
  .replaceAll('ë', '\\u00eb')
  .replaceAll('&', '\\u0026')
  .replaceAll('<', '\\u003c')
  .replaceAll('>', '\\u003e');

describe.each(QUEUES)('a greenhouse source on the %s queue', (queue) => {
  let hub: TestHub;
  let receiver: Receiver;
  let source: { id: string; ingest_url: string; secret: string };

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([TestHub.start({ queue }), Receiver.start()]);
    const answer = await hub.post('/v1/sources', { dialect: 'greenhouse', name: 'Our ATS' });
    expect(answer.status).toBe(201);
    source = answer.body;
  });

  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });

  /** Sends the hub a webhook as Greenhouse would. */
  async function send(body: string, eventId: string, secret = source.secret): Promise<number> {
    const signature = `sha256 ${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { signature, 'greenhouse-event-id': eventId };
    return (await hub.post(new URL(source.ingest_url).pathname, body, { key: null, headers })).status;
  }

  async function subscribe(dialect: string): Promise<{ secret: string; first: () => Promise<ReceivedCall> }> {
    const path = `/${dialect}`;
    const { secret } = await hub.subscribe({ url: receiver.url + path, dialect, events: ['*'] });
    const first = async () => {
      const [call] = await receiver.waitFor(path, 1);
      if (!call) throw new Error('No call.');
      return call;
    };
    return { secret, first };
  }

  const contentOf = (call: ReceivedCall): unknown => JSON.parse(call.body.toString());

  it('is heard in every dialect, signed as each receiver checks it', async () => {
    const standard = await subscribe('standard');
    const autotechjobs = await subscribe('autotechjobs');
    const hatchbeacon = await subscribe('hatchbeacon');
    const occupop = await subscribe('occupop');
    const greenhouse = await subscribe('greenhouse');
    expect(await send(REJECTION, 'gh-1')).toBe(200);

    const asStandard = await standard.first();
    expect(verifyStandard(asStandard, standard.secret)).toMatchObject({
      type: 'application.rejected',
      data: {
        application: {
          id: '71980812',
          status: 'rejected',
          state: 'rejected',
          rejection_reason: 'Too junior',
          rejected_at: '2025-04-14T11:00:00.000Z',
          candidate: { id: '60304594', name: 'Zoë Smith', email: 'zoe@example.com' },
          job: { id: '274075', title: 'R&D <Lead>', state: 'open' },
          files: [{ name: 'cv.pdf', type: 'resume' }],
        },
      },
    });
    expect(asStandard.body.toString()).not.toContain('signature=abc');

    const asAutotechjobs = await autotechjobs.first();
    verifyStripe(asAutotechjobs, headerOf(asAutotechjobs, 'x-autotechjobs-signature'), autotechjobs.secret);
    expect(contentOf(asAutotechjobs)).toMatchObject({
      type: 'application.status_updated',
      data: {
        application: {
          id: '71980812',
          status: 'rejected',
          applied_at: '2025-04-10T20:32:13Z',
          job: { id: '274075', title: 'R&D <Lead>' },
          candidate: { id: '60304594', name: 'Zoë Smith', email: 'zoe@example.com' },
        },
      },
    });
    expect(contentOf(await hatchbeacon.first())).toMatchObject({
      event: 'application_status_changed',
      data: { log: { resourceId: '71980812' }, details: { candidateName: 'Zoë Smith', jobTitle: 'R&D <Lead>' } },
    });
    expect(contentOf(await occupop.first())).toMatchObject({
      meta: { event_name: 'CandidateResource_status_updated' },
      data: { uuid: '71980812', status: 'rejected', job_uuid: '274075', file: { name: 'cv.pdf' } },
    });

    const asGreenhouse = await greenhouse.first();
    expect(asGreenhouse.body.toString()).toBe(REJECTION);
    expect(passesGreenhouseSample(asGreenhouse, greenhouse.secret)).toBe(true);
  });

  it('takes an event once, by its id, and what merely looks alike again', async () => {
    expect(await send(REJECTION, 'gh-1')).toBe(200);
    expect(await send(REJECTION, 'gh-2')).toBe(200);
    await receiver.waitFor('/standard', 2);
    const { body } = await hub.get(`/v1/sources/${source.id}/requests`);
    expect(body.data.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['accepted', 'duplicate', 'accepted']);
    expect((await hub.get('/v1/events')).body.data).toHaveLength(2);
  });

  it('answers a ping, and refuses what is not signed by its secret', async () => {
    expect(await send('{"action":"ping","payload":{}}', 'gh-3')).toBe(200);
    expect(await send(REJECTION.replace('Too junior', 'Too senior'), 'gh-4', 'another secret entirely')).toBe(401);
    expect(await send('{"action":"hire_candidate","payload":{}}', 'gh-5')).toBe(400);
    expect((await hub.get('/v1/events')).body.data).toHaveLength(2);
  });

  it('passes on what no canonical type says, to those who know the name', async () => {
    const events = ['department_deleted'];
    await hub.subscribe({ url: `${receiver.url}/departments`, dialect: 'greenhouse', events });
    await hub.subscribe({ url: `${receiver.url}/customs`, events: ['custom.greenhouse.department_deleted'] });
    const payload = { department: { id: 8717, name: 'Engineering' } };
    expect(await send(JSON.stringify({ action: 'department_deleted', payload }), 'gh-6')).toBe(200);
    const [departments] = await receiver.waitFor('/departments', 1);
    const [customs] = await receiver.waitFor('/customs', 1);
    if (!departments || !customs) throw new Error('Nothing came.');
    expect(contentOf(departments)).toEqual({ action: 'department_deleted', payload });
    expect(contentOf(customs)).toMatchObject({ type: 'custom.greenhouse.department_deleted', data: payload });
  });
});
