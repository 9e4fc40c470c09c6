import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';

/** How the console is served, and what is around every page. */

describeInBrowser('the console', () => {
  let hub: ConsoleUnderTest;

  beforeAll(async () => {
    hub = await ConsoleUnderTest.start();
  });
  afterAll(() => hub.stop());
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  it('is where the hub’s own address leads', async () => {
    const answer = await fetch(hub.url);
    expect(answer.url).toBe(`${hub.url}/console`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('lets no inline script and no style without this answer’s nonce in', async () => {
    const answers = await Promise.all([fetch(`${hub.url}/console`), fetch(`${hub.url}/console/subscriptions/new`)]);
    const nonces = answers.map(({ headers }) => {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; ");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-cache');
      return /'nonce-([^']{20,})'/.exec(policy)?.[1] ?? '';
    });
    expect(new Set(nonces).size).toBe(2);
    expect(await answers[0]?.text()).toContain(`nonce="${nonces[0]}"`);
  });

  it('serves its files compressed and for good, and none that is not there', async () => {
    const page = await (await fetch(`${hub.url}/console`)).text();
    const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    const answer = await fetch(`${hub.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${hub.url}/console/assets/none.js`)).status).toBe(404);
  });

  it('asks for a key, says what is wrong with one, and shows the page asked for once it has one', async () => {
    const page = await hub.open('/console/subscriptions');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByLabel('API key').fill('hub_of_nobody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No account has this key').waitFor();
    await page.getByLabel('API key').fill(hub.adminKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/subscriptions');
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('forgets the key with the tab, unless asked to stay signed in', async () => {
    const page = await hub.openSignedIn('/console/subscriptions');
    const stored = () =>
      page.evaluate(`['sessionStorage', 'localStorage'].map((name) => window[name].getItem('ats-hub.api-key'))`);
    expect(await stored()).toEqual([hub.adminKey, null]);
    await page.getByRole('button', { name: 'Account: Default account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('API key').fill(hub.adminKey);
    await page.getByLabel('Stay signed in on this device').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    expect(await stored()).toEqual([null, hub.adminKey]);
  });

  it('goes back to signing in, and says why, when the key is deleted meanwhile', async () => {
    const { body } = await hub.api.post('/v1/api-keys', { name: 'short-lived', role: 'viewer' });
    const { id, key } = body as { id: string; key: string };
    const page = await hub.openSignedIn('/console/subscriptions', key);
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    await hub.api.delete(`/v1/api-keys/${id}`);
    await page.reload();
    await page.getByText('Your API key is no longer accepted').waitFor();
    await page.getByLabel('API key').waitFor();
  });

  it('is reached by keyboard: the first stop skips to the content', async () => {
    const page = await hub.openSignedIn('/console/subscriptions');
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('content');
  });

  it('says so when there is no such page', async () => {
    const page = await hub.openSignedIn('/console/nowhere');
    await page.getByText('There is no such page').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });
});
