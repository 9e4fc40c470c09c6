import type { ReadyDelivery } from './delivery-sender.service.js';
import { Lane, Turns } from './lanes.js';

/** A place that a lane keeps for a delivery which is about to be committed. */
export interface Reservation {
  readonly lane: Lane;
  readonly generation: number;
  readonly bytes: number;
}

/** Claimed and waiting, over all lanes, in multiples of what may be in flight. More would only wait out their leases. */
const READY_PER_SLOT = 8;
/** Lanes that nobody needs are forgotten when there are so many, and when those that are left have doubled. */
const MANY_LANES = 10_000;
/** Handed over and not sent yet, over all lanes: bounds the memory that their events take. Parsed, JSON takes several times its bytes. */
const MAX_HANDED_OVER = 16_384;
const MAX_HANDED_OVER_BYTES = 32 * 1024 * 1024;

/** The deliveries that a worker has leases of and has not sent yet, in one lane for each subscription. */
export class HeldDeliveries {
  private readonly lanes = new Map<string, Lane>();
  private readonly turns = new Turns();
  private forgetAt = MANY_LANES;
  private claimedCount = 0;
  private handedOverCount = 0;
  private handedOverBytes = 0;

  constructor(
    private readonly maxSlotsPerLane: number,
    /** Whether somebody still needs the object of an idle lane. */
    private readonly isWanted: (lane: Lane) => boolean,
  ) {}

  /** Claimed and waiting. Those handed over don't count: they never keep a claim for another subscription waiting. */
  get claimed(): number {
    return this.claimedCount;
  }

  /**
   * How many a lane may claim. When enough is claimed, lanes that hold something wait until it is sent; one that holds nothing
   * is never kept waiting by them.
   */
  roomOf(lane: Lane, maxInFlight: number): number {
    if (this.claimed < maxInFlight * READY_PER_SLOT) return lane.room;
    return lane.idle ? Math.min(lane.room, 1) : 0;
  }

  laneOf(subscriptionId: string): Lane {
    let lane = this.lanes.get(subscriptionId);
    if (!lane) {
      if (this.lanes.size >= this.forgetAt) this.forgetIdleLanes();
      lane = new Lane(subscriptionId, this.maxSlotsPerLane);
      this.lanes.set(subscriptionId, lane);
    }
    return lane;
  }

  add(delivery: ReadyDelivery): void {
    if (delivery.handedOverBytes === null) this.claimedCount++;
    else this.noteHandedOver(1, delivery.handedOverBytes);
    const lane = this.laneOf(delivery.claim.subscriptionId);
    lane.limitTo(delivery.target.rateLimit);
    lane.ready.push(delivery);
    this.offerTurn(delivery.claim.accountId, lane);
  }

  /** Lets a lane take part in the turns, if it has something to send and a free slot. */
  offerTurn(accountId: string, lane: Lane): void {
    this.turns.offer(accountId, lane);
  }

  /** The next one to send; its lane's slot is taken. */
  takeNext(): { lane: Lane; delivery: ReadyDelivery } | null {
    const next = this.turns.take();
    if (next) this.noteTaken(next.delivery);
    return next;
  }

  /** What is reserved for a subscription by now will be refused. */
  refuseReserved(subscriptionId: string): void {
    const lane = this.lanes.get(subscriptionId);
    if (lane) lane.generation++;
  }

  /** All that is held for a subscription; what is reserved for it will be refused. */
  takeAllOf(subscriptionId: string): ReadyDelivery[] {
    this.refuseReserved(subscriptionId);
    const lane = this.lanes.get(subscriptionId);
    if (!lane) return [];
    lane.claimAfter = 0;
    const taken = lane.ready.splice(0);
    for (const delivery of taken) this.noteTaken(delivery);
    return taken;
  }

  takeAll(): ReadyDelivery[] {
    return [...this.lanes.keys()].flatMap((subscriptionId) => this.takeAllOf(subscriptionId));
  }

  get deliveryIds(): string[] {
    return [...this.lanes.values()].flatMap(({ ready }) => ready.map(({ claim }) => claim.id));
  }

  /** Forgets those that are owed no more. Answers the lanes that held some: there is room in them. */
  drop(isGone: (delivery: ReadyDelivery) => boolean): Lane[] {
    return [...this.lanes.values()].filter(({ ready }) => {
      const held = ready.splice(0);
      for (const delivery of held) {
        if (isGone(delivery)) this.noteTaken(delivery);
        else ready.push(delivery);
      }
      return ready.length < held.length;
    });
  }

  /** `null`: no room. Either `addReserved` or `cancel` follows. `bytes`: of the event. */
  reserve(subscriptionId: string, bytes: number): Reservation | null {
    if (this.handedOverCount >= MAX_HANDED_OVER || this.handedOverBytes + bytes > MAX_HANDED_OVER_BYTES) return null;
    const lane = this.laneOf(subscriptionId);
    if (!lane.mayReserve) return null;
    lane.reserved++;
    this.noteHandedOver(1, bytes);
    return { lane, generation: lane.generation, bytes };
  }

  cancel({ lane, bytes }: Reservation): void {
    lane.reserved--;
    this.noteHandedOver(-1, -bytes);
  }

  /** `false`: the subscription has changed since the place was reserved, so the delivery must be claimed anew. */
  addReserved(delivery: ReadyDelivery, reservation: Reservation): boolean {
    this.cancel(reservation);
    if (reservation.lane.generation !== reservation.generation) return false;
    this.add(delivery);
    return true;
  }

  private noteTaken(delivery: ReadyDelivery): void {
    if (delivery.handedOverBytes === null) this.claimedCount--;
    else this.noteHandedOver(-1, -delivery.handedOverBytes);
  }

  private noteHandedOver(count: number, bytes: number): void {
    this.handedOverCount += count;
    this.handedOverBytes += bytes;
  }

  private forgetIdleLanes(): void {
    for (const [id, lane] of this.lanes) if (lane.idle && !this.isWanted(lane)) this.lanes.delete(id);
    this.forgetAt = Math.max(MANY_LANES, 2 * this.lanes.size);
  }
}
