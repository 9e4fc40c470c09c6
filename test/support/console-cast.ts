/** Fills a hub with what is awkward to show: long names and addresses, every dialect, every status, every failure. */
import type { ApiClient } from './api-client.js';
import { makePartner } from './keys.js';
import type { Receiver } from './receiver.js';
import { sendVendorWebhook } from './vendors/vendor-webhook.js';

const NAMES = [
  null,
  'Careers site',
  'Recruiting operations: central applicant management of all companies in Europe, the Middle East and Africa',
  'Bewerbermanagement-Schnittstellenüberwachungsbenachrichtigungsempfänger',
  '採用管理システムからの通知',
  'hr_data_warehouse_ingestion_pipeline_production_eu_west_1_primary_replica_writer',
] as const;
const LONG_PATH = '/api/v2/tenants/northwind-traders-international/integrations/applicant-tracking/webhooks/incoming';
/** What the receiver answers at each of these addresses. */
const ANSWERS = [
  { path: '/ok', answer: { status: 200, body: '{"received":true}' } },
  { path: `/ok${LONG_PATH}?token=not-so-secret&environment=production`, answer: 200 },
  { path: '/busy', answer: { status: 503, body: '<html><body><h1>503 Service Unavailable</h1></body></html>' } },
  { path: '/wrong', answer: { status: 400, body: '{"error":"unknown field data.application.candidate"}' } },
  { path: '/gone', answer: 410 },
  { path: '/cut', answer: 'reset' },
] as const;
const TYPES = ['application.submitted', 'job.created', 'candidate.created', 'employee.created', 'application.hired'];
const ROUNDS = 4;

export async function fillConsole(api: ApiClient, receiver: Receiver, subscriptions: number): Promise<void> {
  for (const { path, answer } of ANSWERS) receiver.answer(path, answer);
  await connectSource(api);
  const partner = await makePartner(api, { name: NAMES[2], event_types: TYPES });
  await makePartner(api, { name: 'Northwind', status: 'disabled' });
  await subscribeAll(api, receiver.url, subscriptions, partner.key);
  await api.post('/v1/api-keys', { name: NAMES[5], role: 'viewer', expires_at: '2030-01-01T00:00:00Z' });
  const examples = await Promise.all(
    TYPES.map(async (type) => (await api.get(`/v1/event-types/${type}`)).body.example),
  );
  for (let round = 0; round < ROUNDS; round++) for (const example of examples) await api.send(again(example, round));
  const type = 'custom.background_check_of_the_external_provider_completed';
  await api.send({ type, subject: { entity: 'candidate', id: 'c'.repeat(60) }, data: { passed: true } });
  await api.post('/v1/subjects/erase', { entity: 'candidate', id: 'nobody' });
  await api.until('/v1/deliveries?status=pending&limit=200', ({ data }: { data: { attempts: number }[] }) =>
    data.every(({ attempts }) => attempts > 0),
  );
}

async function subscribeAll(api: ApiClient, url: string, count: number, partnerKey: string): Promise<void> {
  const { data } = (await api.get('/v1/dialects')).body as { data: Dialect[] };
  const dialects = data.filter(({ subscription_rules: rules }) => !rules.https_only || url.startsWith('http://127.'));
  for (let index = 0; index < count; index++) {
    const { name: dialect, events, subscription_rules: rules } = dialects[index % dialects.length] as Dialect;
    const names = events.map(({ name }) => name).filter((name) => !name.includes('*'));
    const { path } = ANSWERS[Math.floor(index / 2) % ANSWERS.length] ?? ANSWERS[0];
    const fields = {
      url: url + path,
      name: NAMES[index % NAMES.length] ?? undefined,
      dialect,
      events: rules.single_event ? names.slice(0, 1) : index % 3 === 0 ? ['*'] : names.slice(0, 1 + (index % 9)),
    };
    const { id } = await api.subscribe(fields, index % 10 === 9 ? { key: partnerKey } : {});
    if (index % 11 === 10) await api.post(`/v1/subscriptions/${id}/disable`);
    if (index % 7 === 6) await api.patch(`/v1/subscriptions/${id}`, { description: NAMES[2], timeout_ms: 9_000 });
  }
}

interface Dialect {
  readonly name: string;
  readonly events: readonly { readonly name: string }[];
  readonly subscription_rules: { readonly single_event: boolean; readonly https_only: boolean };
}

/** The example once more, as something else that happened. */
function again(example: Record<string, unknown>, round: number): Record<string, unknown> {
  return { ...example, id: undefined, idempotency_key: undefined, occurred_at: `2026-01-0${round + 1}T08:00:00Z` };
}

async function connectSource(api: ApiClient): Promise<void> {
  const made = { dialect: 'hatchbeacon', name: NAMES[2].slice(0, 90) };
  const { body } = await api.post('/v1/sources', made);
  const { ingest_url: ingestUrl, secret, id } = body as { ingest_url: string; secret: string; id: string };
  const address = api.url + new URL(ingestUrl).pathname;
  const call = { dialect: 'hatchbeacon', address, eventName: 'job_application_created' };
  await sendVendorWebhook({ ...call, secret: 'of somebody else' });
  await sendVendorWebhook({ ...call, secret });
  await api.post('/v1/sources', { dialect: 'standard', name: 'Our own' });
  await api.patch(`/v1/sources/${id}`, { name: NAMES[5] });
}
