/** The console in a real Chromium, against the built hub as a process of its own. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ApiClient } from './api-client.js';
import { createTestDatabase, type TestDatabase } from './databases.js';
import { HubProcess, requireFreshConsole } from './hub-process.js';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const ACTION_LIMIT_MS = 10_000;
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

function findChromium(): string | null {
  const found = PLACES.find((place) => place !== undefined && existsSync(place));
  if (found !== undefined) return found;
  const wanted = 'a Chromium: install Debian’s package "chromium", or set CHROMIUM_PATH';
  if (process.env.CI === 'true') throw new Error(`With CI=true the tests of the console need ${wanted}.`);
  process.stdout.write(`\nThe tests of the console are skipped: they need ${wanted}.\n`);
  return null;
}

const executablePath = findChromium();

/** `describe` where there is a Chromium. */
export const describeInBrowser = executablePath === null ? describe.skip : describe;

/** A hub with a database to itself, and a browser. */
export class ConsoleUnderTest {
  /** What no page may do: break its own content security policy, throw, or ask anybody but the hub. */
  readonly offences: string[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly hub: HubProcess,
    private readonly browser: Browser,
    readonly adminKey: string,
  ) {}

  static async start(): Promise<ConsoleUnderTest> {
    await requireFreshConsole();
    const adminKey = `hub_${randomBytes(32).toString('base64url')}`;
    const database = await createTestDatabase();
    const hub = await HubProcess.start({
      DATABASE_URL: database.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_API_KEY: adminKey,
    });
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      // Chromium's own sandbox does not work for root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return new ConsoleUnderTest(database, hub, browser, adminKey);
  }

  get url(): string {
    return this.hub.url;
  }

  get api(): ApiClient {
    return new ApiClient(this.hub.url, this.adminKey);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.hub.stop();
    await this.database.drop();
  }

  /** A page of a visitor whom nobody knows yet. */
  async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      // What fades in is measured by axe as pale as it is just then.
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(ACTION_LIMIT_MS);
    const page = await context.newPage();
    this.watch(page);
    await page.goto(`${this.url}${path}`);
    return page;
  }

  async openSignedIn(path: string, key = this.adminKey, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(path, options);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Colours' }).waitFor();
    return page;
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.offences.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.offences.push(`${page.url()}: ${message.text()}`);
    });
    page.on('request', (request) => {
      const isOutside = !request.url().startsWith(this.url) && !/^(data|blob):/.test(request.url());
      if (isOutside) this.offences.push(`${page.url()} asked ${request.url()}`);
    });
  }
}

/**
 * What axe finds that is serious or worse, as `rule: element`: all rules in the page's colour scheme, and those about colours in
 * the other one, too.
 */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Not as a <script>: the page's content security policy holds during the tests, too.
  await page.evaluate(axe.source);
  const found = await violationsOf(page, {});
  const scheme = () => page.evaluate<string | null>(`document.documentElement.dataset.mantineColorScheme`);
  const own = (await scheme()) === 'dark' ? 'dark' : 'light';
  const other = own === 'dark' ? 'light' : 'dark';
  const changeTo = async (wanted: typeof own) => {
    await page.emulateMedia({ colorScheme: wanted });
    await page.locator(`html[data-mantine-color-scheme="${wanted}"]`).waitFor({ state: 'attached' });
  };
  await changeTo(other);
  const foundThen = await violationsOf(page, { runOnly: { type: 'rule', values: COLOUR_RULES } });
  await changeTo(own);
  return [...found, ...foundThen.map((violation) => `${other} ${violation}`)];
}

async function violationsOf(page: Page, options: axe.RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate(async (asked) => {
    const { axe: tester } = globalThis as unknown as { axe: typeof axe };
    return tester.run({ resultTypes: ['violations'], iframes: false, ...asked });
  }, options);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}
