import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { ConsoleUnderTest, describeInBrowser } from '../support/browser.js';
import { Receiver } from '../support/receiver.js';

/** The console with the keyboard alone: nothing here clicks, fills or moves the focus but keys. */

const WIDE = { viewport: { width: 1280, height: 900 } };
const MOST_STOPS = 120;

describeInBrowser('the console by keyboard', () => {
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

  async function signIn(path: string): Promise<Page> {
    const page = await hub.open(path, WIDE);
    await page
      .locator(':focus')
      .and(page.getByLabel('API key', { exact: true }))
      .waitFor();
    expect(await page.evaluate(UNSEEN_FOCUS)).toBeNull();
    await page.keyboard.type(hub.adminKey);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Colours' }).waitFor();
    return page;
  }

  const hasFocus = async (page: Page, wanted: Locator) => (await page.locator(':focus').and(wanted).count()) === 1;
  const focusOn = (page: Page, wanted: Locator) => page.locator(':focus').and(wanted).waitFor();

  /** Tab until there; every stop on the way can be seen. */
  async function walkTo(page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await wanted.waitFor({ state: 'attached' });
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      await page.keyboard.press(key);
      expect(await page.evaluate(UNSEEN_FOCUS)).toBeNull();
      if (await hasFocus(page, wanted)) return;
    }
    throw new Error(`${key} does not lead to ${wanted.toString()}.`);
  }

  async function press(page: Page, wanted: Locator): Promise<void> {
    await walkTo(page, wanted);
    await page.keyboard.press('Enter');
  }

  it('lets one in, skips to the content, and goes along the navigation', async () => {
    const page = await signIn('/console/deliveries');
    const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
    await page.reload();
    await page.getByText('Nothing was owed to anybody yet').waitFor();
    await press(page, page.getByRole('link', { name: 'Skip to the content' }));
    await focusOn(page, page.locator('main'));
    await walkTo(page, page.getByRole('switch', { name: 'Live tail' }));
    for (const link of (await links.all()).reverse()) await walkTo(page, link, 'Shift+Tab');
    const names = await links.allTextContents();
    for (const name of names.slice(1)) {
      await page.keyboard.press('Tab');
      await focusOn(
        page,
        links
          .getByText(name, { exact: true })
          .or(links.filter({ hasText: name }))
          .first(),
      );
    }
    await walkTo(page, links.filter({ hasText: 'Subscriptions' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    expect(await hasFocus(page, links.filter({ hasText: 'Subscriptions' }))).toBe(true);
  });

  it('makes a subscription in a dialect, copies its secret, and goes on where it was', async () => {
    const page = await signIn('/console/subscriptions');
    await press(page, page.getByRole('link', { name: 'New subscription' }).first());
    await page.getByRole('heading', { name: 'New subscription' }).waitFor();
    // What was pressed is gone: the keyboard goes on in the new page.
    await focusOn(page, page.locator('main'));
    const dialect = page.getByRole('combobox', { name: 'Dialect' });
    await walkTo(page, dialect);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'HatchBeacon' }).waitFor();
    for (let at = 0; at < MOST_STOPS; at++) {
      await page.keyboard.press('ArrowDown');
      if ((await page.locator('[data-combobox-selected]', { hasText: 'HatchBeacon' }).count()) === 1) break;
    }
    await page.keyboard.press('Enter');
    await page.getByText('Someone applied for a job.').waitFor();
    expect(await hasFocus(page, dialect)).toBe(true);

    // Sent too early: the first field that lacks something has the focus.
    await press(page, page.getByRole('button', { name: 'Create the subscription' }));
    await focusOn(page, page.getByRole('textbox', { name: 'Address' }));
    await page.keyboard.type(`${receiver.url}/keys`);
    await walkTo(page, page.getByRole('checkbox').first());
    await page.keyboard.press('Space');
    await press(page, page.getByRole('button', { name: 'Create the subscription' }));
    await pressInDialog(page, 'Copy');
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);
    await pressInDialog(page, 'I have stored it');
    await page.getByRole('heading', { name: 'Signing secret' }).waitFor();
    await focusOn(page, page.locator('main'));

    const rotate = page.getByRole('button', { name: 'Rotate the secret' });
    await press(page, rotate);
    await focusOn(page, page.getByRole('textbox', { name: 'Overlap' }));
    await pressInDialog(page, 'Rotate');
    await page.getByTestId('secret').waitFor();
    await pressInDialog(page, 'Copy');
    expect(await page.evaluate('navigator.clipboard.readText()')).not.toBe(secret);
    await pressInDialog(page, 'I have stored it');
    await page.getByTestId('secret').waitFor({ state: 'hidden' });
    await focusOn(page, rotate);
  });

  async function pressInDialog(page: Page, name: string): Promise<void> {
    await press(page, page.getByRole('dialog').getByRole('button', { name, exact: true }));
  }

  it('filters a list, opens a delivery from it, and comes back', async () => {
    const { id } = await hub.api.subscribe({ url: `${receiver.url}/seen`, events: ['custom.seen'], name: 'Seen' });
    await hub.api.send({ type: 'custom.seen', data: {} });
    await hub.api.until(`/v1/deliveries?subscription_id=${id}&status=delivered`, ({ data }) => data.length === 1);
    const page = await signIn('/console/deliveries');
    const row = page.getByRole('link', { name: 'custom.seen' });
    await row.waitFor();
    const status = page.getByRole('combobox', { name: 'Status' });
    await walkTo(page, status);
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Failed' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: 'Failed' }).waitFor({ state: 'hidden' });
    expect(await hasFocus(page, status)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/status=/);
    expect(await hasFocus(page, status)).toBe(true);
    await press(page, page.getByRole('button', { name: 'Clear filters' }));
    await page.waitForURL(/deliveries$/);

    await press(page, row);
    await page.getByRole('heading', { name: 'custom.seen', level: 1 }).waitFor();
    await focusOn(page, page.locator('main'));
    await press(page, page.getByRole('button', { name: 'Send again' }));
    await focusWithin(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await focusOn(page, page.getByRole('button', { name: 'Send again' }));
    expect(receiver.on('/seen')).toHaveLength(1);
    await walkTo(page, page.getByRole('main').getByRole('link', { name: 'Deliveries', exact: true }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await row.waitFor();
    await focusOn(page, page.locator('main'));
  });

  it('opens a menu and leaves it with Escape', async () => {
    const page = await signIn('/console/subscriptions');
    const account = page.getByRole('button', { name: /^Account: / });
    await press(page, account);
    await focusOn(page, page.getByRole('menuitem', { name: 'Sign out' }));
    expect(await page.evaluate(UNSEEN_FOCUS)).toBeNull();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor({ state: 'hidden' });
    await focusOn(page, account);
    expect(await page.evaluate(UNSEEN_FOCUS)).toBeNull();
  });

  const focusWithin = (page: Page) => page.getByRole('dialog').locator(':focus').waitFor();

  it('asks before it deletes: Tab stays in the question, Escape takes it back', async () => {
    const { id } = await hub.api.subscribe({ url: `${receiver.url}/stays`, events: ['job.created'], name: 'Stays' });
    const page = await signIn(`/console/subscriptions/${id}`);
    const button = page.getByRole('button', { name: 'Delete' });
    await press(page, button);
    const dialog = page.getByRole('dialog', { name: 'Delete the subscription “Stays”?' });
    await dialog.waitFor();
    await focusWithin(page);
    const stops = await dialog.getByRole('button').count();
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let stop = 0; stop <= stops; stop++) {
        await page.keyboard.press(key);
        expect(await dialog.locator(':focus').count()).toBe(1);
        expect(await page.evaluate(UNSEEN_FOCUS)).toBeNull();
      }
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await focusOn(page, button);
    expect((await hub.api.get(`/v1/subscriptions/${id}`)).status).toBe(200);

    await walkTo(page, page.getByRole('button', { name: 'Disable' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await pressInDialog(page, 'Disable');
    await page.getByText('What was pending is cancelled').waitFor();
  });
});

/**
 * What has the focus without showing it; `null`: it shows. A control that is drawn by something else (a switch, a check box) shows it
 * there, on what follows it; a field on its frame; the link of a row on the whole row, its `::after`.
 */
const UNSEEN_FOCUS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return 'nothing has the focus';
  const isSeen = (one) => {
    const looks = one ? [getComputedStyle(one), getComputedStyle(one, '::after')] : [];
    return looks.some(({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none');
  };
  const { width, height } = element.getBoundingClientRect();
  const isHidden = width < 4 || height < 4 || getComputedStyle(element).opacity === '0';
  const shown = isHidden ? element.nextElementSibling : (element.closest('.mantine-Input-input') ?? element);
  if (isSeen(shown)) return null;
  return element.outerHTML.slice(0, 300);
})()`;
