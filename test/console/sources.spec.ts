import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makeKey } from '../support/keys.js';
import { sendVendorWebhook } from '../support/vendors/vendor-webhook.js';

/** Connecting an ATS, and what it sends. */

const WIDE = { viewport: { width: 1280, height: 900 } };

describeInBrowser('the sources in the console', () => {
  let hub: ConsoleUnderTest;

  beforeAll(async () => {
    hub = await ConsoleUnderTest.start();
  });
  afterAll(() => hub.stop());
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  /** The vendor reaches the hub at the address that the test knows it by. */
  const reachable = (ingestUrl: string) => hub.url + new URL(ingestUrl).pathname;

  async function connected(dialect: string, settings: object = {}) {
    const { body } = await hub.api.post('/v1/sources', { dialect, name: `Our ${dialect}`, ...settings });
    const { id, ingest_url: ingestUrl, secret } = body as { id: string; ingest_url: string; secret: string };
    return { id, address: reachable(ingestUrl), secret };
  }

  it('say what to do while there is none', async () => {
    const page = await hub.openSignedIn('/console/sources', hub.adminKey, WIDE);
    await page.getByText('No ATS is connected yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('connect an ATS step by step, wait for its first webhook and show what became of it', async () => {
    const page = await hub.openSignedIn('/console/sources/new', hub.adminKey, WIDE);
    await page.getByRole('button', { name: /HatchBeacon/ }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /HatchBeacon/ }).click();
    await page.getByLabel('Name').fill('');
    await page.getByRole('button', { name: 'Create the source' }).click();
    await page.getByText(/must not be empty/).waitFor();
    await page.locator(':focus').and(page.getByLabel('Name')).waitFor();
    await page.getByLabel('Name').fill('The ATS of the wizard');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create the source' }).click();

    await page.getByText('Nothing has come in yet.').waitFor();
    expect(await page.getByRole('link', { name: 'Done: go to the source' }).getAttribute('href')).toMatch(
      /sources.src_/,
    );
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy: Address' }).click();
    const address = reachable(await page.evaluate<string>('navigator.clipboard.readText()'));
    await page.getByRole('button', { name: 'Copy: Signing secret' }).click();
    const secret = await page.evaluate<string>('navigator.clipboard.readText()');
    const call = { dialect: 'hatchbeacon', address, eventName: 'job_application_created' };

    expect((await sendVendorWebhook({ ...call, secret: 'of somebody else' })).status).toBe(401);
    await page.getByRole('heading', { name: 'A webhook was refused' }).waitFor();
    await page.getByText('The signature in x-webhook-signature does not fit').waitFor();
    expect((await sendVendorWebhook({ ...call, secret })).status).toBe(200);
    await page.getByRole('heading', { name: 'The first webhook is here' }).waitFor();
    await page.getByRole('region', { name: 'Body as received' }).getByText('"Jane Smith"').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: /^evt_/ }).click();
    await page.getByRole('heading', { name: 'application.submitted', level: 1 }).waitFor();

    await page.goBack();
    await page.getByText('The signing secret is not shown again.').waitFor();
  });

  it('list the calls with their verdicts, and a refused one with its reason', async () => {
    const { id, address, secret } = await connected('hatchbeacon');
    const call = { dialect: 'hatchbeacon', address, eventName: 'job_application_created' };
    await sendVendorWebhook({ ...call, secret });
    await sendVendorWebhook({ ...call, secret });
    await sendVendorWebhook({ ...call, secret: 'of somebody else' });
    const page = await hub.openSignedIn(`/console/sources/${id}`, hub.adminKey, WIDE);
    const table = page.getByRole('table', { name: 'Inbound requests' });
    await table.getByText('duplicate').waitFor();
    expect(await table.getByRole('row').count()).toBe(4);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Verdict' }).click();
    await page.getByRole('option', { name: 'refused', exact: true }).click();
    await page.waitForURL(/verdict=refused/);
    await table.getByText('duplicate').waitFor({ state: 'detached' });
    const refused = table.getByRole('row', { name: /refused/ });
    expect(await refused.innerText()).toContain('x-webhook-signature');
    await refused.getByRole('link').click();
    await page.getByRole('heading', { name: 'Inbound request', level: 1 }).waitFor();
    await page.getByText('It was refused').waitFor();
    await page
      .getByRole('region', { name: 'Headers as received' })
      .getByText(/x-webhook-signature: /)
      .waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('ask for what each vendor needs, and no more', async () => {
    const page = await hub.openSignedIn('/console/sources/new?dialect=jobaffinity', hub.adminKey, WIDE);
    await page.getByLabel('Name').waitFor();
    expect(await page.getByLabel('Signing secret', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Create the source' }).click();
    await page.getByText(/is required: one of basic/).waitFor();
    await page.getByRole('combobox', { name: 'How its calls are recognised' }).click();
    await page.getByRole('option', { name: /HMAC/ }).click();
    await page.getByLabel('Header').fill('X-Hub-Signature');
    await page.getByLabel('Prefix').fill('sha256=');
    await page.getByLabel('Signing secret', { exact: true }).waitFor();
    await page.getByLabel('The vendor’s API').waitFor();
    await page.getByRole('combobox', { name: 'Further events' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create the source' }).click();
    await page.getByText('Nothing has come in yet.').waitFor();
    expect(await page.getByRole('link', { name: 'Done: go to the source' }).getAttribute('href')).toMatch(
      /sources.src_/,
    );

    await page.goto(`${hub.url}/console/sources/new?dialect=resthooks`);
    await page.getByLabel('Name').waitFor();
    expect(await page.getByLabel('Signing secret', { exact: true }).count()).toBe(0);
    expect(await page.getByLabel('The vendor’s API').count()).toBe(0);
    await page.getByRole('button', { name: 'Create the source' }).click();
    const { body: dialect } = await hub.api.get('/v1/dialects/resthooks');
    for (const name of dialect.source_rules.addressed_events as string[])
      await page.getByRole('button', { name: `Copy: ${name}`, exact: true }).waitFor();
  });

  it('change, rotate, disable and delete one', async () => {
    const { id, address, secret } = await connected('hatchbeacon');
    const call = { dialect: 'hatchbeacon', address, eventName: 'job_application_created' };
    const page = await hub.openSignedIn(`/console/sources/${id}/edit`, hub.adminKey, WIDE);
    await page.getByLabel('Name').fill('Renamed');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Renamed', level: 1 }).waitFor();

    await page.getByRole('button', { name: 'Rotate the secret' }).click();
    await page.getByLabel('Overlap').fill('0');
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const shown = await page.getByTestId('secret').innerText();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    expect((await sendVendorWebhook({ ...call, secret })).status).toBe(401);
    expect((await sendVendorWebhook({ ...call, secret: shown })).status).toBe(200);

    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    expect((await sendVendorWebhook({ ...call, secret: shown })).status).toBe(403);

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Renamed is disconnected.').waitFor();
    expect((await sendVendorWebhook({ ...call, secret: shown })).status).toBe(404);
  });

  it('offer a producer to look, and nothing to change', async () => {
    const { id } = await connected('standard');
    const page = await hub.openSignedIn(`/console/sources/${id}`, await makeKey(hub.api, 'producer'), WIDE);
    await page.getByRole('heading', { name: 'Our standard', level: 1 }).waitFor();
    for (const name of ['Rotate the secret', 'Disable', 'Delete'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
  });

  it('show a viewer an address that it cannot send to, and nothing to copy', async () => {
    for (const [dialect, addresses] of [
      ['standard', 1],
      ['resthooks', 3],
    ] as const) {
      const { body } = await hub.api.post('/v1/sources', { dialect, name: `Seen ${dialect}` });
      const page = await hub.openSignedIn(`/console/sources/${body.id}`, await makeKey(hub.api, 'viewer'), WIDE);
      await page.getByText('it is shown to keys that may send events').waitFor();
      expect(await page.getByText('/in/***').count()).toBe(addresses);
      expect(await page.getByRole('button', { name: /^Copy: / }).count()).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    }
  });
});
