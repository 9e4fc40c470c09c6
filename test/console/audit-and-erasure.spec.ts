import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makeKey } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** Who changed what, and how somebody is forgotten. */

const WIDE = { viewport: { width: 1280, height: 900 } };

describeInBrowser('the console', () => {
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

  it('shows what was changed, by whom, before and after', async () => {
    const { body: source } = await hub.api.post('/v1/sources', { dialect: 'standard', name: 'First name' });
    await hub.api.patch(`/v1/sources/${source.id}`, { name: 'Second name', status: 'disabled' });
    await hub.api.post('/v1/events', { type: 'custom.noise', data: {} });
    const page = await hub.openSignedIn('/console/audit-log', hub.adminKey, WIDE);
    const table = page.getByRole('table', { name: 'Audit log' });
    const change = table.getByText('name First name → Second name, status active → disabled');
    await change.filter({ visible: true }).waitFor();
    expect(await table.getByText('events.accepted').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByLabel('Action').fill('source.updated');
    await page.getByLabel('Action').press('Enter');
    await page.waitForURL(/action=source.updated/);
    await table.getByText('source.created').waitFor({ state: 'detached' });
    await table.getByRole('link', { name: 'source.updated' }).click();
    const dialog = page.getByRole('dialog', { name: 'source.updated' });
    const row = dialog.getByRole('row', { name: /^name/ });
    expect([await row.locator('del').innerText(), await row.locator('ins').innerText()]).toEqual([
      'First name',
      'Second name',
    ]);
    await dialog.getByText('127.0.0.1').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('switch', { name: 'Accepted events too' }).check();
    await table.getByText('events.accepted').waitFor();
  });

  it('erases a person once the id was typed again, and shows what it came to', async () => {
    const application = { id: 'app_1', status: 'new', candidate: { id: 'cand_forgotten', name: 'Una' } };
    const { body: sent } = await hub.api.post('/v1/events', { type: 'application.submitted', data: { application } });
    const page = await hub.openSignedIn('/console/erasures', hub.adminKey, WIDE);
    await page.getByText('Nobody was erased yet').waitFor();
    await page.getByLabel('Their id in your ATS').fill('cand_forgotten');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Erase this person' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase this person?' });
    await dialog.getByLabel(/to confirm/).fill('cand_other');
    expect(await dialog.getByRole('button', { name: 'Erase' }).isDisabled()).toBe(true);
    await dialog.getByLabel(/to confirm/).fill('cand_forgotten');
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Erase' }).click();
    await page.getByText('done', { exact: true }).waitFor();
    await page.getByText('Nobody: there is no receiver to ask.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByRole('link', { name: 'Erase a person' }).first().click();
    const earlier = page.getByRole('table', { name: 'Erasures' });
    expect(await earlier.locator('tbody tr').allTextContents()).toEqual([expect.stringMatching(/^candidatedone1/)]);
    expect(await seriousViolations(page)).toEqual([]);

    await page.goto(`${hub.url}/console/events/${sent.id as string}`);
    await page.getByText('The person whom this event was about was erased').waitFor();
    expect(await page.getByText('Una').count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);

    await page.goto(`${hub.url}/console/events/new?type=application.submitted`);
    const late = JSON.stringify({ type: 'application.submitted', data: { application } });
    await page.getByLabel('The event', { exact: true }).fill(late);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('none: it is about somebody who was erased').waitFor();
  });

  it('says of an event and of its delivery that the person was erased, and offers neither again', async () => {
    const { id } = await hub.api.subscribe({ url: `${receiver.url}/told`, events: ['employee.created'] });
    const { id: eventId } = await hub.api.send({
      type: 'employee.created',
      data: { employee: { id: 'emp_forgotten', name: 'Ada' } },
    });
    const { data } = await hub.api.until(
      `/v1/deliveries?subscription_id=${id}&status=delivered`,
      ({ data: rows }) => rows.length === 1,
    );
    const deliveryId = (data as { id: string }[])[0]?.id ?? '';
    await hub.api.post('/v1/subjects/erase', { entity: 'employee', id: 'emp_forgotten' });
    await hub.api.until(`/v1/events/${eventId}`, ({ erased_at: at }) => at !== null);
    const page = await hub.openSignedIn(`/console/deliveries/${deliveryId}`, hub.adminKey, WIDE);
    for (const path of [`/console/deliveries/${deliveryId}`, `/console/events/${eventId}`]) {
      await page.goto(hub.url + path);
      await page.getByText('The person whom this event was about was erased').waitFor();
      await page.locator('header').getByText('erased', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: /Retry|Send again|Replay/ }).count()).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    }
  });

  it('offers to erase somebody to administrators alone', async () => {
    const page = await hub.openSignedIn('/console/erasures', await makeKey(hub.api, 'viewer'), WIDE);
    await page.getByText('Only an administrator may erase somebody').waitFor();
    await page.getByRole('table', { name: 'Erasures' }).getByRole('link', { name: 'candidate' }).waitFor();
    await page.getByRole('link', { name: 'Erasures' }).waitFor();
    expect(await page.getByRole('link', { name: 'Erase a person' }).count()).toBe(0);
  });
});
