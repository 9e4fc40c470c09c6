import { Injectable } from '@nestjs/common';
import type { CanonicalEvent } from '../ats/canonical-event.js';
import { Clock } from '../common/clock.js';
import { newUuid, publicId } from '../common/ids.js';
import type { JsonObject } from '../common/json.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import { SecretBox } from '../signing/secret-box.js';
import { blankEvent, type ErasureTarget, isOfCandidate } from './erasure-target.js';
import type { Erasure } from './erasure.entities.js';
import { insertEvents } from './event-statements.js';
import { sealEvent } from './stored-event.js';

/**
 * Tells receivers that a candidate they know of was erased. Whom, they alone are told: in the database the event is blank
 * from the start, and what it says is encrypted.
 */
@Injectable()
export class ErasureNotices {
  constructor(
    private readonly bus: EventBus,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** Answers the event's UUID; `null`: there is nobody to tell, or the person is no candidate. */
  async send(erasure: Erasure, targets: readonly ErasureTarget[], transaction: Transaction): Promise<string | null> {
    const { accountId, sourceId, subscriptionIds: onlyTo } = erasure;
    if (!isOfCandidate(erasure) || onlyTo.length === 0) return null;
    const id = newUuid();
    const now = this.clock.now();
    const { subject, data } = aboutCandidate(erasure.entity, targets);
    const event: CanonicalEvent = {
      id: publicId('event', id),
      type: 'candidate.anonymized',
      occurred_at: now.toISOString(),
      source: {
        dialect: 'standard',
        source_id: sourceId && publicId('source', sourceId),
        event_id: null,
        type: null,
      },
      subject,
      actor: null,
      data,
      extensions: {},
      test: false,
      confidential: true,
    };
    const accepted = { id, accountId, sourceId, event, content: toBytes(event), deliveries: 0, handedOver: 0, onlyTo };
    await this.bus.publish('EventsAccepted', { events: [accepted] }, transaction);
    const row = {
      id,
      accountId,
      sourceId,
      type: event.type,
      occurredAt: now,
      receivedAt: now,
      subject: null,
      test: false,
      content: toBytes(blankEvent(event)),
      received: null,
      warnings: [],
      entities: [],
      requestId: null,
      erasedAt: now,
      sealed: sealEvent(this.box, id, event),
    };
    insertEvents([row], transaction);
    return id;
  }
}

/** By the candidate's own id, where one is known, and by what was asked for. */
function aboutCandidate(
  entity: string,
  targets: readonly ErasureTarget[],
): { readonly subject: CanonicalEvent['subject']; readonly data: JsonObject } {
  const candidateIds = new Set(targets.filter((target) => target.entity === 'candidate').map(({ id }) => id));
  const [candidateId] = candidateIds.size === 1 ? candidateIds : [];
  const candidate = candidateId === undefined ? null : { entity: 'candidate', id: candidateId };
  const [asked] = targets;
  const data: JsonObject = { candidate: candidate ? { id: candidate.id } : {} };
  if (asked && entity !== 'candidate') data[entity] = { id: asked.id };
  return { subject: candidate ?? (asked ? { entity: asked.entity, id: asked.id } : null), data };
}

function toBytes(event: CanonicalEvent): Buffer {
  return Buffer.from(JSON.stringify(event), 'utf8');
}
