import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { groupBy } from '../../src/common/collections.js';
import { publicId } from '../../src/common/ids.js';
import type { ReceivedCall } from '../../test/support/receiver.js';
import type { Ledger } from './producers.js';
import type { Account, Subscribed } from './subscriptions.js';

/** All that the oracle judges by: what producers sent, what the hub's database says, what receivers got. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly accounts: readonly Account[];
  readonly subscriptions: ReadonlyMap<string, StoredSubscription>;
  readonly events: readonly StoredEvent[];
  readonly deliveries: readonly StoredDelivery[];
  /** By delivery, in the order in which they were made. */
  readonly attempts: ReadonlyMap<string, readonly StoredAttempt[]>;
  readonly calls: readonly Call[];
  /** By `webhook-id`. */
  readonly callsOf: ReadonlyMap<string, readonly Call[]>;
  /** When the hub was ended. */
  readonly frozenAt: Date;
}

/** Ids are those that the hub shows. */
export interface StoredSubscription {
  readonly id: string;
  readonly accountId: string;
  readonly status: string;
  readonly statusReason: string | null;
  /** What was subscribed. */
  readonly wanted: Subscribed;
}

export interface StoredEvent {
  readonly id: string;
  readonly accountId: string;
  readonly marker: string;
}

export interface StoredDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly status: 'pending' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
  readonly reason: string | null;
  readonly attempts: number;
  /** What is still to be done; `null`: nothing. */
  readonly plan: { readonly nextAttemptAt: Date; readonly leaseUntil: Date | null } | null;
}

export interface StoredAttempt {
  readonly deliveryId: string;
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly number: number;
  /** 0: there was no answer. */
  readonly responseStatus: number;
  readonly errorCode: string | null;
  /** `webhook-timestamp` of the call. */
  readonly sentAt: string;
}

/** A call as a receiver got it. */
export interface Call extends ReceivedCall {
  /** Of its path. */
  readonly account: string;
  readonly behaviour: string;
  readonly webhookId: string;
  readonly sentAt: string;
  /** What it was answered; 0: nothing that counts. */
  readonly status: number;
}

export async function gather(
  databaseUrl: string,
  journalFile: string,
  known: Pick<Evidence, 'ledger' | 'accounts' | 'frozenAt'>,
): Promise<Evidence> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const wanted = new Map(known.accounts.flatMap(({ subscriptions }) => subscriptions.map((one) => [one.id, one])));
    const subscriptions = await readSubscriptions(client, wanted);
    const events = await readEvents(client);
    const deliveries = await readDeliveries(client);
    const attempts = groupBy(await readAttempts(client), ({ deliveryId }) => deliveryId);
    const calls = await readCalls(journalFile);
    const callsOf = groupBy(calls, ({ webhookId }) => webhookId);
    return { ...known, subscriptions, events, deliveries, attempts, calls, callsOf };
  } finally {
    await client.end();
  }
}

async function readSubscriptions(
  client: pg.Client,
  wantedById: ReadonlyMap<string, Subscribed>,
): Promise<Map<string, StoredSubscription>> {
  const { rows } = await client.query<{ id: string; account_id: string; status: string; status_reason: string | null }>(
    `SELECT id, account_id, status, status_reason FROM subscriptions`,
  );
  const found = new Map<string, StoredSubscription>();
  for (const row of rows) {
    const id = publicId('subscription', row.id);
    const wanted = wantedById.get(id);
    if (!wanted) continue;
    found.set(id, {
      id,
      accountId: publicId('account', row.account_id),
      status: row.status,
      statusReason: row.status_reason,
      wanted,
    });
  }
  return found;
}

/** Those that producers sent: the hub's own come from what befalls deliveries. */
async function readEvents(client: pg.Client): Promise<StoredEvent[]> {
  const { rows } = await client.query<{ id: string; account_id: string; marker: string }>(
    `SELECT id, account_id,
       coalesce(content #>> '{data,application,id}', content #>> '{data,candidate,id}', '') AS marker
     FROM (SELECT id, account_id, convert_from(content, 'UTF8')::json AS content FROM events) e
     WHERE content ->> 'type' NOT LIKE 'hub.%'`,
  );
  return rows.map((row) => ({
    id: publicId('event', row.id),
    accountId: publicId('account', row.account_id),
    marker: row.marker,
  }));
}

interface DeliveryRow {
  id: string;
  account_id: string;
  event_id: string;
  subscription_id: string;
  status: StoredDelivery['status'];
  reason: string | null;
  attempts: number;
  next_attempt_at: Date | null;
  lease_until: Date | null;
}

/** Also what is planned for a delivery that is on no record: it is found by having no status. */
async function readDeliveries(client: pg.Client): Promise<StoredDelivery[]> {
  const { rows } = await client.query<DeliveryRow>(
    `SELECT coalesce(d.id, p.delivery_id) AS id, coalesce(d.account_id, p.account_id) AS account_id,
       coalesce(d.event_id, p.event_id) AS event_id, coalesce(d.subscription_id, p.subscription_id) AS subscription_id,
       coalesce(d.status, 'on no record') AS status, d.reason, coalesce(p.attempts, d.attempts) AS attempts,
       p.next_attempt_at, p.lease_until
     FROM deliveries d FULL JOIN pending_deliveries p ON p.delivery_id = d.id`,
  );
  return rows.map((row) => ({
    id: publicId('delivery', row.id),
    accountId: publicId('account', row.account_id),
    eventId: publicId('event', row.event_id),
    subscriptionId: publicId('subscription', row.subscription_id),
    status: row.status,
    reason: row.reason,
    attempts: row.attempts,
    plan: row.next_attempt_at && {
      nextAttemptAt: row.next_attempt_at,
      leaseUntil: row.lease_until,
    },
  }));
}

interface AttemptRow {
  delivery_id: string;
  account_id: string;
  subscription_id: string;
  event_id: string;
  number: number;
  response_status: number;
  error_code: string | null;
  sent_at: string | null;
}

async function readAttempts(client: pg.Client): Promise<StoredAttempt[]> {
  const { rows } = await client.query<AttemptRow>(
    `SELECT delivery_id, account_id, subscription_id, event_id, number, response_status, error_code,
       request_headers ->> 'webhook-timestamp' AS sent_at
     FROM attempts WHERE kind = 'delivery' ORDER BY id`,
  );
  return rows.map((row) => ({
    deliveryId: publicId('delivery', row.delivery_id),
    accountId: publicId('account', row.account_id),
    subscriptionId: publicId('subscription', row.subscription_id),
    eventId: publicId('event', row.event_id),
    number: row.number,
    responseStatus: row.response_status,
    errorCode: row.error_code,
    sentAt: row.sent_at ?? '',
  }));
}

type JournalLine = Omit<ReceivedCall, 'body'> & { readonly body: string; readonly status: number };

async function readCalls(journalFile: string): Promise<Call[]> {
  const calls: Call[] = [];
  for await (const line of createInterface({ input: createReadStream(journalFile) })) {
    const { body, ...call } = JSON.parse(line) as JournalLine;
    const [, account = '', behaviour = ''] = call.path.split('/');
    calls.push({
      ...call,
      body: Buffer.from(body, 'base64'),
      account,
      behaviour,
      webhookId: String(call.headers['webhook-id']),
      sentAt: String(call.headers['webhook-timestamp']),
    });
  }
  return calls;
}
