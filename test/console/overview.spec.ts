import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makeAccount, makeKey, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** The overview, from an empty hub to one with real deliveries. */

const COUNTED_LIMIT_MS = 30_000;

describeInBrowser('the overview', () => {
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

  const subscribe = (name: string, fields: object = {}, key = hub.adminKey) =>
    hub.api.subscribe({ url: `${receiver.url}/${name}`, events: [`custom.${name}`], name, ...fields }, { key });

  /** A key figure, as soon as it says so. */
  const figure = (page: Page, term: string, value: string | RegExp) =>
    page.locator('dl > div').filter({ hasText: term }).getByText(value).first().waitFor({ timeout: COUNTED_LIMIT_MS });

  it('takes by the hand whoever has nothing yet, and ticks off what is done', async () => {
    const page = await hub.openSignedIn('/console');
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    await page.getByText('Nothing in this time').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const command = (await page.getByRole('region', { name: 'Command' }).textContent()) ?? '';
    expect(command).toContain(`curl ${hub.url}/v1/events`);
    expect(await page.getByRole('img', { name: 'Done' }).count()).toBe(0);

    await subscribe('first', { events: ['job.created'] });
    await page.getByRole('img', { name: 'Done' }).waitFor();
    // The command is accepted as it is.
    const [, body = ''] = /-d '(.*)'$/s.exec(command) ?? [];
    const answer = await hub.api.post('/v1/events', body);
    expect(answer.status).toBe(202);
    await page.getByRole('heading', { name: 'First steps' }).waitFor({ state: 'hidden' });
    await receiver.waitFor('/first', 1);
  });

  it('counts what was delivered, draws it, and leads to the deliveries of a time', async () => {
    receiver.answer('/counted-gone', 410);
    const key = await makeAccount(hub.api, 'Counted');
    const events = ['custom.counted'];
    await Promise.all([subscribe('counted', { events }, key), subscribe('counted-gone', { events }, key)]);
    await hub.api.post('/v1/events', { type: 'custom.counted', data: {} }, { key });
    const page = await hub.openSignedIn('/console?range=1h', key);
    await figure(page, 'Success rate', '1 delivered, 1 failed');
    await figure(page, 'Answer time', /^\d+\sms$/);
    await figure(page, 'Waiting now', '0');
    await page.getByRole('img', { name: /^Chart of 2 deliveries by outcome/ }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByText('Table', { exact: true }).click();
    await page.getByRole('region', { name: 'By time' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByText('Chart', { exact: true }).click();
    await page.locator('.recharts-bar-rectangle path').first().click();
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
    await page.getByRole('table', { name: 'Deliveries' }).locator('tbody tr').first().waitFor();
    const { searchParams } = new URL(page.url());
    const length = Date.parse(searchParams.get('until') ?? '') - Date.parse(searchParams.get('since') ?? '');
    expect(length).toBe(60_000);
  });

  it('says which subscriptions need a look, why, and since when', async () => {
    const key = await makeAccount(hub.api, 'Ailing');
    const events = ['custom.ailing'];
    receiver.answer('/ailing', 503);
    receiver.answer('/gone', 410);
    await subscribe('ailing', { events }, key);
    await subscribe('gone', { events }, key);
    await hub.api.post('/v1/events', { type: 'custom.ailing', data: {} }, { key });
    const { id } = await subscribe('resting', {}, key);
    await hub.api.post(`/v1/subscriptions/${id}/disable`, undefined, { key });
    const page = await hub.openSignedIn('/console', key);
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: `/${name}` });
    await row('ailing').getByText('failing', { exact: true }).waitFor();
    await row('ailing').getByText('the first one failed').waitFor();
    await row('resting').getByText('disabled', { exact: true }).waitFor();
    await row('resting').locator('time').waitFor();
    await row('gone').getByText('The receiver answered 410 (Gone)').waitFor();
    expect(await row('resting').getByRole('link').getAttribute('href')).toBe(`/console/subscriptions/${id}`);
    await page.getByText('1 failing, 1 disabled, 1 deactivated').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('keeps its time in the address bar, of the usual ones and of one’s own', async () => {
    const page = await hub.openSignedIn('/console');
    await page.getByText('7 d', { exact: true }).click();
    await page.waitForURL(/\?range=7d$/);
    await page.getByRole('button', { name: 'Custom' }).click();
    await page.getByLabel('From').fill('2026-01-01T10:00');
    await page.getByLabel('Until').fill('2026-01-01T09:00');
    await page.getByText('This is not after the beginning.').waitFor();
    await page.getByLabel('Until').fill('2026-01-02T10:00');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Nothing in this time').waitFor();
    const { searchParams } = new URL(page.url());
    expect([...searchParams.keys()]).toEqual(['since', 'until']);
  });

  it('says what is wrong with a time that cannot be', async () => {
    const page = await hub.openSignedIn('/console?since=2026-02-02T00:00:00Z&until=2026-02-01T00:00:00Z');
    await page.getByRole('alert').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('shows a partner its own numbers, and fits a phone in the dark', async () => {
    const partner = await makePartner(hub.api);
    await subscribe('partners-own', {}, partner.key);
    await hub.api.send({ type: 'custom.partners-own', data: {} });
    await receiver.waitFor('/partners-own', 1);
    const page = await hub.openSignedIn('/console', partner.key, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    });
    await figure(page, 'Success rate', '1 delivered, 0 failed');
    await page.getByText('All subscriptions are well').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('is not offered to a producer, who may not see it', async () => {
    const page = await hub.openSignedIn('/console', await makeKey(hub.api, 'producer'));
    expect(await page.getByRole('link', { name: 'Overview' }).count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
