import type { Lane } from './lanes.js';

interface Offer {
  readonly lane: Lane;
  readonly ids: readonly string[];
  readonly taken: () => void;
}

const MAX_IDS_PER_CLAIM = 500;

/** What is claimed together. */
export interface TakenJobs {
  readonly ids: readonly string[];
  /** How many of them each lane gets. */
  readonly lanes: ReadonlyMap<Lane, number>;
  /** Tells those who offered them that they are claimed, or left in the table for later. */
  readonly done: () => void;
}

/** Jobs of the queue that wait to be claimed. */
export class OfferedJobs {
  private offers: Offer[] = [];

  get isEmpty(): boolean {
    return this.offers.length === 0;
  }

  has(lane: Lane): boolean {
    return this.offers.some((offer) => offer.lane === lane);
  }

  /** Resolves once it has been dealt with. */
  offer(lane: Lane, ids: readonly string[]): Promise<void> {
    return new Promise((taken) => {
      this.offers.push({ lane, ids, taken });
    });
  }

  /** As many ids as a claim takes and their lanes have room for; the others stay in the table. */
  take(roomOf: (lane: Lane) => number): TakenJobs {
    const ids: string[] = [];
    const lanes = new Map<Lane, number>();
    const offers: Offer[] = [];
    while (ids.length < MAX_IDS_PER_CLAIM) {
      const offer = this.offers.shift();
      if (!offer) break;
      offers.push(offer);
      const { lane } = offer;
      const fitting = offer.ids.slice(0, roomOf(lane));
      if (fitting.length < offer.ids.length) lane.behind = true;
      ids.push(...fitting);
      lane.claiming += fitting.length;
      lanes.set(lane, (lanes.get(lane) ?? 0) + fitting.length);
    }
    return { ids, lanes, done: () => offers.forEach(({ taken }) => taken()) };
  }

  refuseAll(): void {
    for (const { taken } of this.offers.splice(0)) taken();
  }
}
