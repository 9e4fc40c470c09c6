import { Injectable } from '@nestjs/common';
import type { AcceptedEvent } from '../event-bus/internal-events.js';
import { LEASE_MARGIN_MS, SEND_WITHIN_MS } from './claim-statements.js';
import { DeliverySender, type ReadyDelivery } from './delivery-sender.service.js';
import { FIRST_LEASE_TOKEN, type PlannedDelivery } from './delivery-statements.js';
import { DeliveryWorker } from './delivery-worker.service.js';
import type { Reservation } from './held-deliveries.js';
import { SubscriptionTargets } from './subscription-targets.service.js';

/** A delivery that its planner leases to this process's worker. */
export interface Handover {
  readonly delivery: ReadyDelivery;
  readonly reservation: Reservation;
  readonly leaseMs: number;
}

/**
 * Gives deliveries of events that this process has just accepted straight to its own worker. They are written with their
 * first lease, so that they need neither a job nor a claim, nor their event read again. Where there is no room, or the
 * queue has other consumers, everything takes the usual way.
 */
@Injectable()
export class DeliveryHandover {
  constructor(
    private readonly worker: DeliveryWorker,
    private readonly sender: DeliverySender,
    private readonly targets: SubscriptionTargets,
  ) {}

  /** `null`: by way of the queue. Either `handOver` or `cancel` follows. */
  reserve(planned: PlannedDelivery, { event, content }: AcceptedEvent, subscriptionVersion: number): Handover | null {
    if (planned.eventName === null || planned.skipReason !== null || planned.notBefore !== null) return null;
    const target = this.targets.known(planned.subscriptionId, subscriptionVersion);
    // Where there is a rate limit, the claim gives out the moments to call at.
    if (!target || target.rateLimit !== null) return null;
    const reservation = this.worker.reserve(planned.subscriptionId, content.length);
    if (!reservation) return null;
    const leaseMs = this.sender.timeoutMs(target) + LEASE_MARGIN_MS;
    const { id, accountId, eventId, subscriptionId, eventType, eventName } = planned;
    const claim = {
      id,
      accountId,
      eventId,
      subscriptionId,
      eventType,
      eventName,
      attempts: 0,
      scheduleFrom: 0,
      leaseToken: FIRST_LEASE_TOKEN,
      leaseMs,
      subscriptionVersion,
      sendable: true,
      maybeSent: false,
      probe: false,
    };
    const message = this.sender.prepare(event, eventName, target);
    const sendBefore = performance.now() + SEND_WITHIN_MS;
    return {
      delivery: { claim, message, target, sendAfter: 0, sendBefore, handedOverBytes: content.length },
      reservation,
      leaseMs,
    };
  }

  handOver(handovers: readonly Handover[]): void {
    if (handovers.length > 0) this.worker.handOver(handovers);
  }

  cancel(handovers: readonly Handover[]): void {
    for (const { reservation } of handovers) this.worker.cancel(reservation);
  }
}
