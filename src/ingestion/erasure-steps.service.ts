import { Injectable } from '@nestjs/common';
import type { InboundEvent } from '../ats/inbound.js';
import { Clock } from '../common/clock.js';
import { mentions } from '../common/mentions.js';
import type { Transaction } from '../common/transaction.js';
import { EventBus } from '../event-bus/event-bus.js';
import type { Erased } from '../event-bus/internal-events.js';
import { SecretBox } from '../signing/secret-box.js';
import { referencesOf } from './acceptance.js';
import { ErasedSubjects } from './erased-subjects.service.js';
import { ErasureNotices } from './erasure-notices.service.js';
import {
  blankEvents,
  blankRequests,
  deleteReferences,
  deleteStates,
  dropFetches,
  findNaming,
  lockContents,
  nextRequests,
  renameKeys,
} from './erasure-statements.js';
import {
  blankEvent,
  type ErasureTarget,
  isCovered,
  isOfCandidate,
  namesOfCandidate,
  openTargets,
  personsIn,
  sealTargets,
  withOthers,
} from './erasure-target.js';
import type { Erasure } from './erasure.entities.js';
import { entityKeyOf } from './inbound-draft.js';
import type { ThinEvents } from './pending-fetches.service.js';
import { toCanonicalEvent } from './stored-event.js';

const EVENTS_PER_STEP = 100;
const REQUESTS_PER_STEP = 200;

/** What each step of an erasure blanks, and what it tells the other modules to. Steps find what earlier ones left. */
@Injectable()
export class ErasureSteps {
  constructor(
    private readonly subjects: ErasedSubjects,
    private readonly notices: ErasureNotices,
    private readonly bus: EventBus,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** Answers what becomes of the erasure's row. */
  async take(erasure: Erasure, transaction: Transaction): Promise<Partial<Erasure>> {
    const targets = openTargets(this.box, erasure);
    switch (erasure.stage) {
      case 'events':
        return this.blankEvents(erasure, targets, transaction);
      case 'requests':
        return this.blankRequests(erasure, targets, transaction);
      case 'rest':
        return this.finish(erasure, targets, transaction);
    }
  }

  private async blankEvents(
    erasure: Erasure,
    targets: readonly ErasureTarget[],
    transaction: Transaction,
  ): Promise<Partial<Erasure>> {
    const { accountId } = erasure;
    const ids = await findNaming(accountId, targets, EVENTS_PER_STEP, transaction);
    if (ids.length === 0) {
      const dropped = await this.dropFetches(erasure, targets, transaction);
      return { stage: 'requests', inboundRequests: erasure.inboundRequests + dropped };
    }
    const events = (await lockContents(ids, transaction)).map((row) => {
      return { ...row, event: toCanonicalEvent(row.content, null) };
    });
    const found = events.flatMap(({ event, sourceId }) =>
      isOfCandidate(erasure) ? namesOfCandidate(event, sourceId) : [],
    );
    const known = withOthers(targets, found);
    // From here on no new event can hide behind a name that is not known yet.
    if (known.length > targets.length)
      await this.subjects.register(accountId, known.slice(targets.length), transaction);
    const blank = events.map(({ id, event }) => ({ id, blank: JSON.stringify(blankEvent(event)) }));
    await blankEvents(blank, this.clock.sqlNow, transaction);
    const named = events.flatMap(({ id: eventId, event }) => referencesOf(event).map((one) => ({ ...one, eventId })));
    const gone = ids.filter((id) => !events.some((event) => event.id === id));
    const stale = gone.flatMap((eventId) => targets.map((target) => ({ ...target, eventId })));
    await deleteReferences(accountId, [...named, ...stale], transaction);
    const requestIds = events.flatMap(({ requestId }) => requestId ?? []);
    const blankedRequests = await blankRequests(requestIds, transaction);
    const publicIds = events.map(({ event }) => event.id);
    await renameKeys(accountId, publicIds, (text) => this.subjects.standIn(text), transaction);
    const erased = nothingErased();
    await this.bus.publish('EventsErased', { eventIds: idsOf(events), erased }, transaction);
    return {
      targets: sealTargets(this.box, erasure.id, known),
      events: erasure.events + events.length,
      inboundRequests: erasure.inboundRequests + blankedRequests,
      attempts: erasure.attempts + erased.attempts,
      cancelledDeliveries: erasure.cancelledDeliveries + erased.cancelledDeliveries,
      subscriptionIds: [...new Set([...erasure.subscriptionIds, ...erased.recipients])],
      settlesAt: later(erasure.settlesAt, erased.leasedUntil),
    };
  }

  /** What is being fetched at the moment arrives as anything that is late. */
  private async dropFetches(
    { accountId }: Erasure,
    targets: readonly ErasureTarget[],
    transaction: Transaction,
  ): Promise<number> {
    const rows = await transaction.query<{ request_id: string; source_id: string; events: ThinEvents }>(
      `SELECT request_id, source_id, events FROM pending_fetches WHERE account_id = $1 ORDER BY request_id FOR UPDATE`,
      [accountId],
    );
    const names = (event: InboundEvent, sourceId: string) =>
      personsIn(event).some((name) => isCovered(targets, name, sourceId));
    const theirs = rows.filter((row) => row.events.events.some((event) => names(event, row.source_id)));
    const ids = theirs.map((row) => row.request_id);
    await dropFetches(ids, transaction);
    return blankRequests(ids, transaction);
  }

  /** The calls that told again of an event which is blank now, and of those that told of none whichever hold a name. */
  private async blankRequests(
    erasure: Erasure,
    targets: readonly ErasureTarget[],
    transaction: Transaction,
  ): Promise<Partial<Erasure>> {
    const { accountId, sourceId, positionSourceId, position } = erasure;
    const after = { sourceId: positionSourceId, id: position };
    const requests = await nextRequests(accountId, sourceId, after, REQUESTS_PER_STEP, transaction);
    const last = requests.at(-1);
    // What a worker had claimed before may still be on its way; the receivers are told afterwards.
    if (!last) return { stage: 'rest', nextStepAt: later(erasure.nextStepAt, erasure.settlesAt) };
    const theirs = requests.filter((request) => {
      if (request.broughtErased || request.text === null) return request.broughtErased;
      const known = targets.filter((target) => target.sourceId === undefined || target.sourceId === request.sourceId);
      return mentions(request.text.toString('utf8'), idsOf(known));
    });
    const blanked = await blankRequests(idsOf(theirs), transaction);
    return {
      inboundRequests: erasure.inboundRequests + blanked,
      positionSourceId: last.sourceId,
      position: last.id,
    };
  }

  private async finish(
    erasure: Erasure,
    targets: readonly ErasureTarget[],
    transaction: Transaction,
  ): Promise<Partial<Erasure>> {
    const { accountId } = erasure;
    await deleteStates(accountId, targets.map(entityKeyOf), transaction);
    const erased = nothingErased();
    await this.bus.publish('SubjectErased', { accountId, ids: idsOf(targets), erased }, transaction);
    const anonymizedEventId = await this.notices.send(erasure, targets, transaction);
    return {
      status: 'done',
      targets: null,
      auditEntries: erased.auditEntries,
      anonymizedEventId,
      finishedAt: this.clock.now(),
    };
  }
}

function nothingErased(): Erased {
  return { attempts: 0, cancelledDeliveries: 0, auditEntries: 0, recipients: new Set(), leasedUntil: null };
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return [...new Set(rows.map(({ id }) => id))];
}

function later(left: Date, right: Date | null): Date {
  return right !== null && right > left ? right : left;
}
