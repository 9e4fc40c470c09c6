import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';
import { verifyStandard } from '../support/verify.js';

/** Subscriptions in the console, with deliveries to a real receiver. */

describeInBrowser('the subscriptions', () => {
  let hub: ConsoleUnderTest;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([ConsoleUnderTest.start(), Receiver.start()]);
  });
  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  async function subscribe(name: string, fields: object = {}): Promise<string> {
    const body = { url: `${receiver.url}/${name}`, events: ['job.created'], name, ...fields };
    return ((await hub.api.post('/v1/subscriptions', body)).body as { id: string }).id;
  }

  async function readSecret(page: Page): Promise<string> {
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByTestId('secret').waitFor({ state: 'hidden' });
    return secret;
  }

  it('say what to do while there are none', async () => {
    const page = await hub.openSignedIn('/console/subscriptions');
    await page.getByText('Nobody has subscribed yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'New subscription' }).click();
    await page.getByRole('heading', { name: 'New subscription' }).waitFor();
  });

  it('are refused by an empty form with a word at each field that lacks something', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new');
    await page.getByRole('button', { name: 'Create the subscription' }).click();
    await page.getByRole('alert').waitFor();
    const address = page.getByRole('textbox', { name: 'Address' });
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    await page.locator(':focus').and(address).waitFor();
    const told = await address.getAttribute('aria-describedby');
    const messages = (told ?? '').split(' ').filter((id) => id.endsWith('-error'));
    expect(await page.locator(`[id="${messages[0] ?? ''}"]`).innerText()).toBe(
      'must be the http or https address that events are sent to',
    );
    const lacking = page.getByText('must name at least one event', { exact: true });
    const [above, choice] = [await lacking.boundingBox(), await page.getByLabel('Which events').boundingBox()];
    expect(above?.y).toBeLessThan(choice?.y ?? 0);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('are made in a form that shows what a receiver gets, with a secret that is shown once', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new');
    await page.getByRole('textbox', { name: 'Address' }).fill(`${receiver.url}/made`);
    await page.getByLabel('application.submitted').check();
    await page.getByRole('region', { name: 'Body' }).getByText('"application.submitted"').waitFor();
    await page.getByRole('tab', { name: 'Headers' }).click();
    await page.getByRole('region', { name: 'Headers' }).getByText('webhook-signature').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByLabel('Name', { exact: true }).fill('Made in the console');
    await page.getByRole('button', { name: 'Create the subscription' }).click();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    expect(await seriousViolations(page)).toEqual([]);
    const copied = await page.evaluate('navigator.clipboard.readText()');
    const secret = await readSecret(page);
    expect(copied).toBe(secret);

    await page.getByRole('heading', { name: 'Made in the console' }).waitFor();
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByText('HTTP 200').waitFor();
    await page.getByText('Example data: the people, jobs and ids in it are made up.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const [call] = await receiver.waitFor('/made', 1);
    if (!call) throw new Error('No call came.');
    verifyStandard(call, secret);
    expect(await page.content()).not.toContain(secret);
  });

  it('offer the events of the dialect that is chosen, and one where one is all it takes', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new?dialect=hatchbeacon');
    await page.getByText('Someone applied for a job.').waitFor();
    await page.getByRole('combobox', { name: 'Dialect' }).click();
    await page.getByRole('option', { name: 'REST Hooks' }).click();
    await page.getByRole('radio', { name: 'Employee Created' }).check();
    await page.getByRole('textbox', { name: 'Address' }).fill(`${receiver.url}/single`);
    await page.getByRole('button', { name: 'Create the subscription' }).click();
    await readSecret(page);
    const { body } = await hub.api.get('/v1/subscriptions?limit=1');
    expect(body.data[0]).toMatchObject({ dialect: 'resthooks', events: ['Employee Created'] });
  });

  it('say at each field what the hub refuses', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new');
    await page.getByRole('textbox', { name: 'Address' }).fill('ftp://example.com');
    await page.getByRole('combobox', { name: 'Others' }).fill('application.submited');
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('Signing secret').fill('short');
    await page.getByRole('button', { name: 'Create the subscription' }).click();
    await page.getByRole('alert').getByText('Some fields are wrong').waitFor();
    const messages = await page.locator('.mantine-InputWrapper-error').allTextContents();
    expect(messages).toEqual([
      expect.stringContaining('http'),
      expect.stringContaining('application.submitted'),
      expect.stringContaining('16'),
    ]);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('lead to the first field that is refused, also where it was folded away or is a group', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new');
    const send = () => page.getByRole('button', { name: 'Create the subscription' }).click();
    const focused = page.locator(':focus');
    await page.getByRole('textbox', { name: 'Address' }).fill(`${receiver.url}/led`);
    await send();
    // Mantine draws the choice by its label: the radio itself is not to be seen.
    await focused.and(page.getByRole('radio', { name: 'Chosen events' })).waitFor({ state: 'attached' });
    await page.getByText('All events', { exact: true }).click();
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('Filter', { exact: true }).fill('{"data.job.id": {"$near": 1}}');
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByLabel('Filter', { exact: true }).waitFor({ state: 'hidden' });
    await send();
    const filter = page.getByLabel('Filter', { exact: true });
    await focused.and(filter).waitFor();
    const box = await filter.boundingBox();
    expect(box?.y).toBeGreaterThan(56);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(page.viewportSize()?.height ?? 0);

    // What the form itself finds wrong leads there, too.
    await filter.fill('{"data.job.id"');
    await page.getByLabel('Name', { exact: true }).focus();
    await send();
    await focused.and(filter).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('keep what was filled in when another dialect is chosen, but none of its events', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new?dialect=hatchbeacon');
    const address = page.getByRole('textbox', { name: 'Address' });
    await address.fill(`${receiver.url}/another`);
    await page.getByRole('checkbox').first().check();
    await page.getByRole('combobox', { name: 'Dialect' }).click();
    await page.getByRole('option', { name: 'Greenhouse' }).click();
    await page.getByRole('checkbox', { name: 'new_candidate_application' }).waitFor();
    expect(await address.inputValue()).toBe(`${receiver.url}/another`);
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
  });

  it('are changed without losing what is not shown', async () => {
    const auth = { type: 'bearer', token: 'a-token-of-the-receiver' };
    const id = await subscribe('kept', { auth, headers: { 'x-tenant': 'acme' } });
    const page = await hub.openSignedIn(`/console/subscriptions/${id}`);
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Rate limit').fill('5');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await page.getByText('5 calls a second').waitFor();
    await hub.api.post(`/v1/subscriptions/${id}/test`);
    const [call] = await receiver.waitFor('/kept', 1);
    expect(call?.headers).toMatchObject({ authorization: 'Bearer a-token-of-the-receiver', 'x-tenant': 'acme' });
  });

  it('are disabled after a question, enabled, and deleted', async () => {
    const id = await subscribe('switched');
    const page = await hub.openSignedIn(`/console/subscriptions/${id}`);
    const statusOf = async () => (await hub.api.get(`/v1/subscriptions/${id}`)).body.status as string;
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('What was pending is cancelled').waitFor();
    expect(await statusOf()).toBe('disabled');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    expect(await statusOf()).toBe('active');
    await page.getByRole('button', { name: 'Delete' }).click();
    const question = page.getByRole('dialog', { name: 'Delete the subscription “switched”?' });
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    expect((await hub.api.get(`/v1/subscriptions/${id}`)).status).toBe(404);
  });

  it('get another secret, both in use until the overlap ends', async () => {
    const id = await subscribe('rotated');
    const page = await hub.openSignedIn(`/console/subscriptions/${id}`);
    await page.getByText('One secret signs all calls.').waitFor();
    await page.getByRole('button', { name: 'Rotate the secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Overlap').fill('9999');
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await page.locator(':focus').and(dialog.getByLabel('Overlap')).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel('Overlap').fill('24');
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
    const secret = await readSecret(page);
    // By which of the two: how long the page took.
    await page.getByText(/^Until .+ \((in 23 hours|tomorrow)\) both the old and the new secret sign/).waitFor();
    await page.getByRole('button', { name: 'End the overlap now' }).click();
    await dialog.getByRole('button', { name: 'End the overlap now' }).click();
    await page.getByText('One secret signs all calls.').waitFor();
    await page.getByRole('button', { name: 'Send a test event' }).click();
    const [call] = await receiver.waitFor('/rotated', 1);
    if (!call) throw new Error('No call came.');
    verifyStandard(call, secret);
  });

  it('offer a viewer nothing that it may not do, and a partner its own alone', async () => {
    const id = await subscribe('watched');
    const { body } = await hub.api.post('/v1/api-keys', { name: 'viewer', role: 'viewer' });
    const viewer = await hub.openSignedIn(`/console/subscriptions/${id}`, body.key as string);
    await viewer.getByRole('heading', { name: 'watched' }).waitFor();
    const offered = await viewer.locator('main').getByRole('button').or(viewer.locator('main').getByRole('link')).all();
    const names = await Promise.all(
      offered.map((one) => one.getAttribute('aria-label').then(async (label) => label ?? one.textContent())),
    );
    expect(names.filter((name) => !name?.startsWith('Copy'))).toEqual(['Subscriptions']);

    const partner = await makePartner(hub.api);
    const page = await hub.openSignedIn('/console/subscriptions', partner.key);
    await page.getByText('Nobody has subscribed yet').waitFor();
  });

  it('are paged through by a cursor in the address bar', async () => {
    for (let number = 0; number < 51; number += 1) await subscribe(`many-${number}`);
    const page = await hub.openSignedIn('/console/subscriptions');
    await page.getByRole('link', { name: 'many-50' }).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'many-0', exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('cursor')).toMatch(/^wh_/);
    expect(await page.getByRole('link', { name: 'many-50' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByRole('link', { name: 'many-50' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});
