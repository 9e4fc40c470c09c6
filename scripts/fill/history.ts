import type { Transaction } from '../../src/common/transaction.js';
import type { Cast, EventKind, Target } from './cast.js';

/** Writes history a day at a time, by statements that run inside PostgreSQL: rows never pass through this process. */

/** How many calls it takes where the first one fails, each as likely as the others; one in ten fails for good. */
const CALLS_AFTER_FAILURE = [2, 2, 2, 3, 3, 4, 5];
const GIVEN_UP_SHARE = 0.1;
const GIVEN_UP_AFTER = 5;
/** Beside those that fail at first: how many of them are skipped or cancelled, and never called. */
const NEVER_CALLED_PER_FAILURE = 0.05;
/** How often something happens to the same application or candidate. */
const EVENTS_PER_SUBJECT = 6;

export interface Day {
  readonly from: Date;
  readonly to: Date;
  readonly events: number;
}

/** How many calls an event comes to, on average. */
export function attemptsPerEvent({ accounts, kinds, targets }: Cast): number {
  const afterFailure = CALLS_AFTER_FAILURE.reduce((sum, calls) => sum + calls, 0) / CALLS_AFTER_FAILURE.length;
  const calls = (1 - GIVEN_UP_SHARE) * afterFailure + GIVEN_UP_SHARE * GIVEN_UP_AFTER;
  const ofTargets = targets.map(({ accountId, names, share, failureRate }) => {
    const accountShare = accounts.find(({ id }) => id === accountId)?.share ?? 0;
    const named = kinds.filter(({ type }) => type in names).reduce((sum, kind) => sum + kind.share, 0);
    return accountShare * named * share * (1 - failureRate * (1 + NEVER_CALLED_PER_FAILURE) + failureRate * calls);
  });
  return ofTargets.reduce((sum, attempts) => sum + attempts, 0);
}

/** Who wants what and how often it happens, in tables that last as long as the transaction. */
export async function prepare(cast: Cast, transaction: Transaction): Promise<void> {
  const settings = ['statement_timeout = 0', 'enable_seqscan = on', `work_mem = '64MB'`];
  for (const setting of settings) await transaction.query(`SET LOCAL ${setting}`);
  await transaction.query(UUID_AT);
  for (const table of TABLES) await transaction.query(`CREATE TEMP TABLE ${table} ON COMMIT DROP`);
  await transaction.query(
    `INSERT INTO fill_accounts SELECT slot - 1, id FROM unnest($1::uuid[]) WITH ORDINALITY AS a(id, slot)`,
    [cast.accounts.map(({ id }) => id)],
  );
  await transaction.query(
    `INSERT INTO fill_kinds SELECT slot - 1, type, entity, content, body
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS k(type, entity, content, body, slot)`,
    [
      cast.kinds.map(({ type }) => type),
      cast.kinds.map(entityOf),
      cast.kinds.map(contentOf),
      cast.kinds.map((kind) => JSON.stringify(bodyOf(kind))),
    ],
  );
  const pairs = cast.targets.flatMap((target) => pairsOf(target, cast));
  await transaction.query(
    `INSERT INTO fill_targets SELECT * FROM jsonb_to_recordset($1::jsonb)
       AS t(account_slot int, kind_slot int, subscription_id uuid, dialect text, url text, event_name text, share float8, failure_rate float8)`,
    [JSON.stringify(pairs)],
  );
}

function pairsOf(target: Target, { accounts, kinds }: Cast): object[] {
  const { id, dialect, url, share, failureRate, names } = target;
  const fields = { subscription_id: id, dialect, url, share, failure_rate: failureRate };
  const accountSlot = accounts.findIndex((account) => account.id === target.accountId);
  return kinds.flatMap(({ type }, kindSlot) => {
    return type in names
      ? [{ ...fields, account_slot: accountSlot, kind_slot: kindSlot, event_name: names[type] }]
      : [];
  });
}

/** Events, their entities, what was owed for them, and the calls. */
export async function writeDay(cast: Cast, day: Day, transaction: Transaction): Promise<void> {
  await transaction.query(DAY_EVENTS, [
    day.from,
    day.to,
    day.events,
    thresholds(cast.accounts),
    thresholds(cast.kinds),
    Math.max(1, Math.round(day.events / EVENTS_PER_SUBJECT)),
  ]);
  for (const statement of [EVENTS, EVENT_ENTITIES]) await transaction.query(statement);
  await transaction.query(DAY_DELIVERIES, [
    CALLS_AFTER_FAILURE,
    GIVEN_UP_SHARE,
    GIVEN_UP_AFTER,
    NEVER_CALLED_PER_FAILURE,
  ]);
  for (const statement of [DELIVERIES, ATTEMPTS]) await transaction.query(statement);
}

/** For `width_bucket`: a number from 0 to 1 picks a slot as often as its share says. */
function thresholds(shares: readonly { readonly share: number }[]): number[] {
  let sum = 0;
  return shares.slice(0, -1).map(({ share }) => (sum += share));
}

function entityOf({ type }: EventKind): string {
  const entity = type.split('.')[0] ?? '';
  return ['candidate', 'job', 'employee'].includes(entity) ? entity : 'application';
}

/** `{subject}` and `{at}` are filled in by PostgreSQL. */
function dataOf(kind: EventKind): object {
  const candidate = {
    id: 'cand_{subject}',
    first_name: 'Camille',
    last_name: 'Durand',
  };
  const job = { id: 'job_{subject}', title: 'Data engineer' };
  const entity = entityOf(kind);
  if (entity === 'candidate') return { candidate };
  if (entity === 'job') return { job };
  if (entity === 'employee') return { employee: { ...candidate, id: 'emp_{subject}' } };
  return { application: { id: 'app_{subject}', status: 'interviewing', candidate, job } };
}

/** The canonical event, but for its own id, which is that of its row. */
function contentOf(kind: EventKind): string {
  const entity = entityOf(kind);
  const subject = { entity, id: `${ENTITY_PREFIXES[entity] ?? ''}{subject}` };
  const source = { dialect: 'standard', source_id: null, event_id: null, type: null };
  const { type } = kind;
  const rest = { subject, actor: null, data: dataOf(kind), extensions: {}, test: false };
  return JSON.stringify({ id: '{id}', type, occurred_at: '{at}', source, ...rest });
}

function bodyOf(kind: EventKind): object {
  const application = { _self: '/restapi/v1/application/app_{subject}' };
  return {
    event: kind.type,
    timestamp: '{at}',
    data: dataOf(kind),
    ...(entityOf(kind) === 'application' && { application }),
  };
}

const ENTITY_PREFIXES: Readonly<Record<string, string>> = {
  application: 'app_',
  candidate: 'cand_',
  job: 'job_',
  employee: 'emp_',
};

/** A UUIDv7 of any time, which the server itself only makes of now. */
const UUID_AT = `CREATE OR REPLACE FUNCTION pg_temp.uuid_at(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT overlay(gen_random_uuid()::text
    PLACING regexp_replace(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), '^(.{8})', '\\1-') || '-7' FROM 1)::uuid $$`;

const TABLES = [
  `fill_accounts (account_slot int, id uuid)`,
  `fill_kinds (kind_slot int, type text, entity text, content text, body text)`,
  `fill_targets (account_slot int, kind_slot int, subscription_id uuid, dialect text, url text, event_name text, share float8, failure_rate float8)`,
  `day_events (id uuid, at timestamptz, account_slot int, kind_slot int, subject int)`,
  `day_deliveries (id uuid, account_id uuid, event_id uuid, at timestamptz, type text, body text, subscription_id uuid, dialect text,
    url text, event_name text, calls int, status text)`,
];

const DAY_EVENTS = `INSERT INTO day_events
  SELECT pg_temp.uuid_at(at), at, width_bucket(random(), $4::float8[]), width_bucket(random(), $5::float8[]),
    1 + floor(random() * $6::int)::int
  FROM (SELECT date_trunc('milliseconds', $1::timestamptz + ($2::timestamptz - $1::timestamptz) * (n::float8 / $3::int)) AS at
        FROM generate_series(0, $3::int - 1) AS n) moments`;

const FILLED = (template: string) =>
  `replace(replace(${template}, '{subject}', e.subject::text), '{at}', to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

const EVENTS = `INSERT INTO events (id, account_id, type, occurred_at, received_at, subject_entity, subject_id, test, content)
  SELECT e.id, a.id, k.type, e.at, e.at, k.entity,
    CASE k.entity WHEN 'application' THEN 'app_' WHEN 'candidate' THEN 'cand_' WHEN 'employee' THEN 'emp_' ELSE 'job_' END || e.subject, false,
    convert_to(replace(${FILLED('k.content')}, '{id}', e.id::text), 'UTF8')
  FROM day_events e JOIN fill_accounts a USING (account_slot) JOIN fill_kinds k USING (kind_slot)`;

const EVENT_ENTITIES = `INSERT INTO event_entities (account_id, entity, entity_id, event_id)
  SELECT a.id, x.entity, x.prefix || e.subject, e.id
  FROM day_events e JOIN fill_accounts a USING (account_slot) JOIN fill_kinds k USING (kind_slot)
  JOIN (VALUES ('application', 'application', 'app_'), ('application', 'candidate', 'cand_'), ('application', 'job', 'job_'),
    ('candidate', 'candidate', 'cand_'), ('job', 'job', 'job_'), ('employee', 'employee', 'emp_')) AS x(subject_entity, entity, prefix) ON x.subject_entity = k.entity`;

/** `calls`: negative where all of them fail, 0 where none is made. */
const DAY_DELIVERIES = `INSERT INTO day_deliveries
  SELECT pg_temp.uuid_at(e.at), a.id, e.id, e.at, k.type, ${FILLED('k.body')}, e.subscription_id, e.dialect, e.url, e.event_name,
    CASE WHEN e.luck < e.failure_rate * $4::float8 THEN 0
         WHEN e.luck > 1 - e.failure_rate THEN
           CASE WHEN random() < $2::float8 THEN -$3::int ELSE ($1::int[])[1 + floor(random() * cardinality($1::int[]))::int] END
         ELSE 1 END,
    CASE WHEN random() < 0.5 THEN 'skipped' ELSE 'cancelled' END
  FROM (SELECT id, at, subject, account_slot, kind_slot, subscription_id, dialect, url, event_name, failure_rate, random() AS luck
        FROM day_events JOIN fill_targets USING (account_slot, kind_slot) WHERE random() < share) e
  JOIN fill_accounts a USING (account_slot) JOIN fill_kinds k USING (kind_slot)`;

const DELIVERIES = `INSERT INTO deliveries (id, account_id, event_id, subscription_id, event_type, event_name, status, reason, attempts,
    created_at, finished_at)
  SELECT id, account_id, event_id, subscription_id, type, event_name,
    CASE WHEN calls = 0 THEN status WHEN calls < 0 THEN 'failed' ELSE 'delivered' END,
    CASE WHEN calls = 0 THEN 'the subscription was ' || CASE status WHEN 'skipped' THEN 'disabled' ELSE 'disabled meanwhile' END
         WHEN calls < 0 THEN 'gave up after ' || -calls || ' attempts: the receiver answered 500' END,
    abs(calls), at, least(now(), at + interval '1 minute' * greatest(0, abs(calls) - 1) ^ 3)
  FROM day_deliveries`;

const ATTEMPTS = `INSERT INTO attempts (id, account_id, subscription_id, delivery_id, event_id, kind, dialect, event_type, event_name, number,
    outcome, url, request_headers, request_body, response_status, response_headers, response_body, response_truncated, error_code,
    error_message, started_at, duration_ms)
  SELECT pg_temp.uuid_at(c.at), d.account_id, d.subscription_id, d.id, d.event_id, 'delivery', d.dialect, d.type, d.event_name, c.number,
    c.outcome, d.url,
    json_build_object('user-agent', 'ATS-Integration-Hub/1.0', 'content-type', 'application/json', 'webhook-id', d.id,
      'webhook-timestamp', extract(epoch FROM c.at)::bigint::text, 'webhook-signature', 'v1,' || encode(sha256(d.id::text::bytea), 'base64'), 'hub-hops', '1'),
    convert_to(d.body, 'UTF8'), r.status,
    CASE WHEN r.status = 0 THEN '{}'::json ELSE '{"content-type":"text/plain","connection":"keep-alive","keep-alive":"timeout=5"}'::json END,
    convert_to(CASE WHEN r.status = 0 THEN '' WHEN r.status < 300 THEN 'ok' ELSE 'Internal Server Error' END, 'UTF8'), false,
    CASE WHEN r.status = 0 THEN 'timeout' END, CASE WHEN r.status = 0 THEN 'The receiver did not answer within 10000 ms.' END, c.at,
    CASE WHEN r.status = 0 THEN 10000 ELSE 5 + floor(random() * 80)::int END
  FROM (SELECT d.*, random() AS luck FROM day_deliveries d) d
  CROSS JOIN LATERAL (SELECT number, least(now() - interval '1 second' * (abs(d.calls) - number), d.at + interval '1 minute' * (number - 1) ^ 3) AS at,
      CASE WHEN number < abs(d.calls) THEN 'retry' WHEN d.calls < 0 THEN 'failed' ELSE 'delivered' END AS outcome
    FROM generate_series(1, abs(d.calls)) AS number) c
  CROSS JOIN LATERAL (SELECT CASE WHEN c.outcome = 'delivered' THEN (ARRAY[200, 200, 200, 200, 201, 204])[1 + floor(d.luck * 6)::int]
      ELSE (ARRAY[500, 500, 500, 500, 503, 503, 429, 0])[1 + floor(d.luck * 8)::int] END AS status) r`;
