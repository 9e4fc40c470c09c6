import type { ApiClient } from '../../test/support/api-client.js';
import { makeAccount } from '../../test/support/keys.js';

/** Who subscribes to what, and how each receiver behaves: known to the receivers, the producers and the oracle alike. */

export type Behaviour =
  'well' | 'sometimes-500' | 'hangs' | 'trickles' | 'floods' | 'resets' | 'redirects' | 'down' | 'dead' | 'gone';

export interface Profile {
  readonly behaviour: Behaviour;
  readonly dialect: 'standard' | 'autotechjobs' | 'jobaffinity' | 'hatchbeacon';
  readonly events: readonly string[];
  /** The canonical types that this asks for, by the dialect's document and not by the hub's word. */
  readonly types: readonly EventType[];
  /** Whatever happens on the way, in the end it gets everything. */
  readonly getsEverything: boolean;
  readonly timeoutMs?: number;
}

export const EVENT_TYPES = [
  'application.submitted',
  'application.stage_changed',
  'application.withdrawn',
  'application.hired',
  'candidate.updated',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

const APPLICATION_TYPES = EVENT_TYPES.filter((type) => type.startsWith('application.'));
const SHORT_TIMEOUT_MS = 1_000;

/**
 * Those that are slow or closed get the rarer events: what waits for them is to be done within the minute. HatchBeacon's
 * schedule (1, 2, 4, 8, 16 s) lets retries come and end within it too; those of the others wait for minutes.
 */
export const PROFILES: readonly Profile[] = [
  {
    behaviour: 'well',
    dialect: 'standard',
    events: ['application.*'],
    types: APPLICATION_TYPES,
    getsEverything: true,
  },
  {
    behaviour: 'sometimes-500',
    dialect: 'hatchbeacon',
    events: ['job_application_created'],
    types: ['application.submitted'],
    getsEverything: false,
  },
  {
    behaviour: 'hangs',
    dialect: 'hatchbeacon',
    events: ['candidate_hired'],
    types: ['application.hired'],
    getsEverything: false,
    timeoutMs: SHORT_TIMEOUT_MS,
  },
  {
    behaviour: 'trickles',
    dialect: 'hatchbeacon',
    events: ['candidate_hired'],
    types: ['application.hired'],
    getsEverything: false,
    timeoutMs: SHORT_TIMEOUT_MS,
  },
  {
    behaviour: 'floods',
    dialect: 'standard',
    events: ['application.hired'],
    types: ['application.hired'],
    getsEverything: true,
  },
  {
    behaviour: 'resets',
    dialect: 'hatchbeacon',
    events: ['application_status_changed'],
    types: ['application.stage_changed', 'application.withdrawn'],
    getsEverything: false,
  },
  // Fails at once and again after 5 s, then waits for 5 minutes.
  {
    behaviour: 'redirects',
    dialect: 'standard',
    events: ['application.withdrawn'],
    types: ['application.withdrawn'],
    getsEverything: false,
  },
  // Suspended after 20 calls: what comes waits for the probe.
  {
    behaviour: 'down',
    dialect: 'jobaffinity',
    events: ['ProcessStepChange'],
    types: ['application.stage_changed', 'application.withdrawn', 'application.hired'],
    getsEverything: false,
  },
  // Disabled once ten deliveries have failed six times each: what waits is cancelled, what comes is skipped.
  {
    behaviour: 'dead',
    dialect: 'hatchbeacon',
    events: ['candidate_hired'],
    types: ['application.hired'],
    getsEverything: false,
  },
  // Deactivated by its 410.
  {
    behaviour: 'gone',
    dialect: 'autotechjobs',
    events: ['candidate.profile_updated'],
    types: ['candidate.updated'],
    getsEverything: false,
  },
];

export interface Subscribed {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  readonly profile: Profile;
}

export interface Account {
  readonly name: string;
  readonly key: string;
  readonly subscriptions: readonly Subscribed[];
}

/** Two accounts with the same subscriptions each, at paths that name both. */
export async function subscribeAccounts(api: ApiClient, receiversUrl: string): Promise<Account[]> {
  const keys = { a: api.adminKey, b: await makeAccount(api, 'The second account') };
  const accounts: Account[] = [];
  for (const [name, key] of Object.entries(keys)) {
    const subscriptions: Subscribed[] = [];
    for (const profile of PROFILES) {
      const { behaviour, dialect, events, timeoutMs } = profile;
      const url = `${receiversUrl}/${name}/${behaviour}`;
      const fields = { url, dialect, events, ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }) };
      const { id, secret } = await api.subscribe(fields, { key });
      subscriptions.push({ id, secret, account: name, profile });
    }
    accounts.push({ name, key, subscriptions });
  }
  return accounts;
}
