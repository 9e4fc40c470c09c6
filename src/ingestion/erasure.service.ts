import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type Caller, changedBy } from '../accounts/caller.js';
import type { EntityReference } from '../ats/canonical-event.js';
import { Clock } from '../common/clock.js';
import { mentions } from '../common/mentions.js';
import { publicId } from '../common/ids.js';
import type { Transaction } from '../common/transaction.js';
import { Transactions } from '../database/transactions.service.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { Erased } from '../event-bus/internal-events.js';
import { referencesOf } from './acceptance.js';
import { Subscription } from '../subscriptions/subscription.entity.js';
import { ErasedSubjects } from './erased-subjects.service.js';
import { ErasureHasher } from './erasure-hasher.js';
import { ErasureNotices } from './erasure-notices.service.js';
import { type ErasureScope, findScope, isInScope } from './erasure-scope.js';
import {
  blankEvents,
  blankRequests,
  deleteReferences,
  deleteStates,
  dropFetches,
  renameKeys,
} from './erasure-statements.js';
import { entityKeyOf } from './inbound-draft.js';
import type { ThinEvents } from './pending-fetches.service.js';

/** What an erasure came to. */
export interface Erasure {
  readonly events: number;
  readonly attempts: number;
  readonly inboundRequests: number;
  readonly cancelledDeliveries: number;
  /** Those whose receivers were told something, deleted ones included. */
  readonly recipients: readonly Subscription[];
  /** By UUID; `null`: there was nobody to tell. */
  readonly anonymizedEventId: string | null;
}

/** Forgets somebody: blanks what is kept about them, tells the modules to do the same, and the receivers that were told. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly transactions: Transactions,
    private readonly subjects: ErasedSubjects,
    private readonly notices: ErasureNotices,
    private readonly bus: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Safe to repeat: what is erased already is not found again. */
  async erase(caller: Caller, subject: EntityReference): Promise<Erasure> {
    const { accountId } = caller;
    const hasher = await this.subjects.register(accountId, [subject]);
    // From here on no new event can name an application of theirs that is not found now.
    const { applications } = await findScope(accountId, subject, this.transactions);
    if (applications.length > 0) await this.subjects.register(accountId, applications);
    return this.transactions.run(async (transaction) => {
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('hub:erasing'), hashtext($1))`, [accountId]);
      const scope = await findScope(accountId, subject, transaction);
      const inboundRequests = await this.blankOwn(accountId, subject, scope, hasher, transaction);
      const erased: Erased = { attempts: 0, cancelledDeliveries: 0, recipients: new Set() };
      await this.bus.publish('EventsErased', { eventIds: scope.events.map(({ id }) => id), erased }, transaction);
      await this.bus.publish('SubjectErased', { accountId, ...subject }, transaction);
      const recipients = await transaction.manager.findBy(Subscription, { id: In([...erased.recipients]) });
      const anonymizedEventId = await this.notices.send(accountId, subject, recipients, transaction);
      const erasure = {
        events: scope.events.length,
        attempts: erased.attempts,
        inboundRequests,
        cancelledDeliveries: erased.cancelledDeliveries,
        recipients,
        anonymizedEventId,
      };
      await this.audit(caller, subject, hasher, erasure, transaction);
      return erasure;
    });
  }

  /** In ingestion's own tables. Answers how many inbound requests were blanked. */
  private async blankOwn(
    accountId: string,
    subject: EntityReference,
    scope: ErasureScope,
    hasher: ErasureHasher,
    transaction: Transaction,
  ): Promise<number> {
    const { events } = scope;
    await blankEvents(events, this.clock.sqlNow, transaction);
    const references = events.flatMap(({ id: eventId, references }) => references.map((one) => ({ ...one, eventId })));
    await deleteReferences(accountId, references, transaction);
    const rename = (text: string) => hasher.text(text);
    await renameKeys(
      accountId,
      events.map((event) => event.publicId),
      rename,
      transaction,
    );
    const stateOwners = [subject, ...events.flatMap((event) => event.subject ?? [])];
    await deleteStates(accountId, stateOwners.map(entityKeyOf), transaction);
    const given = await this.dropFetches(accountId, subject, scope, transaction);
    const blanked = await blankRequests(
      accountId,
      events.map(({ id }) => id),
      subject.id,
      transaction,
    );
    return given + blanked;
  }

  /** What is being fetched at the moment arrives as anything that is late. */
  private async dropFetches(
    accountId: string,
    subject: EntityReference,
    scope: ErasureScope,
    transaction: Transaction,
  ): Promise<number> {
    const rows = await transaction.query<{ request_id: string; source_id: string; events: ThinEvents }>(
      `SELECT request_id, source_id, events FROM pending_fetches WHERE account_id = $1 ORDER BY request_id FOR UPDATE`,
      [accountId],
    );
    const theirs = rows.filter(
      ({ source_id: sourceId, events: thin }) =>
        thin.events.some((event) => isInScope(subject, scope, referencesOf(event), sourceId)) ||
        mentions(JSON.stringify(thin), subject.id),
    );
    await dropFetches(
      theirs.map((row) => row.request_id),
      transaction,
    );
    return theirs.length;
  }

  /** Shows that somebody was erased, and whom only to those who hold the key. */
  private async audit(
    caller: Caller,
    { entity, id }: EntityReference,
    hasher: ErasureHasher,
    erasure: Erasure,
    transaction: Transaction,
  ): Promise<void> {
    const change = {
      accountId: caller.accountId,
      by: changedBy(caller),
      action: 'subject.erased',
      targetKind: entity,
      targetId: hasher.subject({ entity, id }).toString('hex'),
      before: null,
      after: {
        events: erasure.events,
        attempts: erasure.attempts,
        inbound_requests: erasure.inboundRequests,
        cancelled_deliveries: erasure.cancelledDeliveries,
        subscription_ids: erasure.recipients.map((row) => publicId('subscription', row.id)),
        anonymized_event_id: erasure.anonymizedEventId && publicId('event', erasure.anonymizedEventId),
      },
    };
    await this.bus.publish('ChangesMade', { changes: [change] }, transaction);
  }
}
