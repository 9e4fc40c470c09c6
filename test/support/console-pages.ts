/** Every page of the console, for whoever looks at all of them: tests and `npm run screenshots:all`. */
import type { Page } from 'playwright-core';
import type { ApiClient } from './api-client.js';

export interface ConsolePage {
  readonly name: string;
  /** Below `/console`. */
  readonly path: string;
  /** What is opened on it: a dialog, a menu. */
  readonly open?: (page: Page) => Promise<void>;
  /** What it opens is there on narrow screens alone. */
  readonly narrow?: true;
}

const QUIET_LIMIT_MS = 3_000;
const press = (button: string) => (page: Page) =>
  page.getByRole('button', { name: button, exact: true }).first().click();

/** Those that a hub has something to show on: one of each thing that is there, the newest. */
export async function consolePages(api: ApiClient): Promise<ConsolePage[]> {
  const newest = async (list: string, accept: (row: Row) => boolean = () => true) =>
    ((await api.get(list)).body as { data: Row[] }).data.find(accept);
  const dialect = (await newest('/v1/dialects', ({ name }) => name !== 'standard'))?.name;
  const subscription = await newest('/v1/subscriptions');
  const ailing = await newest('/v1/subscriptions?ailing=true');
  const delivery = await newest('/v1/deliveries');
  const failed = await newest('/v1/deliveries?status=failed');
  const attempt = await newest('/v1/attempts');
  const event = await newest('/v1/events?type=application.submitted');
  const source = await newest('/v1/sources');
  const request = source && (await newest(`/v1/sources/${source.id}/requests`));
  const partner = await newest('/v1/partners');
  const entry = await newest('/v1/audit-log?changes_only=true', ({ action }) => action?.endsWith('.updated') === true);
  const erased = await newest('/v1/audit-log', ({ target_id: id }) => id?.startsWith('era_') === true);
  return [
    { name: 'overview', path: '/' },
    { name: 'overview-7d-calls', path: '/?range=7d&show=calls' },
    { name: 'overview-table', path: '/?range=7d&as=table' },
    { name: 'account-menu', path: '/', open: (page) => page.getByRole('button', { name: /^Account: / }).click() },
    { name: 'navigation', path: '/', open: press('Open the navigation'), narrow: true },
    { name: 'subscriptions', path: '/subscriptions' },
    { name: 'subscriptions-filters', path: '/subscriptions?status=active', open: press('Filters (1)'), narrow: true },
    { name: 'subscriptions-none-fits', path: '/subscriptions?search=nothing-like-it' },
    { name: 'subscription-new', path: '/subscriptions/new' },
    { name: 'subscription-new-dialect', path: `/subscriptions/new?dialect=${dialect}` },
    ...of(subscription, ({ id }) => [
      { name: 'subscription', path: `/subscriptions/${id}` },
      { name: 'subscription-delete', path: `/subscriptions/${id}`, open: press('Delete') },
      { name: 'subscription-edit', path: `/subscriptions/${id}/edit` },
    ]),
    ...of(ailing, ({ id }) => [{ name: 'subscription-ailing', path: `/subscriptions/${id}` }]),
    { name: 'deliveries', path: '/deliveries' },
    { name: 'deliveries-live', path: '/deliveries?live=1' },
    { name: 'deliveries-none-fits', path: '/deliveries?type=custom.nothing_like_it' },
    { name: 'deliveries-retry', path: '/deliveries', open: press('Retry all that failed') },
    ...of(delivery, ({ id }) => [{ name: 'delivery', path: `/deliveries/${id}` }]),
    ...of(failed, ({ id }) => [{ name: 'delivery-failed', path: `/deliveries/${id}` }]),
    { name: 'attempts', path: '/attempts' },
    { name: 'attempts-filters', path: '/attempts?outcome=retry', open: press('Filters (1)'), narrow: true },
    ...of(attempt, ({ id }) => [{ name: 'attempt', path: `/attempts/${id}` }]),
    { name: 'events', path: '/events' },
    { name: 'event-new', path: '/events/new' },
    ...of(event, ({ id }) => [{ name: 'event', path: `/events/${id}` }]),
    { name: 'sources', path: '/sources' },
    { name: 'source-new-1', path: '/sources/new' },
    { name: 'source-new-2', path: `/sources/new?dialect=${dialect}` },
    ...of(source, ({ id, dialect: own }) => [
      { name: 'source-new-3', path: `/sources/new?dialect=${own}&source=${id}` },
      { name: 'source', path: `/sources/${id}` },
      { name: 'source-edit', path: `/sources/${id}/edit` },
    ]),
    ...of(request, ({ id }) => [{ name: 'inbound-request', path: `/inbound-requests/${id}` }]),
    { name: 'dialects', path: '/dialects' },
    { name: 'dialect', path: `/dialects/${dialect}` },
    { name: 'event-types', path: '/event-types' },
    { name: 'event-type', path: '/event-types/application.submitted' },
    { name: 'partners', path: '/partners' },
    { name: 'partner-new', path: '/partners/new' },
    ...of(partner, ({ id }) => [
      { name: 'partner', path: `/partners/${id}` },
      { name: 'partner-edit', path: `/partners/${id}/edit` },
    ]),
    { name: 'api-keys', path: '/api-keys' },
    { name: 'api-key-new', path: '/api-keys', open: press('New API key') },
    { name: 'audit-log', path: '/audit-log' },
    ...of(entry, ({ id }) => [{ name: 'audit-entry', path: `/audit-log?entry=${id}` }]),
    { name: 'erase', path: '/erasures' },
    ...of(erased, ({ target_id: id }) => [{ name: 'erasure', path: `/erasures/${id}` }]),
    { name: 'not-found', path: '/nowhere' },
    { name: 'subscription-not-there', path: '/subscriptions/wh_00000000000000000000000000' },
  ];
}

interface Row {
  readonly id: string;
  readonly name?: string;
  readonly dialect?: string;
  readonly action?: string;
  readonly target_id?: string;
}

function of(thing: Row | undefined, pages: (thing: Row) => ConsolePage[]): ConsolePage[] {
  return thing === undefined ? [] : pages(thing);
}

/** Goes there, and waits until everything that it shows has come. */
export async function show(page: Page, url: string, { path, open }: ConsolePage): Promise<void> {
  await page.goto(`${url}/console${path}`);
  await page.locator('h1, [role="alert"]').first().waitFor();
  await untilQuiet(page);
  if (!open) return;
  await open(page);
  await untilQuiet(page);
}

/** What goes on for ever, as a live stream and the wait for a first webhook do, is not waited for. */
async function untilQuiet(page: Page): Promise<void> {
  const limit = { timeout: QUIET_LIMIT_MS };
  await page.waitForLoadState('networkidle', limit).catch(() => undefined);
  const waiting = page.locator('.mantine-Loader-root, .mantine-Skeleton-root');
  await waiting
    .first()
    .waitFor({ state: 'hidden', ...limit })
    .catch(() => undefined);
}
