import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { fillConsole } from '../support/console-cast.js';
import { type ConsolePage, consolePages, show } from '../support/console-pages.js';
import { Receiver } from '../support/receiver.js';

const PHONE = { width: 390, height: 844 };
const WIDER = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const SUBSCRIPTIONS = 24;
const ALL_SHOWN_LIMIT_MS = 300_000;

describeInBrowser('every page of the console', () => {
  let hub: ConsoleUnderTest;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await Receiver.start();
    hub = await ConsoleUnderTest.start();
  });
  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  async function sidewaysPx(page: Page): Promise<number> {
    return page.evaluate<number>(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);
  }

  async function problemsOf(page: Page, one: ConsolePage): Promise<string[]> {
    const problems: string[] = [];
    await page.setViewportSize(PHONE);
    await show(page, hub.url, one);
    problems.push(...(await seriousViolations(page)));
    for (const size of one.narrow ? [PHONE] : [PHONE, ...WIDER]) {
      await page.setViewportSize(size);
      const px = await sidewaysPx(page);
      if (px > 0) problems.push(`is ${px} px too wide for ${size.width}`);
    }
    return problems.map((problem) => `${one.name}: ${problem}`);
  }

  async function problemsOfAll(): Promise<string[]> {
    const page = await hub.openSignedIn('/console', hub.adminKey, { viewport: PHONE });
    const problems: string[] = [];
    for (const one of await consolePages(hub.api)) problems.push(...(await problemsOf(page, one)));
    await page.context().close();
    return problems;
  }

  it.each([
    ['nothing', async () => undefined],
    ['long names, every dialect and every failure', () => fillConsole(hub.api, receiver, SUBSCRIPTIONS)],
  ])(
    'fits phones and wide screens and can be read by everybody, with %s to show',
    async (_what, fill) => {
      await fill();
      expect(await problemsOfAll()).toEqual([]);
    },
    ALL_SHOWN_LIMIT_MS,
  );
});
