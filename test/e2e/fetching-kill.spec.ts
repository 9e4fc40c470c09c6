import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { HubProcess, makeDataDir, requireFreshBuild } from '../support/hub-process.js';
import { applicationAt, BASIC_LOGIN, call, connect, LOGIN, requestsOf } from '../support/jobaffinity-source.js';
import { Receiver } from '../support/receiver.js';

/** What the vendor was answered 200 for comes out complete, whatever dies before it was fetched. */

const SELF = '/restapi/v1/application/42';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startReceiver(): Promise<Receiver> {
  const receiver = await Receiver.start();
  cleanUps.push(() => receiver.close());
  return receiver;
}

async function startHub(dataDir: string): Promise<HubProcess> {
  const hub = await HubProcess.start({ DATA_DIR: dataDir, LOG_LEVEL: 'debug' });
  cleanUps.push(() => hub.stop('SIGKILL'));
  return hub;
}

describe('kill -9 of the hub between a thin event and its fetch', () => {
  beforeAll(requireFreshBuild);

  it('loses nothing: the next start fetches and delivers, and no log tells the login or the person', async () => {
    const directory = await makeDataDir();
    cleanUps.push(() => directory.remove());
    const vendor = await startReceiver();
    const partner = await startReceiver();
    vendor.answerNext(SELF, 'hang');
    vendor.answer(SELF, applicationAt('Interview'));

    const first = await startHub(directory.path);
    const key = first.printedKey ?? '';
    const before = new ApiClient(first.url, key);
    const source = await connect(before, vendor.url);
    await before.subscribe({ url: `${partner.url}/hook`, events: ['application.*'] });
    expect((await call(before, source, SELF)).status).toBe(200);
    await vendor.waitFor(SELF, 1);
    expect(await first.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    expect(partner.calls).toHaveLength(0);

    const second = await startHub(directory.path);
    const [delivered] = await partner.waitFor('/hook', 1);
    expect(JSON.parse(delivered?.body.toString() ?? '')).toMatchObject({
      data: { application: { id: '42', stage: { name: 'Interview' }, candidate: { name: 'Jane Smith' } } },
    });
    expect(vendor.calls).toHaveLength(2);
    const after = new ApiClient(second.url, key);
    expect(await requestsOf(after, source)).toMatchObject([{ verdict: 'accepted' }]);
    await after.until('/v1/deliveries?status=delivered', ({ data }) => data.length === 1);
    expect(await second.stop()).toMatchObject({ code: 0 });

    const logs = [first, second].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(logs).toContain('hub.stopping');
    for (const secret of [LOGIN.password, BASIC_LOGIN.slice('Basic '.length), 'Jane', 'jane@example.com']) {
      expect(logs).not.toContain(secret);
    }
  });
});
