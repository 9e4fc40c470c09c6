import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PendingFetches } from '../../src/ingestion/pending-fetches.service.js';
import { type ApiAnswer, TestHub } from '../support/hub.js';
import { applicationAt, call, connect, type Source } from '../support/jobaffinity-source.js';
import { makeAccount, makePartner, type TestPartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** A receiver written for JobAffinity follows `_self` at the hub, whichever ATS the application is known from. */

const LONGER_THAN_ALL_RETRIES_MS = 3_600_000;

describe('an application that several sources tell of', () => {
  let hub: TestHub;
  let vendor: Receiver;
  let receiver: Receiver;
  let thin: Source;
  let signed: Source & { readonly secret: string };
  let partner: TestPartner;

  beforeAll(async () => {
    [hub, vendor, receiver] = await Promise.all([TestHub.start(), Receiver.start(), Receiver.start()]);
    thin = await connect(hub, vendor.url);
    signed = (await hub.post('/v1/sources', { dialect: 'autotechjobs', name: 'Another ATS' })).body;
    partner = await makePartner(hub);
    const fields = { url: `${receiver.url}/hook`, events: ['ProcessStepChange'], dialect: 'jobaffinity' };
    await hub.subscribe(fields, { key: partner.key });
  });

  afterAll(async () => {
    await hub.stop();
    await Promise.all([vendor.close(), receiver.close()]);
  });

  /** From JobAffinity, which is asked for the rest. */
  async function tellThin(id: string, step: string): Promise<void> {
    const path = `/restapi/v1/application/${id}`;
    vendor.answer(path, applicationAt(step, id));
    expect((await call(hub, thin, path)).status).toBe(200);
    await hub.until(`/v1/sources/${thin.id}/requests`, ({ data }) => data[0].verdict === 'accepted');
  }

  /** From AutoTechJobs, signed. */
  async function tellSigned(eventId: string, id: string, status: string): Promise<void> {
    const application = { id, status, candidate: { id: 'c_1', name: 'John Doe' } };
    const type = 'application.status_updated';
    const body = JSON.stringify({ id: eventId, type, created_at: '2026-01-01T00:00:00Z', data: { application } });
    const seconds = Math.floor(Date.now() / 1_000);
    const signature = createHmac('sha256', signed.secret).update(`${seconds}.${body}`).digest('hex');
    const headers = { 'x-autotechjobs-signature': `t=${seconds},v1=${signature}` };
    expect((await hub.post(new URL(signed.ingest_url).pathname, body, { key: null, headers })).status).toBe(200);
  }

  /** `requests.get(host + path, auth=(login, password))` */
  function getAs(password: string, path: string): Promise<ApiAnswer> {
    const credentials = Buffer.from(`any:${password}`).toString('base64');
    return hub.get(path, { key: null, headers: { authorization: `Basic ${credentials}` } });
  }

  it('is served where the delivered link leads, in its newest state from any of them', async () => {
    await tellThin('42', 'Interview');
    const [first] = await receiver.waitFor('/hook', 1);
    const { application } = JSON.parse(first?.body.toString() ?? '') as { application: { _self: string } };
    expect((await getAs(partner.key, application._self)).body).toMatchObject({
      _status: 'OK',
      _self: '/restapi/v1/application/42',
      id: '42',
      stage: { name: 'Interview' },
      candidate: { name: 'Jane Smith' },
    });
    await tellSigned('evt_1', '42', 'hired');
    await receiver.waitFor('/hook', 2);
    const hired = (await getAs(partner.key, application._self)).body;
    expect(hired).toMatchObject({ id: '42', status: 'hired', state: 'hired', candidate: { name: 'John Doe' } });
    expect(hired.stage).toBeUndefined();
    await tellThin('42', 'Offer');
    await receiver.waitFor('/hook', 3);
    expect((await getAs(partner.key, application._self)).body).toMatchObject({ stage: { name: 'Offer' } });
    expect((await getAs(partner.key, `/jobaffinity${application._self}`)).body).toMatchObject({ id: '42' });
  });

  it('is that of one source when two of them share its id', async () => {
    await tellSigned('evt_2', '43', 'pending');
    await tellThin('43', 'Offer');
    const path = '/restapi/v1/application/43';
    expect((await getAs(hub.adminKey, `${path}?source=${signed.id}`)).body).toMatchObject({ status: 'pending' });
    expect((await getAs(hub.adminKey, `${path}?source=${thin.id}`)).body).toMatchObject({ stage: { name: 'Offer' } });
    const third = (await hub.post('/v1/sources', { dialect: 'hatchbeacon', name: 'A third' })).body as Source;
    expect((await getAs(hub.adminKey, `${path}?source=${third.id}`)).status).toBe(404);
  });

  it('stays known when a later event tells no more than its id', async () => {
    await tellSigned('evt_3', '44', 'shortlisted');
    vendor.answer('/restapi/v1/application/44', 500);
    vendor.answer('/restapi/v1/application/45', 500);
    for (const id of ['44', '45']) await call(hub, thin, `/restapi/v1/application/${id}`);
    for (let fetch = 1; fetch <= 5; fetch++) {
      await hub.app.get(PendingFetches).look();
      await hub.advance(LONGER_THAN_ALL_RETRIES_MS);
    }
    await hub.until('/v1/events?subject=application:44', ({ data }) => data.length === 2);
    await hub.until('/v1/events?subject=application:45', ({ data }) => data.length === 1);
    expect((await getAs(hub.adminKey, '/restapi/v1/application/44')).body).toMatchObject({ status: 'shortlisted' });
    expect((await getAs(hub.adminKey, '/restapi/v1/application/45')).body).toEqual({
      _status: 'OK',
      _self: '/restapi/v1/application/45',
      id: '45',
    });
  });

  it('is unknown to partners that were owed nothing of it, and to other accounts', async () => {
    await tellThin('46', 'Offer');
    const path = '/restapi/v1/application/46';
    expect((await getAs(partner.key, path)).status).toBe(200);
    const stranger = await makeAccount(hub);
    for (const key of [(await makePartner(hub)).key, stranger]) expect((await getAs(key, path)).status).toBe(404);
    expect((await getAs(stranger, `${path}?source=${thin.id}`)).status).toBe(404);
    expect((await getAs('wrong', path)).status).toBe(401);
  });
});
