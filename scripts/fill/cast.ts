import type { INestApplicationContext } from '@nestjs/common';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import type { Caller } from '../../src/accounts/caller.js';
import { PartnersService } from '../../src/accounts/partners.service.js';
import { DialectCatalog } from '../../src/ats/dialect-catalog.service.js';
import { SubscriptionsService } from '../../src/subscriptions/subscriptions.service.js';
import { callerOf } from './open-hub.js';

/** Who takes part in the history: accounts, their subscriptions, and how often each gets what. */

const OTHER_ACCOUNTS = 3;
/** The first account's share of all events; the others have the rest in equal parts. */
const MAIN_SHARE = 0.9;
/** What all subscriptions of an account but the first get of each event, together: the first gets every one, a third of all. */
const OTHERS_FANOUT = 2.6;
/** How many of a hundred deliveries need more than one attempt; the busiest subscription almost never does. */
const FAILURE_RATE = 0.07;
const BUSIEST_FAILURE_RATE = 0.0001;
const PARTNER_EVERY = 20;

/** From the most to the least frequent, each about 0.7 times as frequent as the one before it. */
const TYPES = [
  'application.stage_changed',
  'application.updated',
  'application.submitted',
  'candidate.updated',
  'job.updated',
  'application.rejected',
  'candidate.created',
  'job.published',
  'job.closed',
  'application.withdrawn',
  'employee.created',
  'application.hired',
  'candidate.merged',
];
/** So rare that a month has a few dozen of them. */
export const RARE_TYPE = 'custom.background_check_completed';
const RARE_SHARE = 0.00001;

export interface EventKind {
  readonly type: string;
  readonly share: number;
}

export interface Target {
  readonly id: string;
  readonly accountId: string;
  readonly partnerId: string | null;
  readonly dialect: string;
  readonly url: string;
  /** The chance that it wants an event of its account. */
  readonly share: number;
  readonly failureRate: number;
  /** What its dialect calls each type that it can say. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Cast {
  readonly accounts: readonly { readonly id: string; readonly share: number }[];
  readonly kinds: readonly EventKind[];
  readonly targets: readonly Target[];
}

export async function makeCast(app: INestApplicationContext, operator: Caller, subscriptions: number): Promise<Cast> {
  const accounts = [{ id: operator.accountId, share: MAIN_SHARE }];
  for (let index = 1; index <= OTHER_ACCOUNTS; index++) {
    const { account } = await app.get(AccountsService).create(operator, `Filled account ${index}`);
    accounts.push({ id: account.id, share: (1 - MAIN_SHARE) / OTHER_ACCOUNTS });
  }
  const targets: Target[] = [];
  const ofOthers = Math.max(1, Math.floor(subscriptions / 20));
  for (const [index, { id }] of accounts.entries()) {
    const count = index === 0 ? subscriptions - ofOthers * OTHER_ACCOUNTS : ofOthers;
    targets.push(...(await makeTargets(app, callerOf(id, operator.keyId), Math.max(1, count))));
  }
  return { accounts, kinds: kinds(), targets };
}

async function makeTargets(app: INestApplicationContext, caller: Caller, count: number): Promise<Target[]> {
  const dialects = ['standard', 'jobaffinity', ...app.get(DialectCatalog).names()].filter(unique);
  const weights = Array.from({ length: count }, (_, index) => (index === 0 ? 0 : 1 / (index + 1)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const targets: Target[] = [];
  for (const [index, weight] of weights.entries()) {
    const dialect = dialects[index % dialects.length] ?? 'standard';
    const isPartners = index % PARTNER_EVERY === PARTNER_EVERY - 1;
    const owner = isPartners ? await asPartner(app, caller, index) : caller;
    targets.push({
      ...(await subscribe(app, owner, dialect, index)),
      share: index === 0 ? 1 : Math.min(1, (OTHERS_FANOUT * weight) / sum),
      failureRate: index === 0 ? BUSIEST_FAILURE_RATE : FAILURE_RATE,
    });
  }
  return targets;
}

async function asPartner(app: INestApplicationContext, caller: Caller, index: number): Promise<Caller> {
  const fields = {
    name: `Partner ${index}`,
    eventTypes: null,
    sourceIds: null,
    filter: null,
    status: 'active' as const,
  };
  const { id } = await app.get(PartnersService).create(caller, fields);
  return { ...caller, partnerId: id };
}

async function subscribe(app: INestApplicationContext, caller: Caller, dialectName: string, index: number) {
  const dialect = app.get(DialectCatalog).get(dialectName);
  const names = Object.fromEntries(
    kinds().flatMap(({ type }) => {
      const [name] = dialect.name === 'standard' ? [type] : namesOf(app, dialect.name, type);
      return name === undefined ? [] : [[type, name] as const];
    }),
  );
  // Nobody listens there: what a hub sends to them while this history is in its database comes back at once.
  const url = `http://127.0.0.1:9/filled/${index}`;
  const events = [dialect.name === 'resthooks' ? (Object.values(names)[0] ?? '') : '*'];
  const input = { url, events, name: `Filled ${index}`, description: null, auth: null, headers: null };
  const { subscription } = await app
    .get(SubscriptionsService)
    .create(caller, dialect.name, { ...input, timeoutMs: null, includeFiles: false });
  const { id, accountId, partnerId } = subscription;
  return { id, accountId, partnerId, dialect: dialect.name, url, names };
}

function namesOf(app: INestApplicationContext, dialect: string, type: string): readonly string[] {
  return app.get(DialectCatalog).namesOfType(type)[dialect] ?? [];
}

function kinds(): EventKind[] {
  const weights = TYPES.map((_, index) => 0.7 ** index);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const frequent = TYPES.map((type, index) => ({ type, share: ((1 - RARE_SHARE) * (weights[index] ?? 0)) / sum }));
  return [...frequent, { type: RARE_TYPE, share: RARE_SHARE }];
}

function unique(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}
