import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makeKey } from '../support/keys.js';

/** Dialects and event types in the console. */

describeInBrowser('the vocabulary', () => {
  let hub: ConsoleUnderTest;

  beforeAll(async () => {
    hub = await ConsoleUnderTest.start();
  });
  afterAll(() => hub.stop());
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  it('leads from a dialect to its events, an example of each, and a subscription in it', async () => {
    const page = await hub.openSignedIn('/console/dialects', hub.adminKey, { colorScheme: 'dark' });
    await page.getByRole('link', { name: 'Greenhouse' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Greenhouse' }).click();
    await page.getByRole('table', { name: 'Events' }).getByText('new_candidate_application').waitFor();
    await page.getByRole('region', { name: 'Body' }).getByText('"action"').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'application.submitted' }).click();
    await page.getByRole('heading', { name: 'application.submitted' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Subscribe in this dialect' }).click();
    await page.getByRole('checkbox', { name: 'new_candidate_application' }).waitFor();
  });

  it('finds an event type by what a dialect calls it, and shows its fields and an example', async () => {
    const page = await hub.openSignedIn('/console/event-types?search=job_application_created');
    const row = page.getByRole('table', { name: 'Event types' }).getByRole('row').nth(1);
    await row.getByRole('link', { name: 'application.submitted' }).waitFor();
    expect(await page.getByRole('table', { name: 'Event types' }).getByRole('row').count()).toBe(2);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByLabel('Search the event types').fill('nothing like it');
    await page.getByText('No event type matches').waitFor();
    await page.getByLabel('Search the event types').fill('application.submitted');
    await page.getByRole('link', { name: 'application.submitted' }).click();
    await page.getByText('application.candidate.email', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Example' }).getByText('"application.submitted"').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('is open to a producer, who may see no subscriptions', async () => {
    const page = await hub.openSignedIn('/console/dialects', await makeKey(hub.api, 'producer'));
    await page.getByRole('heading', { name: 'Dialects', level: 1 }).waitFor();
    const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
    expect(await links.allTextContents()).toEqual(['Send an event', 'Sources', 'Dialects', 'Event types']);
    await page.goto(`${hub.url}/console/subscriptions`);
    await page.getByRole('alert').getByText('A key of role producer may not do this').waitFor();
  });
});
