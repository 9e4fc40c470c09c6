import { ApiKeysService } from '../../src/accounts/api-keys.service.js';
import { publicId } from '../../src/common/ids.js';
import { Transactions } from '../../src/database/transactions.service.js';
import { RARE_TYPE } from './cast.js';
import type { OpenHub } from './open-hub.js';

/** Times pages of a filled hub's history over HTTP, one request after the other. */

const RUNS = 20;
const LIMIT_MS = 50;
const DAY_MS = 86_400_000;
const FREQUENT_TYPE = 'application.stage_changed';
const UNCOMMON_TYPE = 'application.hired';

interface Keys {
  readonly admin: string;
  readonly partner: string;
}

interface Page {
  readonly rows: number;
  readonly next: string | null;
}

interface Measured {
  readonly page: string;
  readonly rows: number;
  readonly p50: number;
  readonly p95: number;
}

/** Answers whether all were fast enough. */
export async function measurePages({ app, operator }: OpenHub): Promise<boolean> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const things = await findThings(app.get(Transactions), operator.accountId);
  const made: string[] = [];
  const keyOf = async (role: 'admin' | 'partner', partnerId: string | null) => {
    const fields = { name: 'npm run fill -- --measure', role, partnerId, expiresAt: null };
    const { row, key } = await app.get(ApiKeysService).create(operator, fields);
    made.push(row.id);
    return key;
  };
  try {
    const keys = { admin: await keyOf('admin', null), partner: await keyOf('partner', things.partnerId) };
    const results: Measured[] = [];
    const requests = await pages(url, things, keys);
    // Code that has never run, connections that have planned nothing yet.
    for (const { path, key } of requests) await ask(url, path, key);
    for (const { name, path, key } of requests) results.push(await time(url, name, path, key));
    print(results);
    return results.every(({ p95 }) => p95 <= LIMIT_MS);
  } finally {
    for (const id of made) await app.get(ApiKeysService).delete(operator, id);
  }
}

/** Public ids, and moments. */
interface Things {
  readonly busiest: string;
  readonly quiet: string;
  readonly partnerId: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly subject: string;
}

async function findThings(transactions: Transactions, accountId: string): Promise<Things> {
  const subscriptions = await transactions.query<{ id: string; partner_id: string | null }>(
    `SELECT id, partner_id FROM subscriptions WHERE account_id = $1 AND name LIKE 'Filled %' ORDER BY id`,
    [accountId],
  );
  const [sample] = await transactions.query<{ delivery_id: string; event_id: string; subject: string }>(
    `SELECT a.delivery_id, a.event_id, e.subject_entity || ':' || e.subject_id AS subject
     FROM (SELECT delivery_id, event_id FROM attempts WHERE account_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 1000) a
     JOIN events e ON e.id = a.event_id`,
    [accountId],
  );
  const partners = subscriptions.filter(({ partner_id }) => partner_id !== null);
  if (!sample || partners.length === 0) throw new Error('This database holds no filled history: npm run fill');
  return {
    busiest: publicId('subscription', subscriptions[0]?.id ?? ''),
    quiet: publicId('subscription', subscriptions.at(-1)?.id ?? ''),
    partnerId: partners[0]?.partner_id ?? '',
    deliveryId: publicId('delivery', sample.delivery_id),
    eventId: publicId('event', sample.event_id),
    subject: sample.subject,
  };
}

interface Request {
  readonly name: string;
  readonly path: string;
  readonly key: string;
}

async function pages(url: string, things: Things, { admin, partner }: Keys): Promise<Request[]> {
  const { busiest, quiet, deliveryId, eventId, subject } = things;
  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString();
  const then = `&since=${day(11)}&until=${day(10)}`;
  const of = (id: string) => `subscription_id=${id}`;
  /** The second page of what was before the middle of the history, if it has one. */
  const deep = async (path: string) => {
    const { next } = await ask(url, `${path}&until=${day(15)}`, admin);
    return next === null ? `${path}&until=${day(15)}` : `${path}&cursor=${next}`;
  };
  const attempts = [
    '',
    of(busiest),
    of(quiet),
    `outcome=failed`,
    `outcome=retry`,
    `response_status=500`,
    `response_status=418`,
    `${of(busiest)}&outcome=failed`,
    `${of(busiest)}&outcome=retry`,
    `${of(busiest)}&outcome=delivered`,
    `${of(busiest)}&response_status=500`,
    `${of(busiest)}&response_status=204`,
    `${of(busiest)}&response_status=418`,
    `${of(quiet)}&outcome=failed`,
    `${of(quiet)}&response_status=500`,
    `${of(busiest)}${then}`,
    `${of(busiest)}&outcome=failed${then}`,
    `${of(quiet)}&outcome=failed&response_status=503${then}`,
    `type=${FREQUENT_TYPE}`,
    `type=${UNCOMMON_TYPE}`,
    `type=${RARE_TYPE}`,
    `type=custom.never_happened`,
    `${of(busiest)}&type=${UNCOMMON_TYPE}&outcome=failed`,
    `${of(quiet)}&type=${UNCOMMON_TYPE}`,
    `delivery_id=${deliveryId}`,
    `event_id=${eventId}`,
    `limit=200`,
  ];
  const statuses = ['pending', 'delivered', 'failed', 'skipped', 'cancelled'].map((status) => `status=${status}`);
  const deliveries = [
    '',
    of(busiest),
    of(quiet),
    `event_id=${eventId}`,
    ...statuses,
    ...statuses.flatMap((status) => [`${of(busiest)}&${status}`, `${of(quiet)}&${status}`]),
    `type=${FREQUENT_TYPE}`,
    `type=${RARE_TYPE}`,
    `${of(busiest)}&type=${UNCOMMON_TYPE}${then}`,
    `${of(busiest)}&status=failed&type=${UNCOMMON_TYPE}${then}`,
    `${of(quiet)}&status=failed${then}`,
    `status=failed&type=${RARE_TYPE}`,
  ];
  const types = [FREQUENT_TYPE, UNCOMMON_TYPE, RARE_TYPE, 'custom.never_happened'];
  const events = [
    '',
    ...types.map((type) => `type=${type}`),
    `subject=${subject}`,
    `subject=application:nobody`,
    `subject=${subject}&type=${FREQUENT_TYPE}`,
    `type=${FREQUENT_TYPE}${then}`,
  ];
  const list = (path: string, queries: readonly string[]) => queries.map((query) => `${path}?${query}`);
  const all = [
    ...list('/v1/attempts', attempts),
    await deep(`/v1/attempts?${of(busiest)}`),
    await deep(`/v1/attempts?${of(busiest)}&outcome=failed`),
    ...list('/v1/deliveries', deliveries),
    await deep(`/v1/deliveries?${of(quiet)}&status=failed`),
    ...list('/v1/events', events),
    ...(await jobAffinityPages(url, admin)),
  ];
  const named = (path: string) =>
    path
      .replace(busiest, 'busiest')
      .replace(quiet, 'quiet')
      .replace(then, '&since=…&until=…')
      .replace(/(cursor|until)=[^&…]+/, '$1=…');
  const ofPartner = [
    '/v1/attempts?',
    '/v1/attempts?outcome=failed',
    '/v1/deliveries?',
    '/v1/deliveries?status=failed',
    '/v1/events?',
    `/v1/events?type=${FREQUENT_TYPE}`,
    `/v1/events?subject=${subject}`,
    `/v1/events?until=${day(15)}`,
  ];
  return [
    ...all.map((path) => ({ name: named(path), path, key: admin })),
    ...[...ofPartner, ...(await jobAffinityPages(url, partner)).slice(0, 1)].map((path) => {
      return { name: `${named(path)} (partner)`, path, key: partner };
    }),
  ];
}

/** The first page, and those that its links lead to. */
async function jobAffinityPages(url: string, key: string): Promise<string[]> {
  const paths = ['/jobaffinity/restapi/v1/webhook/task'];
  while (paths.length < 4) {
    const { next } = await ask(url, paths.at(-1) ?? '', key);
    if (!next) break;
    paths.push(`/jobaffinity${next}`);
  }
  return paths;
}

async function ask(url: string, path: string, key: string): Promise<Page> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${text}`);
  const page = JSON.parse(text) as { data?: unknown[]; items?: unknown[]; next_cursor?: string | null; _next?: string };
  return { rows: (page.data ?? page.items ?? []).length, next: page.next_cursor ?? page._next ?? null };
}

async function time(url: string, name: string, path: string, key: string): Promise<Measured> {
  const { rows } = await ask(url, path, key);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    await ask(url, path, key);
    times.push(performance.now() - startedAt);
  }
  times.sort((left, right) => left - right);
  const at = (share: number) => Math.round((times[Math.ceil(RUNS * share) - 1] ?? 0) * 10) / 10;
  return { page: name, rows, p50: at(0.5), p95: at(0.95) };
}

function print(results: readonly Measured[]): void {
  const width = Math.max(...results.map(({ page }) => page.length));
  console.log(`${'page'.padEnd(width)}  rows  p50 ms  p95 ms`);
  for (const { page, rows, p50, p95 } of results) {
    const cells = [
      page.padEnd(width),
      String(rows).padStart(4),
      p50.toFixed(1).padStart(6),
      p95.toFixed(1).padStart(6),
    ];
    console.log(cells.join('  ') + (p95 > LIMIT_MS ? '  over the limit' : ''));
  }
  const slow = results.filter(({ p95 }) => p95 > LIMIT_MS).length;
  console.log(`${results.length} pages, ${slow} with a p95 over ${LIMIT_MS} ms`);
}
