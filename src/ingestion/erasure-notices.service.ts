import { Injectable } from '@nestjs/common';
import type { CanonicalEvent, EntityReference } from '../ats/canonical-event.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SecretBox } from '../signing/secret-box.js';
import type { Subscription } from '../subscriptions/subscription.entity.js';
import { blankEvent } from './blank-event.js';
import { insertEvents } from './event-statements.js';
import { markErased } from './erasure-statements.js';
import { sealEvent } from './stored-event.js';

const TYPES: Readonly<Record<string, string>> = { candidate: 'candidate.anonymized' };

/**
 * Tells receivers that somebody they know of was forgotten. Whom, they alone are told: in the database the event is blank
 * from the start, and what it says is encrypted.
 */
@Injectable()
export class ErasureNotices {
  constructor(
    private readonly bus: EventBus,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** Answers the event's UUID; `null`: there is nobody to tell, or no such event. */
  async send(
    accountId: string,
    subject: EntityReference,
    recipients: readonly Subscription[],
    transaction: Transaction,
  ): Promise<string | null> {
    const type = TYPES[subject.entity];
    const onlyTo = recipients.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id);
    if (type === undefined || onlyTo.length === 0) return null;
    const id = newUuid();
    const now = this.clock.now();
    const event: CanonicalEvent = {
      id: publicId('event', id),
      type,
      occurred_at: now.toISOString(),
      source: { dialect: 'standard', source_id: null, event_id: null, type: null },
      subject,
      actor: null,
      data: { [subject.entity]: { id: subject.id } },
      extensions: {},
      test: false,
      confidential: true,
    };
    await this.bus.publish(
      'EventsAccepted',
      { events: [{ id, accountId, sourceId: null, event, deliveries: 0, onlyTo }] },
      transaction,
    );
    const row = {
      id,
      accountId,
      sourceId: null,
      type,
      occurredAt: now,
      receivedAt: now,
      subject: null,
      test: false,
      content: Buffer.from(JSON.stringify(blankEvent(event)), 'utf8'),
      received: null,
      warnings: [],
      entities: [],
    };
    await insertEvents([row], transaction);
    await markErased([id], this.clock.sqlNow, transaction);
    await transaction.query(`UPDATE events SET sealed = $2 WHERE id = $1`, [id, sealEvent(this.box, id, event)]);
    return id;
  }
}
