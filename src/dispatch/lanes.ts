import type { ReadyDelivery } from './delivery-sender.service.js';

import { SLOTS_AHEAD_MS } from './rate-slots.js';

const FIRST_SLOTS = 4;
const MAX_CLAIMED_AHEAD = 512;
/** Deliveries handed over are in memory anyway: holding more of them costs no claim. */
const MAX_HANDED_AHEAD = 8_192;
/** How much work, in milliseconds of calling, a lane may hold claimed ahead. Well below the lease's margin. */
const READY_AHEAD_MS = 5_000;

/**
 * One subscription's calls in this process: how many may be in flight, and what is claimed and waits for its turn. Slots
 * grow by one with every success and fall to one on a timeout, so that a receiver that hangs holds nobody else up.
 */
export class Lane {
  readonly ready: ReadyDelivery[] = [];
  inFlight = 0;
  /** Ids that are being claimed for this lane. */
  claiming = 0;
  /** There is more in the table than the lane could take: whoever finishes claims the next ones. */
  behind = false;
  /** What has become due while a claim was under way, which may have seen nothing of it. */
  lookAgain = false;
  /** Places kept for deliveries that are about to be committed. */
  reserved = 0;
  /** Moves on with every change of the subscription: what was reserved before must be claimed anew. */
  generation = 0;
  /** The subscription's rate limit. */
  private perSecond: number | null = null;
  /** `performance.now()` before which its rate limit has nothing to give: claiming for it would be in vain. */
  claimAfter = 0;
  /**
   * `performance.now()` of the last `look`: rate limits are judged by it. One moment for all the questions of a step, so
   * that what becomes due between two of them is still ahead for the one that sets an alarm.
   */
  private now = 0;
  private slots: number;
  private averageMs = 1_000;

  constructor(
    readonly subscriptionId: string,
    private readonly maxSlots: number,
  ) {
    this.slots = Math.min(FIRST_SLOTS, maxSlots);
  }

  /** There may be something due in the table. */
  noteDue(): void {
    this.behind = true;
    this.lookAgain = this.claiming > 0;
  }

  /** A claim for `wanted` deliveries found so many. */
  noteFound(found: number, wanted: number): void {
    this.behind = found >= wanted || this.lookAgain;
    this.lookAgain = false;
  }

  limitTo(perSecond: number | null): void {
    this.perSecond = perSecond;
    if (perSecond === null) this.claimAfter = 0;
    this.look();
  }

  look(): void {
    if (this.perSecond !== null) this.now = performance.now();
  }

  get runnable(): boolean {
    const next = this.ready[0];
    return next !== undefined && this.inFlight < this.slots && (next.sendAfter === 0 || next.sendAfter <= this.now);
  }

  get idle(): boolean {
    return this.inFlight + this.ready.length + this.claiming + this.reserved === 0;
  }

  /** How many more may be claimed now. */
  get room(): number {
    if (this.claimAfter > 0 && this.now < this.claimAfter) return 0;
    return Math.max(0, this.claimLimit - this.held);
  }

  /** Not while older ones wait in the table: they would be overtaken for as long as new ones come. */
  get mayReserve(): boolean {
    return !this.behind && this.held < Math.min(this.aheadLimit, MAX_HANDED_AHEAD);
  }

  get wantsMore(): boolean {
    return this.behind && this.claiming === 0 && this.room > 0 && this.ready.length * 2 <= this.claimLimit;
  }

  /** `performance.now()` when its rate limit lets it go on; `null`: it is not the limit that it waits for. */
  get goesOnAt(): number | null {
    if (this.perSecond === null) return null;
    const send = this.inFlight < this.slots ? (this.ready[0]?.sendAfter ?? 0) : 0;
    const claim = this.behind && this.claiming === 0 ? this.claimAfter : 0;
    const ahead = [send, claim].filter((moment) => moment > this.now);
    return ahead.length > 0 ? Math.min(...ahead) : null;
  }

  finished(result: { readonly delivered: boolean; readonly timedOut: boolean; readonly durationMs: number }): void {
    this.inFlight--;
    this.averageMs += (result.durationMs - this.averageMs) / 8;
    if (result.timedOut) this.slots = 1;
    else if (result.delivered) this.slots = Math.min(this.slots + 1, this.maxSlots);
  }

  private get held(): number {
    return this.ready.length + this.claiming + this.reserved;
  }

  private get claimLimit(): number {
    const paced = this.perSecond === null ? Infinity : Math.ceil((this.perSecond * SLOTS_AHEAD_MS) / 1_000);
    return Math.min(this.aheadLimit, MAX_CLAIMED_AHEAD, paced);
  }

  private get aheadLimit(): number {
    return Math.max(Math.ceil((this.slots * READY_AHEAD_MS) / Math.max(this.averageMs, 1)), 1);
  }
}

interface AccountTurn {
  readonly accountId: string;
  readonly lanes: Lane[];
}

/** Whose turn it is: accounts one after the other, within each its subscriptions one after the other. */
export class Turns {
  private readonly accounts: AccountTurn[] = [];
  private readonly queued = new Set<Lane>();

  /** Lets a lane take part, if it has something to send and a free slot. */
  offer(accountId: string, lane: Lane): void {
    if (!lane.runnable || this.queued.has(lane)) return;
    this.queued.add(lane);
    const turn = this.accounts.find((account) => account.accountId === accountId);
    if (turn) turn.lanes.push(lane);
    else this.accounts.push({ accountId, lanes: [lane] });
  }

  /** The next delivery to send; its lane's slot is taken. */
  take(): { lane: Lane; delivery: ReadyDelivery } | null {
    for (let turn = this.accounts.shift(); turn; turn = this.accounts.shift()) {
      const lane = turn.lanes.shift();
      if (turn.lanes.length > 0) this.accounts.push(turn);
      if (!lane) continue;
      this.queued.delete(lane);
      const delivery = lane.runnable ? lane.ready.shift() : undefined;
      if (!delivery) continue;
      lane.inFlight++;
      this.offer(delivery.claim.accountId, lane);
      return { lane, delivery };
    }
    return null;
  }
}
