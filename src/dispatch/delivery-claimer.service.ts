import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Transactions } from '../database/transactions.service.js';
import { EventReader } from '../ingestion/event-reader.service.js';
import { DeliverySender, type ReadyDelivery } from './delivery-sender.service.js';
import { DeliveryPacer, type Paced } from './delivery-pacer.service.js';
import { DeliveryRecorder } from './delivery-recorder.service.js';
import {
  claimByIds,
  claimNext,
  type ClaimedDelivery,
  parkUnsendable,
  releaseClaims,
  SEND_WITHIN_MS,
} from './claim-statements.js';
import type { Wanted } from './refills.js';
import { SubscriptionTargets } from './subscription-targets.service.js';

const NOTHING: Paced = { ready: [], limits: [] };

/** Claims deliveries and loads, per batch, what sending them needs. */
@Injectable()
export class DeliveryClaimer {
  private readonly timeoutsByDialect: string;

  constructor(
    private readonly transactions: Transactions,
    private readonly events: EventReader,
    private readonly targets: SubscriptionTargets,
    private readonly sender: DeliverySender,
    private readonly pacer: DeliveryPacer,
    private readonly recorder: DeliveryRecorder,
    private readonly clock: Clock,
  ) {
    this.timeoutsByDialect = JSON.stringify(sender.timeoutsByDialect());
  }

  async claimByIds(ids: readonly string[]): Promise<Paced> {
    if (ids.length === 0) return NOTHING;
    const claimedAt = performance.now();
    const claims = await claimByIds(ids, this.timeoutsByDialect, this.clock.sqlNow, this.transactions);
    return this.prepare(claims, claimedAt);
  }

  /** Of each subscription the next ones that are due; with how many there were, though some of them may not be sent. */
  async claimNext(wanted: readonly Wanted[]): Promise<Paced & { readonly claimed: ReadonlyMap<string, number> }> {
    if (wanted.length === 0) return { ...NOTHING, claimed: new Map() };
    const claimedAt = performance.now();
    const claims = await claimNext(wanted, this.timeoutsByDialect, this.clock.sqlNow, this.transactions);
    const claimed = new Map<string, number>();
    for (const { subscriptionId } of claims) claimed.set(subscriptionId, (claimed.get(subscriptionId) ?? 0) + 1);
    return { ...(await this.prepare(claims, claimedAt)), claimed };
  }

  /** Gives deliveries back, due at once. `sent`: their calls are under way. */
  async release(deliveries: readonly ReadyDelivery[], how: { readonly sent: boolean }): Promise<void> {
    if (deliveries.length === 0) return;
    await releaseClaims(
      deliveries.map(({ claim }) => claim),
      how,
      this.clock.sqlNow,
      this.transactions,
    );
  }

  private async prepare(claims: readonly ClaimedDelivery[], claimedAt: number): Promise<Paced> {
    const sendable = claims.filter((claim) => claim.sendable);
    const versions = new Map(sendable.map((claim) => [claim.subscriptionId, claim.subscriptionVersion]));
    const targets = await this.targets.load(versions);
    const events = await this.events.load(sendable.map((claim) => claim.eventId));
    const ready: ReadyDelivery[] = [];
    const unsendable = claims.filter((claim) => !claim.sendable);
    const eventless: ClaimedDelivery[] = [];
    for (const claim of sendable) {
      const target = targets.get(claim.subscriptionId);
      const event = events.get(claim.eventId);
      const sendBefore = claimedAt + SEND_WITHIN_MS;
      if (target && event) {
        const message = this.sender.prepare(event, claim.eventName, target);
        ready.push({ claim, target, message, sendAfter: 0, sendBefore, handedOverBytes: null });
      } else if (target) eventless.push(claim);
      else unsendable.push(claim);
    }
    // Retention has dropped what they would send, between the event's day and theirs.
    if (eventless.length > 0) await this.recorder.giveUp(eventless, 'its event is no longer kept');
    if (unsendable.length > 0) {
      await this.transactions.run((transaction) => parkUnsendable(unsendable, this.clock.sqlNow, transaction));
    }
    return this.pacer.pace(ready);
  }
}
