import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';
import { verifyStandard } from '../support/verify.js';

/** The life of a subscription in the console: made, tested, broken, understood, repaired and recovered; and found again. */

const MANY = 1_200;
const AT_ONCE = 100;

describeInBrowser('a subscription whose receiver breaks', () => {
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

  async function subscribe(name: string, fields: object = {}): Promise<string> {
    const body = { url: `${receiver.url}/${name}`, events: ['job.created'], name, ...fields };
    return (await hub.api.subscribe(body)).id;
  }

  async function send(count: number, type: string): Promise<void> {
    const entity = type.split('.')[0] ?? '';
    for (let sent = 0; sent < count; sent += AT_ONCE) {
      const events = Array.from({ length: Math.min(AT_ONCE, count - sent) }, (_, index) => {
        return { type, data: { [entity]: { id: `x_${sent + index}` } } };
      });
      const { status, text } = await hub.api.post('/v1/events/batch', { events });
      if (status !== 202) throw new Error(`The events were refused: ${text}`);
    }
  }

  const click = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
  const confirm = async (page: Page, name: string) => {
    await click(page, name);
    await page.getByRole('dialog').getByRole('button', { name }).click();
  };
  const copied = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');

  it('is made, tested, suspended with the reason told, repaired, and gets what it missed', async () => {
    const page = await hub.openSignedIn('/console/subscriptions/new?dialect=jobaffinity');
    await page.getByRole('textbox', { name: 'Address' }).fill(`${receiver.url}/broken`);
    await page.getByLabel('ProcessStepChange').check();
    await page.getByLabel('Name', { exact: true }).fill('Breaks');
    await click(page, 'Create the subscription');
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    await page.getByRole('region', { name: 'Receiver in Node' }).getByText('webhook-signature').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await click(page, 'I have stored it');

    await click(page, 'Send a test event');
    await page.getByText('HTTP 200').waitFor();
    const [test] = receiver.on('/broken');
    if (!test) throw new Error('No call came.');
    verifyStandard(test, secret);

    const { pathname } = new URL(page.url());
    const id = pathname.split('/').at(-1) ?? '';
    receiver.answer('/broken', { status: 500, body: 'out of order' });
    await send(25, 'application.stage_changed');
    await hub.api.until(`/v1/subscriptions/${id}`, ({ status }: { status: string }) => status === 'suspended');
    await page.reload();
    await page.getByText(/^Suspended: .*5xx/).waitFor();
    await page.getByText('Repair the receiver and enable it').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await confirm(page, 'Disable');
    await page.getByText('What was pending is cancelled').waitFor();

    receiver.answer('/broken', 200);
    await click(page, 'Enable');
    await click(page, 'Count what was missed');
    await page.getByText('25 deliveries will be sent again').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await click(page, 'Recover 25 deliveries');
    await page.getByText('Recovered 25 deliveries').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const delivered = `/v1/deliveries?subscription_id=${id}&status=delivered&limit=200`;
    await hub.api.until(delivered, ({ data }: { data: unknown[] }) => data.length === 25);

    await page.reload();
    await page.getByText('Recovered 25 deliveries').waitFor();
    await click(page, 'Recover another time');
    expect(new URL(page.url()).search).toBe('');
    await click(page, 'Count what was missed');
    await page.getByText('There is nothing to send again').waitFor();

    const history = page.getByRole('table', { name: 'Recoveries' });
    await history.getByText('25 of 25').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await history.getByRole('link').first().click();
    await page.getByText('Recovered 25 deliveries').waitFor();
    expect(new URL(page.url()).searchParams.get('recovery')).toMatch(/^rcv_/);
  });

  it('shows how far a long recovery is, lets it be called off, and says why one stopped', async () => {
    const id = await subscribe('long', { events: ['scorecard.submitted'] });
    await hub.api.post(`/v1/subscriptions/${id}/disable`);
    await send(MANY, 'scorecard.submitted');
    await hub.api.post(`/v1/subscriptions/${id}/enable`);
    const page = await hub.openSignedIn(`/console/subscriptions/${id}`);
    const started = async (recover: RegExp) => {
      await click(page, 'Count what was missed');
      await click(page, recover);
      await page.getByText(/^Recovering: [\d,]+ of/).waitFor();
      await page.getByRole('progressbar', { name: 'Recovered' }).waitFor();
    };
    await started(/^Recover 1,200 deliveries$/);
    const recovery = new URL(page.url()).searchParams.get('recovery') ?? '';
    await click(page, 'Call it off');
    await page.getByText(/^Called off after [\d,]+ of 1,200$/).waitFor();
    const { body } = await hub.api.get(`/v1/recoveries/${recovery}`);
    expect(body).toMatchObject({ status: 'cancelled', total: MANY });
    expect(body.recovered).toBeLessThan(MANY);

    await click(page, 'Recover another time');
    await started(/^Recover [\d,]+ deliveries$/);
    await hub.api.post(`/v1/subscriptions/${id}/disable`);
    await page.getByText(/^Stopped after [\d,]+ of [\d,]+: the subscription is disabled$/).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('refuses a span that ends before it begins', async () => {
    const id = await subscribe('backwards');
    const page = await hub.openSignedIn(`/console/subscriptions/${id}`);
    await page.getByLabel('Since').fill('2026-01-02T00:00');
    await page.getByLabel('Until').fill('2026-01-01T00:00');
    await click(page, 'Count what was missed');
    await page.getByText('must be before until').first().waitFor();
    await page.getByLabel('Since').fill('2025-12-31T00:00');
    await page.getByText('must be before until').first().waitFor({ state: 'detached' });
  });

  it.each([
    ['hatchbeacon', 'x-webhook-signature'],
    ['autotechjobs', 'x-autotechjobs-signature'],
  ])('has a receiver in %s to copy, in two languages', async (dialect, header) => {
    const id = await subscribe(dialect, { dialect, events: ['*'] });
    const page = await hub.openSignedIn(`/console/subscriptions/${id}`);
    const { body } = await hub.api.get(`/v1/dialects/${dialect}/receivers`);
    const [node, python] = (body as { data: { code: string }[] }).data.map(({ code }) => code);
    await click(page, 'Copy: Receiver in Node');
    expect(await copied(page)).toBe(node);
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.getByRole('region', { name: 'Receiver in Python' }).getByText(header).first().waitFor();
    await click(page, 'Copy: Receiver in Python');
    expect(await copied(page)).toBe(python);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('is found by filters in the address bar', async () => {
    const partner = await makePartner(hub.api, { name: 'Payroll Inc.' });
    await hub.api.subscribe(
      { url: `${receiver.url}/found`, events: ['job.created'], name: 'Of the partner' },
      { key: partner.key },
    );
    const off = await subscribe('Switched off', { dialect: 'occupop', events: ['*'] });
    await hub.api.post(`/v1/subscriptions/${off}/disable`);
    const page = await hub.openSignedIn('/console/subscriptions');
    const rows = page.getByRole('table', { name: 'Subscriptions' }).locator('tbody tr');
    const untilOne = async (name: string) => {
      await rows.nth(1).waitFor({ state: 'detached' });
      await rows.filter({ hasText: name }).waitFor();
    };
    const choose = async (label: string, option: string) => {
      await page.getByRole('combobox', { name: label }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await choose('Partner', 'Payroll Inc.');
    await untilOne('Of the partner');
    await click(page, 'Clear filters');
    await choose('Status', 'Disabled');
    await choose('Dialect', 'Occupop');
    await choose('Health', 'Ailing');
    await untilOne('Switched off');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      status: 'disabled',
      dialect: 'occupop',
      ailing: 'true',
    });
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Name or address' }).fill('nothing like it');
    await page.getByRole('textbox', { name: 'Name or address' }).press('Enter');
    await page.getByText('No subscription is like that').waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.goto(`${hub.url}/console/subscriptions?search=SWITCHED`);
    await untilOne('Switched off');
    await page.goto(`${hub.url}/console/subscriptions?status=nonsense`);
    await page.getByText('The query is not valid').waitFor();
  });
});
