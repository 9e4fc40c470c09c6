import type { Lane } from './lanes.js';

/** Many lanes may want more at the same time. */
const MAX_CLAIMED_AT_ONCE = 1_000;

/** How many of a subscription's due deliveries to claim. */
export interface Wanted {
  readonly subscriptionId: string;
  readonly count: number;
}

/** Lanes that want more of what is due in the table. */
export class Refills {
  private readonly lanes = new Set<Lane>();

  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  has(lane: Lane): boolean {
    return this.lanes.has(lane);
  }

  add(lane: Lane): void {
    this.lanes.add(lane);
  }

  /** As much as a claim takes and the lanes have room for; lanes without room ask again when they have. */
  take(roomOf: (lane: Lane) => number): Wanted[] {
    const wanted: Wanted[] = [];
    let left = MAX_CLAIMED_AT_ONCE;
    for (const lane of this.lanes) {
      if (left === 0) break;
      this.lanes.delete(lane);
      const count = Math.min(roomOf(lane), left);
      if (count === 0) continue;
      left -= count;
      lane.claiming += count;
      wanted.push({ subscriptionId: lane.subscriptionId, count });
    }
    return wanted;
  }
}
