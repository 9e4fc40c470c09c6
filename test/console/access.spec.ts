import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';

/** API keys and partners in the console. */

describeInBrowser('access', () => {
  let hub: ConsoleUnderTest;

  beforeAll(async () => {
    hub = await ConsoleUnderTest.start();
  });
  afterAll(() => hub.stop());
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  it('is given by a key that is shown once, and taken by deleting it', async () => {
    const page = await hub.openSignedIn('/console/api-keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Name' }).fill('The dashboard');
    await dialog.getByLabel('Expires').fill('2099-01-01T12:00');
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    const key = (await page.getByTestId('secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByTestId('secret').waitFor({ state: 'hidden' });
    expect((await hub.api.get('/v1/me', { key })).body).toMatchObject({ role: 'viewer' });

    const row = page.getByRole('row').filter({ hasText: 'The dashboard' });
    await row.waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await row.getByRole('button', { name: 'Delete' }).click();
    const question = page.getByRole('dialog', { name: 'Delete the API key “The dashboard”?' });
    await question.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    expect((await hub.api.get('/v1/me', { key })).status).toBe(401);
  });

  it('of the key that the hub was first started with is not offered to be taken, and the list says why', async () => {
    const page = await hub.openSignedIn('/console/api-keys');
    const row = page.getByRole('row').filter({ hasText: 'Bootstrap' });
    const button = row.getByRole('button', { name: /^Delete: not possible.*BOOTSTRAP_API_KEY/ });
    await button.hover();
    await page.getByRole('tooltip').filter({ hasText: 'BOOTSTRAP_API_KEY' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await button.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('of a partner begins with adding it, and ends with disabling it', async () => {
    const page = await hub.openSignedIn('/console/partners');
    await page.getByText('There are no partners yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'New partner' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Payroll Inc.');
    const eventTypes = page.getByRole('combobox', { name: 'Event types' });
    await eventTypes.fill('Application');
    await eventTypes.press('Enter');
    await eventTypes.press('Escape');
    await page.getByRole('button', { name: 'Add the partner' }).click();
    await page.getByText('each must be a canonical event type').first().waitFor();
    // The focus is in the field, and opens its suggestions: they are scrolled by arrow keys, which axe cannot know.
    await page.locator(':focus').and(eventTypes).press('Escape');
    await page.getByRole('listbox').waitFor({ state: 'hidden' });
    expect(await seriousViolations(page)).toEqual([]);
    await eventTypes.press('Backspace');
    await eventTypes.fill('application.*');
    await eventTypes.press('Enter');
    await eventTypes.press('Escape');
    await page.getByRole('button', { name: 'Add the partner' }).click();
    await page.getByRole('heading', { name: 'Payroll Inc.' }).waitFor();
    await page.getByText('It has no keys').waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Its key');
    await page.getByRole('dialog').getByRole('button', { name: 'Make the key' }).click();
    const key = (await page.getByTestId('secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByTestId('secret').waitFor({ state: 'hidden' });
    const row = page.getByRole('table', { name: 'API keys' }).getByRole('row').filter({ hasText: 'Its key' });
    await row.getByRole('button', { name: 'Delete' }).waitFor();
    expect(await page.getByRole('table', { name: 'API keys' }).locator('tbody tr').count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
    const me = (await hub.api.get('/v1/me', { key })).body;
    expect(me).toMatchObject({ role: 'partner', partner: { name: 'Payroll Inc.', event_types: ['application.*'] } });

    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    expect((await hub.api.get('/v1/me', { key })).status).toBe(403);
  });
});
