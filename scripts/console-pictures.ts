import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ApiClient } from '../test/support/api-client.js';
import { type ConsolePage, consolePages, show } from '../test/support/console-pages.js';

/**
 * Takes every page of a running hub's console, at each width and in each colour scheme, and says what is cut off.
 * `npm run screenshots:all -- --hub http://127.0.0.1:3000 --key hub_… --out /tmp/pictures`
 */

const { values: options } = parseArgs({
  options: {
    hub: { type: 'string', default: 'http://127.0.0.1:3000' },
    key: { type: 'string', default: process.env.BOOTSTRAP_API_KEY ?? '' },
    out: { type: 'string', default: 'pictures' },
    widths: { type: 'string', default: '390,1280,1920' },
    schemes: { type: 'string', default: 'light,dark' },
    /** Names of pages; all of them unless told. */
    only: { type: 'string' },
  },
});
const HEIGHTS: Readonly<Record<number, number>> = { 390: 844, 1280: 800, 1920: 1080 };
/** Of a long list the rest looks the same. */
const MOST_HEIGHT = 2400;
const NARROW = 768;
const ACTION_LIMIT_MS = 8_000;

const only = options.only?.split(',');
const pages = (await consolePages(new ApiClient(options.hub, options.key))).filter(
  ({ name }) => only === undefined || only.includes(name),
);
await mkdir(options.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  for (const width of options.widths.split(',').map(Number)) await takeAll(browser, width);
} finally {
  await browser.close();
}

async function takeAll(of: Browser, width: number): Promise<void> {
  const viewport = { width, height: HEIGHTS[width] ?? 900 };
  const context = await of.newContext({ viewport, reducedMotion: 'reduce', hasTouch: width < NARROW });
  context.setDefaultTimeout(ACTION_LIMIT_MS);
  const page = await context.newPage();
  await page.goto(`${options.hub}/console`);
  await page.getByLabel('API key').waitFor();
  if (only === undefined) await take(page, 'sign-in', width);
  await page.getByLabel('API key').fill(options.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('API key').waitFor({ state: 'detached' });
  for (const one of pages.filter(({ narrow }) => narrow === undefined || width < NARROW)) {
    await takeOne(page, one, width);
  }
  await context.close();
}

async function takeOne(page: Page, one: ConsolePage, width: number): Promise<void> {
  try {
    await show(page, options.hub, one);
  } catch (error) {
    console.log(`${width} ${one.name}: ${String(error).split('\n')[0]}`);
    return;
  }
  for (const cut of await cutOff(page)) console.log(`${width} ${one.name}: ${cut}`);
  await take(page, one.name, width);
}

async function take(page: Page, name: string, width: number): Promise<void> {
  for (const scheme of options.schemes.split(',') as ('light' | 'dark')[]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
    const height = Math.min(await page.evaluate<number>('document.documentElement.scrollHeight'), MOST_HEIGHT);
    const path = join(options.out, `${name}-${width}-${scheme}.png`);
    await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height }, timeout: 60_000 });
  }
}

/** What doesn't fit: the page itself, or a part of it that scrolls sideways. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll('*')]
    .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
    .filter((element) => element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowX))
    .map((element) => {
      const name = element.getAttribute('aria-label') ?? element.firstElementChild?.getAttribute('aria-label') ?? element.className;
      return \`<\${element.tagName.toLowerCase()}> \${name}: \${element.scrollWidth} px in \${element.clientWidth}\`;
    })`);
}
