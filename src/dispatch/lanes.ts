import type { ReadyDelivery } from './delivery-sender.service.js';

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
  /** Places kept for deliveries that are about to be committed. */
  reserved = 0;
  /** Moves on with every change of the subscription: what was reserved before must be claimed anew. */
  generation = 0;
  private slots: number;
  private averageMs = 1_000;

  constructor(
    readonly subscriptionId: string,
    private readonly maxSlots: number,
  ) {
    this.slots = Math.min(FIRST_SLOTS, maxSlots);
  }

  get runnable(): boolean {
    return this.ready.length > 0 && this.inFlight < this.slots;
  }

  get idle(): boolean {
    return this.inFlight + this.ready.length + this.claiming + this.reserved === 0;
  }

  /** How many more may be claimed now. */
  get room(): number {
    return Math.max(0, Math.min(this.aheadLimit, MAX_CLAIMED_AHEAD) - this.held);
  }

  /** Not while older ones wait in the table: they would be overtaken for as long as new ones come. */
  get mayReserve(): boolean {
    return !this.behind && this.held < Math.min(this.aheadLimit, MAX_HANDED_AHEAD);
  }

  get wantsMore(): boolean {
    const limit = Math.min(this.aheadLimit, MAX_CLAIMED_AHEAD);
    return this.behind && this.claiming === 0 && this.ready.length * 2 <= limit;
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
