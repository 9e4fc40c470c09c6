import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { groupBy } from '../common/collections.js';
import { publicId } from '../common/ids.js';
import type { JsonObject } from '../common/json.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { AttemptMade, SubscriptionChanged } from '../event-bus/internal-events.js';
import { Subscription } from '../subscriptions/subscription.entity.js';
import type { EventDraft } from './event-draft.js';
import { IngestionService } from './ingestion.service.js';

const TOLD_STATUSES: ReadonlySet<string> = new Set(['suspended', 'disabled', 'deactivated']);
const SOURCE: CanonicalEvent['source'] = { dialect: 'standard', source_id: null, event_id: null, type: null };

/**
 * Turns what befalls an account's deliveries into events of their own, `hub.…`, in the very transaction in which it
 * happens: whoever subscribes to them is told, as safely as of anything else.
 */
@Injectable()
export class HubEvents implements OnModuleInit {
  constructor(
    private readonly bus: EventBus,
    private readonly ingestion: IngestionService,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe('SubscriptionChanged', (change, transaction) => this.tellOfStatus(change, transaction));
    this.bus.subscribe('AttemptsMade', ({ attempts }, transaction) => this.tellOfExhausted(attempts, transaction));
  }

  private async tellOfStatus(changed: SubscriptionChanged, transaction: Transaction): Promise<void> {
    const { accountId, subscriptionId, change, status, previousStatus } = changed;
    if (change !== 'status' || status === previousStatus || !TOLD_STATUSES.has(status)) return;
    const row = await transaction.manager.findOneByOrFail(Subscription, { id: subscriptionId });
    const subscription = {
      id: publicId('subscription', row.id),
      partner_id: row.partnerId && publicId('partner', row.partnerId),
      name: row.name,
      dialect: row.dialect,
      url: row.url,
      status: row.status,
      status_reason: row.statusReason,
      status_changed_at: row.statusChangedAt.toISOString(),
    };
    const draft = draftOf(`hub.subscription_${status}`, 'subscription', subscription);
    await this.ingestion.acceptWithin(new Map([[accountId, [draft]]]), transaction);
  }

  private async tellOfExhausted(attempts: readonly AttemptMade[], transaction: Transaction): Promise<void> {
    const drafts = new Map<string, EventDraft[]>();
    for (const [accountId, exhausted] of groupBy(attempts.filter(isTold), (attempt) => attempt.accountId)) {
      drafts.set(accountId, exhausted.map(draftOfExhausted));
    }
    await this.ingestion.acceptWithin(drafts, transaction);
  }
}

/** Not of the hub's own events: a receiver that is told of its own failures would never hear the end of it. */
function isTold({ kind, outcome, counts, eventType }: AttemptMade): boolean {
  return kind === 'delivery' && outcome === 'failed' && counts && eventType?.startsWith('hub.') === false;
}

function draftOfExhausted(attempt: AttemptMade): EventDraft {
  const delivery = {
    id: attempt.deliveryId && publicId('delivery', attempt.deliveryId),
    subscription_id: publicId('subscription', attempt.subscriptionId),
    partner_id: attempt.partnerId && publicId('partner', attempt.partnerId),
    event_id: attempt.eventId && publicId('event', attempt.eventId),
    event_type: attempt.eventType,
    status: 'failed',
    attempts: attempt.number,
    last_response_status: attempt.responseStatus,
    last_error: attempt.errorMessage,
    failed_at: new Date(attempt.startedAt.getTime() + attempt.durationMs).toISOString(),
  };
  return draftOf('hub.delivery_exhausted', 'delivery', delivery);
}

type Fields = Readonly<Record<string, string | number | null>>;

function draftOf(type: string, entity: string, fields: Fields & { readonly id: string | null }): EventDraft {
  return {
    type,
    occurredAt: null,
    source: SOURCE,
    subject: fields.id === null ? null : { entity, id: fields.id },
    actor: null,
    data: { [entity]: present(fields) },
    extensions: {},
    test: false,
    hops: 0,
    received: null,
    warnings: [],
    identity: null,
  };
}

/** Absent rather than null, as the schemas have it. */
function present(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
