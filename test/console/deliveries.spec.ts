import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makeKey, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';

/** Deliveries and calls in the console, of a receiver that fails and then works. */

const PHONE = { viewport: { width: 390, height: 844 } };
/** However much happens, the list is read again about once a second; a little less between what this process hears of. */
const LEAST_GAP_MS = 700;
const run = promisify(execFile);

describeInBrowser('the deliveries', () => {
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

  async function subscribe(name: string, fields: object = {}, key = hub.adminKey): Promise<string> {
    const body = { url: `${receiver.url}/${name}`, events: [`custom.${name}`], name, ...fields };
    return (await hub.api.subscribe(body, { key })).id;
  }

  /** Sends events that one subscription wants, and answers its deliveries once each is as `accept` says, oldest first. */
  async function send(
    name: string,
    count: number,
    accept: (delivery: { status: string; attempts: number }) => boolean,
  ): Promise<string[]> {
    for (let n = 0; n < count; n++) await hub.api.send({ type: `custom.${name}`, data: { n, said: "it's <done>" } });
    const page = (await hub.api.until(
      `/v1/deliveries?type=custom.${name}`,
      ({ data }: { data: { status: string; attempts: number }[] }) => data.length === count && data.every(accept),
    )) as { data: { id: string }[] };
    return page.data.map(({ id }) => id).reverse();
  }

  const rows = (page: Page, table = 'Deliveries') => page.getByRole('table', { name: table }).locator('tbody tr');

  it('say what they are while there are none', async () => {
    const page = await hub.openSignedIn('/console/deliveries');
    await page.getByText('Nothing was owed to anybody yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Task history' }).click();
    await page.getByText('No calls yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('are filtered, and the address bar says how', async () => {
    const id = await subscribe('well');
    receiver.answer('/broken', 500);
    await subscribe('broken');
    await send('well', 2, ({ status }) => status === 'delivered');
    await send('broken', 1, ({ attempts }) => attempts === 1);
    const page = await hub.openSignedIn('/console/deliveries');
    await rows(page).nth(2).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Subscription' }).fill('wel');
    await page.getByRole('option', { name: 'well' }).click();
    await rows(page).nth(2).waitFor({ state: 'detached' });
    expect(await rows(page).count()).toBe(2);
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await page.getByText('No delivery matches').waitFor();
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ subscription_id: id, status: 'failed' });
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rows(page).nth(2).waitFor();
  });

  it('are shown as a timeline of calls with what to do, and retried until they work', async () => {
    // So that nothing is tried again but by hand.
    const headers = { 'content-type': 'application/json', 'retry-after': '3600' };
    receiver.answer('/mended', { status: 503, headers, body: '{"why":"no disk"}' });
    await subscribe('mended', { auth: { type: 'bearer', token: 'a-token-of-the-test' } });
    const [id = ''] = await send('mended', 1, ({ attempts }) => attempts === 1);
    const page = await hub.openSignedIn(`/console/deliveries?type=custom.mended`);
    await page.getByRole('link', { name: 'custom.mended' }).click();
    await page.getByText('Attempt 2 is to come').waitFor();
    await page.getByRole('button', { name: 'Attempt 1: The receiver failed' }).waitFor();
    await page.getByRole('region', { name: 'Body of the answer' }).getByText('"no disk"').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Request' }).click();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    expect(await argumentsOf(await page.evaluate<string>('navigator.clipboard.readText()'))).toEqual(
      expect.arrayContaining([
        `${receiver.url}/mended`,
        `webhook-id: ${id}`,
        'authorization: ***',
        receiver.on('/mended')[0]?.body.toString(),
      ]),
    );

    receiver.answer('/mended', 204);
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('button', { name: 'Attempt 2: Delivered' }).waitFor();
    await page.getByText('Attempt 2 is to come').waitFor({ state: 'hidden' });
    expect(receiver.on('/mended').map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    expect(await seriousViolations(page)).toEqual([]);

    // The receiver has taken it: it is asked before it gets it again.
    await page.getByRole('button', { name: 'Send again' }).click();
    const question = page.getByRole('dialog', { name: 'Send this delivery again?' });
    await question.getByText('acts on it twice').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    expect(receiver.on('/mended')).toHaveLength(2);
    await page.getByRole('button', { name: 'Send again' }).click();
    await question.getByRole('button', { name: 'Send again' }).click();
    await page.getByRole('button', { name: 'Attempt 3: Delivered' }).waitFor();
    expect(receiver.on('/mended')).toHaveLength(3);
  });

  it('are retried where they are chosen', async () => {
    const id = await subscribe('chosen');
    await hub.api.post(`/v1/subscriptions/${id}/disable`);
    const ids = await send('chosen', 3, ({ status }) => status === 'skipped');
    await hub.api.post(`/v1/subscriptions/${id}/enable`);
    const page = await hub.openSignedIn('/console/deliveries?type=custom.chosen');
    await page.getByRole('checkbox', { name: `Select custom.chosen ${ids[0]}` }).check();
    await page.getByRole('checkbox', { name: `Select custom.chosen ${ids[2]}` }).check();
    await page.getByRole('button', { name: 'Retry 2 selected' }).click();
    await page.getByText('2 deliveries will be sent again').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Retry 2 deliveries' }).click();
    await page.getByText('Retried 2 deliveries.').waitFor();
    const calls = await receiver.waitFor('/chosen', 2);
    expect(calls.map(({ headers }) => headers['webhook-id']).sort()).toEqual([ids[0], ids[2]].sort());
  });

  it('are retried all that a filter names, after their number was shown', async () => {
    const id = await subscribe('many');
    await hub.api.post(`/v1/subscriptions/${id}/disable`);
    await send('many', 4, ({ status }) => status === 'skipped');
    await hub.api.post(`/v1/subscriptions/${id}/enable`);
    const page = await hub.openSignedIn(`/console/deliveries?subscription_id=${id}&status=skipped`);
    await rows(page).nth(3).waitFor();
    await page.getByRole('button', { name: 'Retry all of this filter' }).click();
    await page.getByRole('button', { name: 'Retry 4 deliveries' }).click();
    await page.getByText('Retried 4 deliveries.').waitFor();
    await page.getByText('No delivery matches').waitFor();
    await receiver.waitFor('/many', 4);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close the progress' }).click();
    await page.getByText('Retried 4 deliveries.').waitFor({ state: 'hidden' });
  });

  it('are watched live, and the stream goes on after it broke off', async () => {
    await subscribe('live');
    const page = await hub.openSignedIn('/console/deliveries?type=custom.live');
    await page.getByText('No delivery matches').waitFor();
    await page.route('**/v1/stream*', (route) => route.continue({ url: `${route.request().url()}?max_seconds=3` }));
    await page.getByRole('switch', { name: 'Live tail' }).click();
    await page.getByText('Calls appear here as they are made; the list of deliveries below follows them.').waitFor();
    await send('live', 1, ({ status }) => status === 'delivered');
    await rows(page, 'Live calls').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    // The list below it is read again by itself.
    await rows(page).first().waitFor();

    // The hub ends the stream every few seconds: it is opened again after the last event.
    const again = await page.waitForRequest((request) => 'last-event-id' in request.headers());
    expect(again.headers()['last-event-id']).toMatch(/^(att|dlv|aud)_/);
    await hub.api.send({ type: 'custom.live', data: {} });
    await rows(page, 'Live calls').nth(1).waitFor();
    await page.getByText('Calls appear here as they are made; the list of deliveries below follows them.').waitFor();
    expect(await rows(page, 'Live calls').count()).toBe(2);
  });

  it('are never behind what the live tail tells of them, under traffic', async () => {
    await subscribe('busy');
    const page = await hub.openSignedIn('/console/deliveries?type=custom.busy');
    await page.getByRole('switch', { name: 'Live tail' }).click();
    await page.getByText('Calls appear here as they are made').waitFor();
    await page.evaluate(WATCH_FOR_CONTRADICTIONS);
    const readAt: number[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/v1/deliveries') readAt.push(performance.now());
    });
    await send('busy', 40, ({ status }) => status === 'delivered');
    await rows(page, 'Live calls').nth(39).waitFor();
    const gaps = readAt.slice(1).map((at, index) => at - (readAt[index] ?? 0));
    expect(gaps.filter((ms) => ms < LEAST_GAP_MS)).toEqual([]);
    expect(await page.evaluate('globalThis.contradictions')).toEqual([]);
    expect(await page.evaluate('globalThis.looks')).toBeGreaterThan(1);
  });

  it('name their subscriptions in one request, also one that is gone', async () => {
    const ids = await Promise.all(['named', 'nameless', 'gone'].map((name) => subscribe(name)));
    for (const name of ['named', 'nameless', 'gone']) await send(name, 1, ({ status }) => status === 'delivered');
    await hub.api.delete(`/v1/subscriptions/${ids[2] ?? ''}`);
    const page = await hub.openSignedIn('/console/api-keys');
    const asked: string[] = [];
    page.on('response', (response) => {
      const { pathname, search } = new URL(response.url());
      if (pathname.startsWith('/v1/subscriptions')) asked.push(`${response.status()} ${pathname}${search}`);
    });
    for (const [link, table] of [
      ['Deliveries', 'Deliveries'],
      ['Task history', 'Task history'],
    ] as const) {
      await page.getByRole('link', { name: link, exact: true }).click();
      await rows(page, table).filter({ hasText: 'gone deleted' }).waitFor();
      await rows(page, table).filter({ hasText: 'nameless' }).first().waitFor();
    }
    expect(asked.filter((request) => request.includes('ids='))).toHaveLength(1);
    expect(asked.filter((request) => !request.startsWith('200 /v1/subscriptions?'))).toEqual([]);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('have a task history with every call, filtered by what was answered', async () => {
    receiver.answer('/refused', 403);
    await subscribe('refused');
    await send('refused', 1, ({ attempts }) => attempts === 1);
    const page = await hub.openSignedIn('/console/attempts');
    await page.getByLabel('Response status').fill('403');
    await page.keyboard.press('Enter');
    // By now it may have been tried again.
    const others = rows(page, 'Task history').filter({ hasNotText: '403' });
    await others.first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('response_status')).toBe('403');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'custom.refused' }).first().click();
    await page.getByText('The receiver does not let the hub in').waitFor();
    await page.getByText('HTTP 403').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('say what is wrong with a filter that cannot be', async () => {
    const page = await hub.openSignedIn('/console/attempts?response_status=many');
    await page.getByRole('alert').getByText('response_status').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('offer a viewer nothing to retry, and a partner nothing of others', async () => {
    const [viewer, partner] = await Promise.all([makeKey(hub.api, 'viewer'), makePartner(hub.api)]);
    const seen = await hub.openSignedIn('/console/deliveries', viewer);
    await rows(seen).first().waitFor();
    expect(await seen.getByRole('button', { name: /Retry/ }).count()).toBe(0);
    expect(await seen.getByRole('checkbox').count()).toBe(0);

    await subscribe('own', {}, partner.key);
    await send('own', 1, ({ status }) => status === 'delivered');
    const own = await hub.openSignedIn('/console/deliveries', partner.key);
    await rows(own).first().waitFor();
    expect(await rows(own).allTextContents()).toEqual([expect.stringContaining('custom.own')]);
  });

  it('fit a phone, with the filters behind a button', async () => {
    const page = await hub.openSignedIn('/console/deliveries', hub.adminKey, PHONE);
    await rows(page).first().waitFor();
    const field = page.getByRole('combobox', { name: 'Event type' });
    expect(await field.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Filters' }).click();
    await field.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.viewport.width);
    expect(await seriousViolations(page)).toEqual([]);
    await rows(page).first().getByRole('link').click();
    await page.getByText('What happened').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.viewport.width);
    expect(await seriousViolations(page)).toEqual([]);
  });
});

/** Notes each call of the tail of which the list below it does not know, or says something else. */
const WATCH_FOR_CONTRADICTIONS = `
  globalThis.contradictions = [];
  globalThis.looks = 0;
  const rowsOf = (label) => [...document.querySelectorAll('table[aria-label="' + label + '"] tbody tr')]
    .map((row) => [row.querySelector('a')?.pathname, row.innerText]);
  new MutationObserver(() => {
    const listed = new Map(rowsOf('Deliveries'));
    const told = rowsOf('Live calls');
    if (told.length > 0) globalThis.looks++;
    for (const [path] of told) {
      if (!/delivered/i.test(listed.get(path) ?? '')) globalThis.contradictions.push(path + ': ' + listed.get(path));
    }
  }).observe(document.body, { childList: true, subtree: true });
`;

/** What a shell makes of a command: what would be handed to curl. */
async function argumentsOf(command: string): Promise<string[]> {
  const { stdout } = await run('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`]);
  return stdout.split('\0').slice(0, -1);
}
