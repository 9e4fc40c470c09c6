import { createHmac, randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { keyId } from '../../src/signing/secret-box.js';
import { SEALED_TABLES, sealedColumnsOf } from '../../src/signing/sealed-columns.js';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, requiredEnvironment } from '../support/databases.js';
import { person, submitted } from '../support/erasure.js';
import { QUEUES } from '../support/hub.js';
import { type Environment, type Exit, HubProcess, makeDataDir, requireFreshBuild } from '../support/hub-process.js';
import { BASIC_LOGIN, call, connect, type Source } from '../support/jobaffinity-source.js';
import { type ReceivedCall, Receiver } from '../support/receiver.js';
import { headerOf, verifyStandard } from '../support/verify.js';

/** SECRETS_KEY is changed as docs/operate.md says, while events come and go. */

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const [oldId, newId] = [keyId(OLD), keyId(NEW)];
const [oldKey, newKey] = [OLD.toString('base64'), NEW.toString('base64')];
const ADMIN_KEY = `hub_${randomBytes(32).toString('base64url')}`;
const LIMIT_MS = 30_000;

const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(requireFreshBuild);

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startReceiver(): Promise<Receiver> {
  const receiver = await Receiver.start();
  cleanUps.push(() => receiver.close());
  return receiver;
}

async function start(environment: Environment): Promise<{ hub: HubProcess; api: ApiClient }> {
  const hub = await HubProcess.start(environment);
  cleanUps.push(() => hub.stop('SIGKILL'));
  return { hub, api: new ApiClient(hub.url, environment.BOOTSTRAP_API_KEY ?? hub.printedKey ?? '') };
}

async function rekey(environment: Environment): Promise<{ exit: Exit; stdout: string; stderr: string }> {
  const program = HubProcess.spawn(environment, 'rekey.js');
  const exit = await program.exit(LIMIT_MS);
  return { exit, stdout: program.stdout, stderr: program.stderr };
}

/** Every column that holds a ciphertext, with the keys of those. */
async function keysInUse(databaseUrl: string): Promise<Map<string, Set<string>>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const found = new Map<string, Set<string>>();
  for (const { table, column } of SEALED_TABLES.flatMap((table) =>
    sealedColumnsOf(table).map((column) => ({ table, column })),
  )) {
    const { rows } = await client.query<{ sealed: Buffer }>(
      `SELECT "${column}" AS sealed FROM ${table} WHERE octet_length("${column}") > 0`,
    );
    if (rows.length === 0) continue;
    found.set(`${table}.${column}`, new Set(rows.map(({ sealed }) => sealed.subarray(1, 9).toString('hex'))));
  }
  await client.end();
  return found;
}

describe.each(QUEUES)('changing SECRETS_KEY, on the %s queue', (queue) => {
  it('loses no secret, no delivery, and nobody who was erased', async () => {
    const [database, receiver, vendor] = [await createTestDatabase(), await startReceiver(), await startReceiver()];
    cleanUps.push(() => database.drop());
    const withKeys = (SECRETS_KEY: string): Environment => ({
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: ADMIN_KEY,
      ...(queue === 'bull' && { REDIS_URL: requiredEnvironment('HUB_TEST_REDIS_URL') }),
      SECRETS_KEY,
    });
    const before = await start(withKeys(oldKey));
    const secrets = await makeSecrets(before.api, receiver, vendor);
    expect([...(await keysInUse(database.url)).keys()].sort()).toEqual(
      SEALED_TABLES.flatMap((table) => sealedColumnsOf(table).map((column) => `${table}.${column}`)).sort(),
    );

    // A call hangs: stopping would wait for it.
    await before.hub.stop('SIGKILL');
    await (await start(withKeys(`${oldKey},${newKey}`))).hub.stop();
    const during = await start(withKeys(`${newKey},${oldKey}`));
    const traffic = keepBusy(during.api, receiver);
    const { exit, stdout, stderr } = await rekey(withKeys(`${newKey},${oldKey}`));
    const sent = await traffic.stop();
    expect([exit.code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /\nDone: subscriptions [2-9], sources 3, erasures 1, events 1, hash_keys 1\. No ciphertext of another key is left/,
    );
    for (const keys of (await keysInUse(database.url)).values()) expect([...keys]).toEqual([newId]);
    await during.hub.stop();

    const { api } = await start(withKeys(newKey));
    await api.send({ type: 'job.created', data: { job: { id: 'job_last' } } });
    const delivered = () => new Set(receiver.on('/standard').map(({ headers }) => headers['webhook-id'])).size;
    await receiver.waitUntil(
      () => delivered() > sent,
      LIMIT_MS,
      () => `${sent + 1} deliveries, got ${delivered()}`,
    );
    for (const one of receiver.on('/standard')) verifyStandard(one, secrets.standard);
    await expectSecretsAreGood(api, receiver, vendor, secrets);
    await expectErasedIsKnown(api, receiver);
  }, 120_000);
});

describe('npm run secrets:rekey', () => {
  it('does the same for the embedded database, while the hub is stopped', async () => {
    const dataDir = await makeDataDir();
    cleanUps.push(() => dataDir.remove());
    const before = await start({ DATA_DIR: dataDir.path, SECRETS_KEY: oldKey });
    const key = before.hub.printedKey ?? '';
    const receiver = await startReceiver();
    const { secret } = await before.api.subscribe({ url: `${receiver.url}/one`, events: ['*'] });
    const rekeyed = { DATA_DIR: dataDir.path, SECRETS_KEY: `${newKey},${oldKey}` };
    const tooEarly = await rekey(rekeyed);
    expect(tooEarly).toMatchObject({ exit: { code: 1 }, stderr: expect.stringContaining(dataDir.path) as unknown });
    await before.hub.stop();
    expect((await rekey(rekeyed)).exit.code).toBe(0);

    const { hub } = await start({ DATA_DIR: dataDir.path, SECRETS_KEY: newKey });
    await new ApiClient(hub.url, key).send({ type: 'job.created', data: { job: { id: 'job_1' } } });
    const [first] = await receiver.waitFor('/one', 1);
    expect(first && verifyStandard(first, secret)).toBeDefined();
  });

  it('says which key it lacks, and changes nothing', async () => {
    const database = await createTestDatabase();
    cleanUps.push(() => database.drop());
    const environment = { DATABASE_URL: database.url, BOOTSTRAP_API_KEY: ADMIN_KEY, SECRETS_KEY: oldKey };
    await (await start(environment)).hub.stop();
    const { exit, stderr } = await rekey({ ...environment, SECRETS_KEY: newKey });
    expect([exit.code, stderr]).toEqual([1, expect.stringContaining(`encrypted with the key ${oldId}. Give that key`)]);
    expect(await keysInUse(database.url)).toEqual(new Map([['hash_keys.key', new Set([oldId])]]));
  });
});

interface Secrets {
  readonly standard: string;
  readonly rotated: { readonly id: string; readonly old: string; readonly new: string };
  readonly source: Source;
  readonly signing: { readonly path: string; readonly old: string; readonly new: string };
}

/** Something in every column that is sealed. Jane is erased, and her receiver has not taken the notice; Omar's erasure goes on. */
async function makeSecrets(api: ApiClient, receiver: Receiver, vendor: Receiver): Promise<Secrets> {
  const { secret: standard } = await api.subscribe({ url: `${receiver.url}/standard`, events: ['job.*'] });
  const rotated = await api.subscribe({
    url: `${receiver.url}/rotated`,
    events: ['offer.*'],
    auth: { type: 'bearer', token: 'token-of-the-receiver' },
    headers: { 'x-tenant': 'tenant-of-the-receiver' },
  });
  const { body } = await api.post(`/v1/subscriptions/${rotated.id}/rotate-secret`, {});
  await erase(api, receiver);
  const source = await connect(api, vendor.url);
  const { body: signing } = await api.post('/v1/sources', { dialect: 'autotechjobs', name: 'Signs' });
  const { body: rotatedSource } = await api.post(`/v1/sources/${signing.id}/rotate-secret`, {});
  const { body: hooks } = await api.post('/v1/sources', { dialect: 'resthooks', name: 'Confirms' });
  const confirmation = { key: null, headers: { 'x-hook-secret': 'confirms-with-this' } };
  const [url = ''] = Object.values(hooks.ingest_urls as Record<string, string>);
  expect((await api.post(new URL(url).pathname, [], confirmation)).status).toBeLessThan(300);
  return {
    standard,
    rotated: { id: rotated.id, old: rotated.secret, new: body.secret as string },
    source,
    signing: {
      path: new URL(signing.ingest_url as string).pathname,
      old: signing.secret as string,
      new: rotatedSource.secret as string,
    },
  };
}

async function erase(api: ApiClient, receiver: Receiver): Promise<void> {
  await api.subscribe({ url: `${receiver.url}/told`, events: ['application.*'] });
  await api.send(submitted(person('jane')));
  await receiver.waitFor('/told', 1);
  await api.until('/v1/deliveries?status=pending', ({ data }) => data.length === 0);
  receiver.answer('/told', 503);
  const { body } = await api.post('/v1/subjects/erase', { entity: 'candidate', id: person('jane').id });
  await api.until(`/v1/erasures/${body.id}`, ({ status }) => status === 'done', LIMIT_MS);
  await receiver.waitFor('/told', 2);
  // Takes its time: what is called just now could not be taken back.
  await api.subscribe({ url: `${receiver.url}/hang`, events: ['candidate.created'], timeout_ms: 60_000 });
  receiver.answer('/hang', 'hang');
  await api.send({ type: 'candidate.created', data: { candidate: person('omar') } });
  await receiver.waitFor('/hang', 1);
  const answer = await api.post('/v1/subjects/erase', { entity: 'candidate', id: person('omar').id });
  expect(answer.body).toMatchObject({ status: 'running' });
}

/** Events one after the other, and now and then a new subscription. */
function keepBusy(api: ApiClient, receiver: Receiver): { stop(): Promise<number> } {
  let stopped = false;
  const sending = (async () => {
    let sent = 0;
    for (; !stopped || sent < 20; sent++) {
      await api.send({ type: 'job.created', data: { job: { id: `job_${sent}` } } });
      if (sent % 20 === 0) await api.subscribe({ url: `${receiver.url}/new/${sent}`, events: ['note.created'] });
    }
    return sent;
  })();
  return {
    stop: () => {
      stopped = true;
      return sending;
    },
  };
}

async function expectSecretsAreGood(
  api: ApiClient,
  receiver: Receiver,
  vendor: Receiver,
  { rotated, source, signing }: Secrets,
): Promise<void> {
  await api.send({ type: 'offer.sent', data: { offer: { id: 'offer_1' } } });
  const [offer] = await receiver.waitFor('/rotated', 1);
  for (const secret of [rotated.old, rotated.new]) expect(offer && verifyStandard(offer, secret)).toBeDefined();
  expect(offer?.headers).toMatchObject({
    authorization: 'Bearer token-of-the-receiver',
    'x-tenant': 'tenant-of-the-receiver',
  });
  expect((await call(api, source, '/restapi/v1/application/42')).status).toBeLessThan(300);
  const [fetched] = await vendor.waitFor('/restapi/v1/application/42', 1);
  expect(fetched && headerOf(fetched, 'authorization')).toBe(BASIC_LOGIN);
  for (const [index, secret] of [signing.old, signing.new].entries()) {
    const text = JSON.stringify({
      id: `evt_${index}`,
      type: 'job.deleted',
      created_at: '2026-05-02T09:00:00Z',
      data: {},
    });
    const at = Math.floor(Date.now() / 1_000);
    const signature = createHmac('sha256', secret).update(`${at}.${text}`).digest('hex');
    const headers = { 'x-autotechjobs-signature': `t=${at},v1=${signature}` };
    expect((await api.post(signing.path, text, { key: null, headers })).status).not.toBe(401);
  }
}

/** What is said of Jane is blank and goes to nobody; the notice of her erasure can still be read, and sent. */
async function expectErasedIsKnown(api: ApiClient, receiver: Receiver): Promise<void> {
  receiver.answer('/told', 200);
  const { body: late } = await api.post('/v1/events', submitted(person('jane')));
  expect(late).toMatchObject({ deliveries: 0 });
  const { data } = (await api.get('/v1/deliveries?status=pending')).body as {
    data: { id: string; event_name: string }[];
  };
  const notice = data.find((one) => one.event_name === 'candidate.anonymized');
  expect((await api.post(`/v1/deliveries/${notice?.id}/retry`)).status).toBeLessThan(300);
  await receiver.waitUntil(
    () => taken(receiver) !== undefined,
    LIMIT_MS,
    () => 'the notice',
  );
  expect(taken(receiver)?.body.toString()).toContain(person('jane').id);
}

function taken(receiver: Receiver): ReceivedCall | undefined {
  return receiver
    .on('/told')
    .slice(2)
    .find(({ body }) => body.includes('candidate.anonymized'));
}
