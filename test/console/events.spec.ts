import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ConsoleUnderTest, describeInBrowser, seriousViolations } from '../support/browser.js';
import { makeKey, makePartner } from '../support/keys.js';
import { Receiver } from '../support/receiver.js';
import { sendVendorWebhook } from '../support/vendors/vendor-webhook.js';
import { headerOf, verifyStripe } from '../support/verify.js';

/** What came in, what it became, and who got it. */

const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
const WIDE = { viewport: { width: 1280, height: 900 } };

describeInBrowser('the events in the console', () => {
  let hub: ConsoleUnderTest;
  let receiver: Receiver;
  let partner: { id: string; secret: string };
  let eventId: string;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([ConsoleUnderTest.start(), Receiver.start()]);
    partner = await hub.api.subscribe({
      url: `${receiver.url}/atj`,
      name: 'A job board',
      events: ['*'],
      dialect: 'autotechjobs',
    });
    const { id } = await hub.api.subscribe({
      url: `${receiver.url}/off`,
      name: 'Switched off',
      events: ['*'],
    });
    await hub.api.post(`/v1/subscriptions/${id}/disable`);
    const { body: source } = await hub.api.post('/v1/sources', { dialect: 'hatchbeacon', name: 'Our HatchBeacon' });
    const { ingest_url: ingestUrl, secret } = source as { ingest_url: string; secret: string };
    const address = hub.url + new URL(ingestUrl).pathname;
    const call = { dialect: 'hatchbeacon', address, secret, eventName: 'job_application_created' };
    expect((await sendVendorWebhook(call)).status).toBe(200);
    await receiver.waitFor('/atj', 1);
    const { data } = await hub.api.until('/v1/deliveries?status=delivered', ({ data: rows }) => rows.length === 1);
    ({ event_id: eventId } = data[0] as { event_id: string });
  });
  afterAll(async () => {
    await hub.stop();
    await receiver.close();
  });
  afterEach(() => expect(hub.offences.splice(0)).toEqual([]));

  it('follow an inbound HatchBeacon event to its AutoTechJobs delivery', async () => {
    const page = await hub.openSignedIn('/console/events', hub.adminKey, WIDE);
    const table = page.getByRole('table', { name: 'Events' });
    await table.getByText('Our HatchBeacon').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await table.getByRole('link', { name: 'application.submitted' }).click();
    await page.getByRole('heading', { name: 'application.submitted', level: 1 }).waitFor();

    await page.getByRole('region', { name: 'Data of the event' }).getByText('Jane Smith').waitFor();
    const deliveries = page.getByRole('table', { name: 'Deliveries of the event' });
    const delivered = deliveries.getByRole('row', { name: /A job board/ });
    expect(await delivered.innerText()).toMatch(/as application\.submitted[^]*delivered[^]*after 1 attempt/);
    const skipped = deliveries.getByRole('row', { name: /Switched off/ });
    expect(await skipped.innerText()).toMatch(/skipped[^]*disabled/);

    const body = page.getByRole('region', { name: 'Body as received' });
    await body.getByText('"job_application_created"').waitFor();
    expect(await page.getByRole('region', { name: 'Headers as received' }).innerText()).toContain(
      'x-webhook-signature',
    );
    expect(await seriousViolations(page)).toEqual([]);

    const [call] = receiver.on('/atj');
    if (!call) throw new Error('Nothing came.');
    verifyStripe(call, headerOf(call, 'x-autotechjobs-signature'), partner.secret);
    const previewed = await page.getByRole('region', { name: 'Body in AutoTechJobs' }).innerText();
    expect(JSON.parse(previewed)).toEqual(JSON.parse(call.body.toString()));
  });

  it('show one event in every dialect side by side, or say that a dialect has no name for it', async () => {
    const page = await hub.openSignedIn(`/console/events/${eventId}`, hub.adminKey, WIDE);
    const strip = page.getByRole('region', { name: 'The event in each dialect' });
    const columns = strip.getByRole('region', { name: /^Body in / });
    await columns.first().waitFor();
    const { body: dialects } = await hub.api.get('/v1/dialects');
    const names = (dialects as { data: { name: string; title: string }[] }).data;
    const previews = await Promise.all(
      names.map(async ({ name, title }) => {
        const { body } = await hub.api.get(`/v1/events/${eventId}/preview?dialect=${name}`);
        return { title, body: body as { expressible: boolean; body: string } };
      }),
    );
    const sayable = previews.filter(({ body }) => body.expressible);
    expect(await columns.count()).toBe(sayable.length);
    for (const { title, body } of sayable) {
      const shown = await strip.getByRole('region', { name: `Body in ${title}` }).innerText();
      expect(Object.keys(JSON.parse(shown) as object)).toEqual(Object.keys(JSON.parse(body.body) as object));
    }
    const unsayable = previews.filter(({ body }) => !body.expressible);
    expect(unsayable.length).toBeGreaterThan(0);
    const said = await page.getByText('Not expressible in').innerText();
    for (const { title } of unsayable) expect(said).toContain(title);

    for (const { title } of sayable.slice(2)) await page.getByRole('checkbox', { name: title }).press('Space');
    expect(await columns.count()).toBe(2);
    expect(new URL(page.url()).searchParams.get('dialects')?.split(',')).toHaveLength(2);
  });

  it('show the dialects as tabs on a phone, in the dark, too', async () => {
    const page = await hub.openSignedIn(`/console/events/${eventId}`, hub.adminKey, PHONE);
    await page.getByRole('tab', { name: 'AutoTechJobs' }).click();
    await page.getByRole('region', { name: 'Body in AutoTechJobs' }).waitFor();
    expect(await page.getByRole('region', { name: /^Body in / }).count()).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('are found again by type and subject, which stand in the address', async () => {
    const page = await hub.openSignedIn('/console/events?type=job.created', hub.adminKey, WIDE);
    await page.getByText('No event fits these filters').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('link', { name: 'application.submitted' }).waitFor();
    await page.getByLabel('Subject', { exact: true }).fill('application');
    await page.getByLabel('Id of the subject').fill('507f1f77bcf86cd799439011');
    await page.getByLabel('Id of the subject').press('Enter');
    await page.waitForURL(/entity_id=507f1f77bcf86cd799439011/);
    await page.getByRole('link', { name: 'application.submitted' }).waitFor();
    await page.goto(`${hub.url}/console/events?entity=application&entity_id=another`);
    await page.getByText('No event fits these filters').waitFor();
  });

  it('replay one to a chosen subscription, and say why another one cannot get it', async () => {
    const only = await hub.api.subscribe({ url: `${receiver.url}/jobs`, name: 'Only jobs', events: ['job.created'] });
    const page = await hub.openSignedIn(`/console/events/${eventId}`, hub.adminKey, WIDE);
    await page.getByRole('button', { name: 'Replay' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replay the event' });
    await dialog.getByLabel('Chosen ones').check();
    await dialog.getByRole('combobox', { name: 'Subscriptions' }).fill('Only jobs');
    await page.getByRole('option', { name: /Only jobs/ }).click();
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await dialog.getByText('is not a subscription that asks for this event').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel('All subscriptions that ask for it now').check();
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('1 delivery created.').waitFor();
    await receiver.waitFor('/atj', 2);
    await page.getByText('2 of 3 deliveries made').waitFor();
    await hub.api.delete(`/v1/subscriptions/${only.id}`);
  });

  it('say of any subscription why it got nothing, also of one that never asked', async () => {
    const fields = { url: `${receiver.url}/why`, name: 'Never asked', events: ['job.created'] };
    const { id: never } = await hub.api.subscribe(fields);
    const { id: late } = await hub.api.subscribe({ ...fields, name: 'Came late', events: ['application.*'] });
    const { id: gone } = await hub.api.subscribe({ ...fields, name: 'Gone' });
    await hub.api.delete(`/v1/subscriptions/${gone}`);
    const page = await hub.openSignedIn(`/console/events/${eventId}`, hub.adminKey, WIDE);
    const choice = page.getByRole('combobox', { name: 'Subscription' });
    await choice.fill('Came la');
    await page.getByRole('option', { name: 'Came late' }).waitFor();
    await choice.press('ArrowDown');
    await choice.press('Enter');
    await page.getByText(/^It was made at \S+Z, after the event came\.$/).waitFor();
    await page.getByText('As it is now it would get it: replay the event to it.').waitFor();
    expect(new URL(page.url()).searchParams.get('subscription_id')).toBe(late);
    expect(await seriousViolations(page)).toEqual([]);

    await page.goto(`${hub.url}/console/events/${eventId}?subscription_id=${gone}`);
    await page.locator('input[value="Gone (deleted)"]').first().waitFor();
    await page.getByText('Nor would it now: the subscription is deleted.').waitFor();

    const { id: sent } = await hub.api.send({ type: 'application.submitted', data: { application: { id: 'why' } } });
    await page.goto(`${hub.url}/console/events/${sent}?subscription_id=${never}`);
    await page.getByText('It does not ask for application.submitted, but for job.created.').waitFor();
    for (const id of [never, late]) await hub.api.delete(`/v1/subscriptions/${id}`);
  });

  it('send one by hand: what is wrong is said with its line, what is accepted is followed', async () => {
    const page = await hub.openSignedIn('/console/events/new?type=job.created', hub.adminKey, WIDE);
    const editor = page.getByLabel('The event', { exact: true });
    const example = await editor.inputValue();
    const { occurred_at: occurredAt } = JSON.parse(example) as { occurred_at: string };
    expect(Date.now() - Date.parse(occurredAt)).toBeLessThan(60_000);
    await editor.fill(example.replace(/"job": \{\s*"id"/, '"job": { "no_id"'));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('The hub does not accept it').waitFor();
    await page.getByText('data.job.id', { exact: true }).waitFor();
    await page.locator(':focus').and(editor).waitFor();
    await page.getByRole('button', { name: /^Line \d+$/ }).click();
    expect(await seriousViolations(page)).toEqual([]);
    await editor.fill(`${example},`);
    await page.getByText('This is not JSON yet').waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Back to the example' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Accepted', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Follow it' }).click();
    await page.getByRole('heading', { name: 'job.created', level: 1 }).waitFor();
    await page.getByText('Native API').waitFor();
  });

  it('offer each role what it may do', async () => {
    const viewer = await hub.openSignedIn(`/console/events/${eventId}`, await makeKey(hub.api, 'viewer'), WIDE);
    await viewer.getByRole('table', { name: 'Deliveries of the event' }).waitFor();
    expect(await viewer.getByRole('button', { name: 'Replay' }).count()).toBe(0);

    const { key } = await makePartner(hub.api);
    const outsider = await hub.openSignedIn('/console/events', key, WIDE);
    await outsider.getByText('No events yet').waitFor();
    expect(await outsider.getByRole('link', { name: 'Sources' }).count()).toBe(0);
    await outsider.goto(`${hub.url}/console/events/${eventId}`);
    await outsider.getByText('There is no event with this id.').waitFor();

    const producer = await hub.openSignedIn('/console/events/new', await makeKey(hub.api, 'producer'), WIDE);
    await producer.getByRole('button', { name: 'Send', exact: true }).click();
    await producer.getByText('Accepted', { exact: true }).waitFor();
    expect(await producer.getByRole('link', { name: 'Follow it' }).count()).toBe(0);
  });
});
