import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { errorText } from '../common/error-text.js';
import { LOGGER } from '../common/logger.js';
import { HUB_CONFIG, type HubConfig } from '../config/config.js';
import { EventBus } from '../event-bus/event-bus.js';
import { DeliveryClaimer } from './delivery-claimer.service.js';
import type { Paced } from './delivery-pacer.service.js';
import { DeliveryRecorder } from './delivery-recorder.service.js';
import { DeliverySender, type ReadyDelivery, type SentDelivery } from './delivery-sender.service.js';
import type { DueDeliveries } from './delivery-statements.js';
import { findClosed } from './erasure-statements.js';
import { HeldDeliveries, type Reservation } from './held-deliveries.js';
import { LaneAlarms } from './lane-alarms.js';
import type { Lane } from './lanes.js';
import { OfferedJobs } from './offered-jobs.js';
import { Refills } from './refills.js';
import { SENDING_PER_CALL } from './sending-limits.js';

/** How long a stopping worker waits for calls in flight before it gives their deliveries back. */
const DRAIN_MS = 5_000;

/**
 * Sends what is due: claims in batches, calls receivers within their slots and the process's, and has the results
 * recorded. What does not fit is left in the table, where whoever finishes a call of that subscription finds it.
 */
@Injectable()
export class DeliveryWorker implements OnModuleInit {
  private readonly held: HeldDeliveries;
  private readonly alarms = new LaneAlarms((lane) => this.resume(lane));
  private readonly refills = new Refills();
  /** Being called, or waiting to be recorded. */
  private readonly sending = new Set<ReadyDelivery>();
  private calls = 0;
  private readonly offers = new OfferedJobs();
  private claimLoop: Promise<void> | null = null;
  private running = false;
  private takesHandovers = false;
  private stopping = false;
  private onIdle: (() => void) | null = null;

  constructor(
    private readonly claimer: DeliveryClaimer,
    private readonly sender: DeliverySender,
    private readonly recorder: DeliveryRecorder,
    private readonly bus: EventBus,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const isWanted = (lane: Lane) => this.alarms.has(lane) || this.refills.has(lane) || this.offers.has(lane);
    this.held = new HeldDeliveries(config.targetConcurrency, isWanted);
  }

  onModuleInit(): void {
    this.bus.subscribe('SubscriptionChanged', ({ subscriptionId }, transaction) => {
      // What this very transaction planned for it before, such as the hub's own events, is handed over ahead of the rest.
      this.held.refuseReserved(subscriptionId);
      // What is held for a subscription that has changed is claimed anew, if it is still owed.
      transaction.afterCommit(() => void this.startOver(subscriptionId));
    });
    this.bus.subscribe('EventsErased', ({ eventIds }, transaction) => {
      const erased = new Set(eventIds);
      transaction.afterCommit(() => this.drop(({ claim }) => erased.has(claim.eventId)));
    });
    this.bus.subscribe('ErasureUnderWay', async (_fact, transaction) => {
      const gone = await findClosed(this.held.deliveryIds, transaction);
      this.drop(({ claim }) => gone.has(claim.id));
    });
  }

  /** `handover`: it has room for deliveries that this process has just accepted. */
  start({ handover }: { readonly handover: boolean }): void {
    this.running = true;
    this.takesHandovers = handover;
  }

  /** Claims whatever is due of these subscriptions, as far as there is room for it, and the rest when there is. */
  look(subscriptionIds: readonly string[]): void {
    if (!this.running || this.stopping) return;
    for (const subscriptionId of subscriptionIds) {
      const lane = this.held.laneOf(subscriptionId);
      lane.noteDue();
      this.resume(lane);
    }
  }

  /** Calls under way, or waiting to be recorded. */
  get inFlight(): number {
    return this.sending.size;
  }

  /** Resolves once the job's deliveries are claimed, or left in the table for later. */
  async take(job: DueDeliveries): Promise<void> {
    if (this.stopping) return;
    if (job.deliveryIds.length === 0) return this.look([job.subscriptionId]);
    const taken = this.offers.offer(this.held.laneOf(job.subscriptionId), job.deliveryIds);
    this.wakeClaimLoop();
    await taken;
  }

  /** `null`: the delivery goes by way of the queue. Either `handOver` or `cancel` follows. */
  reserve(subscriptionId: string, bytes: number): Reservation | null {
    return this.takesHandovers && !this.stopping ? this.held.reserve(subscriptionId, bytes) : null;
  }

  cancel(reservation: Reservation): void {
    this.held.cancel(reservation);
  }

  /** They are committed, and leased to this worker. */
  handOver(deliveries: readonly { readonly delivery: ReadyDelivery; readonly reservation: Reservation }[]): void {
    const refused = deliveries.filter(({ delivery, reservation }) => !this.held.addReserved(delivery, reservation));
    void this.release(refused.map(({ delivery }) => delivery));
    if (this.stopping) void this.release(this.held.takeAll());
    else this.pump();
  }

  /** Finishes what is in flight within a few seconds and gives back the rest. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.alarms.clear();
    await this.claimLoop;
    this.offers.refuseAll();
    await this.release(this.held.takeAll());
    await this.idle(DRAIN_MS);
    await this.release([...this.sending], { sent: true });
  }

  /** Without a database the leases end by themselves. */
  private async release(deliveries: readonly ReadyDelivery[], how = { sent: false }): Promise<void> {
    await this.claimer.release(deliveries, how).catch((error: unknown) => {
      const fields = { event: 'delivery.release_failed', error: errorText(error) };
      this.logger.warn(fields, 'Claimed deliveries could not be given back');
    });
  }

  private idle(withinMs: number): Promise<void> {
    if (this.sending.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private wakeClaimLoop(): void {
    if (!this.mayClaim) return;
    this.claimLoop ??= this.claimWhileWanted().finally(() => {
      this.claimLoop = null;
      // Something may have come between the loop's last look and now.
      if (this.mayClaim) this.wakeClaimLoop();
    });
  }

  private async claimWhileWanted(): Promise<void> {
    // Jobs that arrive together share a claim.
    await new Promise(setImmediate);
    while (this.mayClaim) {
      await this.claimOnce();
      this.pump();
    }
  }

  private get mayClaim(): boolean {
    return !this.stopping && (!this.offers.isEmpty || !this.refills.isEmpty);
  }

  private async claimOnce(): Promise<void> {
    const roomOf = (lane: Lane) => this.held.roomOf(lane, this.config.workerConcurrency);
    const { ids, lanes, done } = this.offers.take(roomOf);
    const wanted = this.refills.take(roomOf);
    let failed = false;
    try {
      this.hold(await this.claimer.claimByIds(ids));
      const next = await this.claimer.claimNext(wanted);
      for (const { subscriptionId, count } of wanted) {
        this.held.laneOf(subscriptionId).noteFound(next.claimed.get(subscriptionId) ?? 0, count);
      }
      this.hold(next);
    } catch (error) {
      failed = true;
      // Nothing is lost: the deliveries stay due, and are looked for when they are overdue.
      this.logger.warn({ event: 'delivery.claim_failed', error: errorText(error) }, 'Deliveries could not be claimed');
    } finally {
      for (const [lane, count] of lanes) lane.claiming -= count;
      for (const { subscriptionId, count } of wanted) this.held.laneOf(subscriptionId).claiming -= count;
      for (const lane of new Set([...lanes.keys(), ...wanted.map((row) => this.held.laneOf(row.subscriptionId))])) {
        // A lane that others emptied meanwhile has nobody left to finish a call and ask for more.
        if (!failed && lane.idle && lane.wantsMore) this.refills.add(lane);
        this.alarms.set(lane);
      }
      done();
    }
  }

  private hold({ ready, limits }: Paced): void {
    for (const delivery of ready) this.held.add(delivery);
    for (const { subscriptionId, perSecond, claimAfter, more } of limits) {
      const lane = this.held.laneOf(subscriptionId);
      lane.limitTo(perSecond);
      lane.claimAfter = claimAfter;
      if (more) lane.behind = true;
    }
  }

  private async startOver(subscriptionId: string): Promise<void> {
    await this.release(this.held.takeAllOf(subscriptionId));
    // What its old rate limit had left in the table.
    if (!this.stopping) this.resume(this.held.laneOf(subscriptionId));
  }

  private drop(isGone: (delivery: ReadyDelivery) => boolean): void {
    for (const lane of this.held.drop(isGone)) this.resume(lane);
  }

  /** A lane's rate limit lets it go on, or it has room again. */
  private resume(lane: Lane): void {
    lane.look();
    const accountId = lane.ready[0]?.claim.accountId;
    if (accountId !== undefined) this.held.offerTurn(accountId, lane);
    if (lane.wantsMore) this.refills.add(lane);
    this.pump();
    this.alarms.set(lane);
    this.wakeClaimLoop();
  }

  private pump(): void {
    const { workerConcurrency } = this.config;
    const maxSending = workerConcurrency * SENDING_PER_CALL;
    while (!this.stopping && this.calls < workerConcurrency && this.sending.size < maxSending) {
      const next = this.held.takeNext();
      if (!next) break;
      void this.send(next.lane, next.delivery);
      this.alarms.set(next.lane);
    }
  }

  private async send(lane: Lane, delivery: ReadyDelivery): Promise<void> {
    this.sending.add(delivery);
    try {
      const sent = await this.call(lane, delivery);
      if (sent) await this.recorder.record(sent);
    } catch (error) {
      // The lease ends by itself, and the call is made again.
      const fields = { event: 'delivery.record_failed', delivery_id: delivery.claim.id, error: errorText(error) };
      this.logger.error(fields, 'The result of a call could not be recorded');
    } finally {
      this.sending.delete(delivery);
      if (this.sending.size === 0) this.onIdle?.();
      this.pump();
    }
  }

  /** `null`: it waited so long that its lease no longer covers a call, and was given back: somebody may own it before a call is over. */
  private async call(lane: Lane, delivery: ReadyDelivery): Promise<SentDelivery | null> {
    this.calls++;
    try {
      if (performance.now() > delivery.sendBefore) {
        lane.inFlight--;
        lane.behind = true;
        await this.release([delivery]);
        return null;
      }
      const sent = await this.sender.send(delivery);
      const { outcome, errorCode, durationMs } = sent.attempt;
      lane.finished({ delivered: outcome === 'delivered', timedOut: errorCode === 'timeout', durationMs });
      return sent;
    } finally {
      this.calls--;
      this.goOn(lane, delivery);
    }
  }

  private goOn(lane: Lane, delivery: ReadyDelivery): void {
    lane.look();
    this.held.offerTurn(delivery.claim.accountId, lane);
    if (lane.wantsMore) this.refills.add(lane);
    this.alarms.set(lane);
    this.pump();
    this.wakeClaimLoop();
  }
}
