import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Partner } from '../accounts/account.entities.js';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { DialectCatalog } from '../ats/dialect-catalog.service.js';
import type { Dialect } from '../ats/dialect.js';
import {
  compilePatterns,
  isOfHub,
  matchPatterns,
  type PatternMatch,
  type SubscriptionPatterns,
} from '../ats/subscription-patterns.js';
import { type CompiledFilter, parseFilter } from '../common/filter.js';
import { publicId } from '../common/ids.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../common/json.js';
import type { Transaction } from '../common/transaction.js';
import type { AcceptedEvent, SubscriptionStatus } from '../event-bus/internal-events.js';
import { Subscription } from './subscription.entity.js';

/** What one subscription gets of one event. */
export interface Match {
  readonly subscriptionId: string;
  /** The version of the subscription that was matched. */
  readonly subscriptionVersion: number;
  readonly partnerId: string | null;
  /** `null`: the dialect has no name for it. */
  readonly eventName: string | null;
  /** `null`: it is to be delivered. */
  readonly skipReason: string | null;
  /** While suspended: not before the suspension ends. */
  readonly notBefore: Date | null;
}

interface Matchable {
  readonly id: string;
  readonly version: number;
  readonly dialect: Dialect;
  readonly patterns: SubscriptionPatterns;
  readonly status: SubscriptionStatus;
  readonly statusReason: string | null;
  readonly suspendedUntil: Date | null;
  readonly filter: CompiledFilter | null;
  readonly partner: Partner | null;
  readonly partnerFilter: CompiledFilter | null;
}

interface CachedAccount {
  readonly version: number;
  readonly subscriptions: readonly Matchable[];
}

const MAX_CACHED_ACCOUNTS = 5_000;
const FILTERED = "not let through by the subscription's filter";

/**
 * Finds who gets an event. The subscriptions of an account are kept in memory and reloaded when the account's
 * `subscriptions_version`, read in the accepting transaction, has moved: no process ever matches against old ones.
 */
@Injectable()
export class SubscriptionMatcher {
  private readonly accounts = new Map<string, CachedAccount>();

  constructor(private readonly dialects: DialectCatalog) {}

  /** The matches of each event, in the order of the events. */
  async match(events: readonly AcceptedEvent[], transaction: Transaction): Promise<Match[][]> {
    const accountIds = [...new Set(events.map((event) => event.accountId))];
    const subscriptions = await this.current(accountIds, transaction);
    return events.map((accepted) => {
      const matches: Match[] = [];
      for (const subscription of subscriptions.get(accepted.accountId) ?? []) {
        const match = matchOne(subscription, accepted);
        if (match) matches.push(match);
      }
      return matches;
    });
  }

  /** Why a subscription, as it is now, would not get an event; `null`: it would. Reads anew: for people who ask. */
  async whyNot(row: Subscription, accepted: AcceptedEvent, transaction: Transaction): Promise<string | null> {
    const partner = row.partnerId && (await transaction.manager.findOneBy(Partner, { id: row.partnerId }));
    const matchable = this.matchable(row, new Map(partner ? [[partner.id, partner]] : []));
    return matchable ? whyNot(matchable, accepted) : `this hub does not speak ${row.dialect}`;
  }

  private async current(
    accountIds: readonly string[],
    transaction: Transaction,
  ): Promise<Map<string, readonly Matchable[]>> {
    const versions = await transaction.query<{ id: string; subscriptions_version: number }>(
      `SELECT id, subscriptions_version FROM accounts WHERE id = ANY($1)`,
      [accountIds],
    );
    const found = new Map<string, readonly Matchable[]>();
    const stale: typeof versions = [];
    for (const row of versions) {
      const cached = this.accounts.get(row.id);
      if (cached?.version === row.subscriptions_version) found.set(row.id, cached.subscriptions);
      else stale.push(row);
    }
    if (stale.length > 0) await this.reload(stale, found, transaction);
    return found;
  }

  /** Also into `found`, which is this group's own: another group may empty the cache at any time. */
  private async reload(
    accounts: readonly { id: string; subscriptions_version: number }[],
    found: Map<string, readonly Matchable[]>,
    transaction: Transaction,
  ): Promise<void> {
    const accountId = In(accounts.map((account) => account.id));
    const rows = await transaction.manager.find(Subscription, {
      where: { accountId, deletedAt: IsNull() },
      order: { id: 'ASC' },
    });
    const partners = await transaction.manager.find(Partner, { where: { accountId } });
    const partnersById = new Map(partners.map((partner) => [partner.id, partner]));
    for (const account of accounts) {
      const subscriptions = rows
        .filter((row) => row.accountId === account.id)
        .map((row) => this.matchable(row, partnersById))
        .filter((row) => row !== null);
      // What was read may have been changed in this very transaction, and may never come to be.
      transaction.afterCommit(() => this.keep(account.id, { version: account.subscriptions_version, subscriptions }));
      found.set(account.id, subscriptions);
    }
  }

  private keep(accountId: string, account: CachedAccount): void {
    if (this.accounts.size >= MAX_CACHED_ACCOUNTS) this.accounts.clear();
    this.accounts.set(accountId, account);
  }

  /** `null` for rows that this build of the hub cannot read, e.g. of a dialect it no longer has. */
  private matchable(row: Subscription, partners: ReadonlyMap<string, Partner>): Matchable | null {
    const dialect = this.dialects.find(row.dialect);
    if (!dialect) return null;
    const partner = row.partnerId === null ? null : (partners.get(row.partnerId) ?? null);
    return {
      id: row.id,
      version: row.version,
      dialect,
      patterns: compilePatterns(row.events),
      status: row.status,
      statusReason: row.statusReason,
      suspendedUntil: row.suspendedUntil,
      filter: compiled(row.filter),
      partner,
      partnerFilter: compiled(partner?.filter),
    };
  }
}

function matchOne(subscription: Matchable, accepted: AcceptedEvent): Match | null {
  const { id: subscriptionId, dialect, status, filter } = subscription;
  const { event, onlyTo } = accepted;
  const named = onlyTo ? addressed(subscription, event, onlyTo) : askedFor(subscription, accepted);
  if (named === null) return null;
  const match = {
    subscriptionId,
    subscriptionVersion: subscription.version,
    partnerId: subscription.partner?.id ?? null,
    eventName: null,
    skipReason: null,
    notBefore: null,
  };
  if (!onlyTo && filter && !filter.matches(event)) return { ...match, skipReason: FILTERED };
  if (named === 'not_expressible') return { ...match, skipReason: `not expressible in ${dialect.name}` };
  const { eventName } = named;
  if (status === 'disabled' || status === 'deactivated') {
    const why = subscription.statusReason ? `: ${subscription.statusReason}` : '';
    return { ...match, eventName, skipReason: `the subscription is ${status}${why}` };
  }
  return { ...match, eventName, notBefore: status === 'suspended' ? subscription.suspendedUntil : null };
}

function askedFor(subscription: Matchable, accepted: AcceptedEvent): PatternMatch {
  const { partner, partnerFilter, dialect, patterns } = subscription;
  const { event } = accepted;
  // A partner sees what was skipped: of what the account keeps from it, nothing may tell.
  if (partner && !mayReceive(partner, accepted)) return null;
  if (partnerFilter && !isOfHub(event) && !partnerFilter.matches(event)) return null;
  return matchPatterns(dialect, patterns, event);
}

/** Whatever it asks for: only whether its dialect has a name for it counts. */
function addressed(
  { id, dialect, patterns }: Matchable,
  event: CanonicalEvent,
  onlyTo: readonly string[],
): PatternMatch {
  if (!onlyTo.includes(id)) return null;
  const eventName = patterns.tiedNames.get(event.type) ?? dialect.nameOf(event);
  return eventName === null ? 'not_expressible' : { eventName };
}

function whyNot(subscription: Matchable, accepted: AcceptedEvent): string | null {
  const { partner, partnerFilter, patterns, dialect } = subscription;
  const { event } = accepted;
  if (partner && !mayReceive(partner, accepted)) {
    return 'the account does not let its partner have events of this type, or from this source';
  }
  if (partnerFilter && !isOfHub(event) && !partnerFilter.matches(event)) {
    return "not let through by its partner's filter";
  }
  if (matchPatterns(dialect, patterns, event) !== null) return matchOne(subscription, accepted)?.skipReason ?? null;
  const name = dialect.nameOf(event);
  if (name === null) return `not expressible in ${dialect.name}`;
  const called = name === event.type ? name : `${name} (${event.type})`;
  return `it does not ask for ${called}, but for ${patterns.texts.join(', ')}`;
}

function compiled(filter: object | null | undefined): CompiledFilter | null {
  const parsed = filter ? parseFilter(filter) : null;
  // One that an older hub accepted and this one cannot read lets nothing through.
  return Array.isArray(parsed) ? { source: {}, matches: () => false } : parsed;
}

/** Whether the account lets a partner have an event at all. Of what happens to deliveries, a partner is told about its own. */
export function mayReceive(partner: Partner, { event, sourceId }: Pick<AcceptedEvent, 'event' | 'sourceId'>): boolean {
  if (isOfHub(event)) return partnerIdOf(event.data) === publicId('partner', partner.id);
  if (partner.sourceIds && (sourceId === null || !partner.sourceIds.includes(sourceId))) return false;
  if (!partner.eventTypes) return true;
  const entity = event.type.slice(0, event.type.indexOf('.'));
  return partner.eventTypes.some((type) => type === '*' || type === event.type || type === `${entity}.*`);
}

/** Whose subscription an event of the hub's own is about. */
function partnerIdOf({ subscription, delivery }: JsonObject): JsonValue | undefined {
  const about = subscription ?? delivery;
  return isJsonObject(about) ? about.partner_id : undefined;
}
