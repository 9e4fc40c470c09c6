import type { Lane } from './lanes.js';

/** Timers never fire early by more than this. */
const MIN_WAIT_MS = 1;

/** Looks at lanes with a rate limit again at the moment it lets them go on: at most one timer each. */
export class LaneAlarms {
  private readonly timers = new Map<Lane, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  private stopped = false;

  constructor(private readonly wake: (lane: Lane) => void) {}

  has(lane: Lane): boolean {
    return this.timers.has(lane);
  }

  set(lane: Lane): void {
    const at = lane.goesOnAt;
    if (at === null || this.stopped) return;
    const set = this.timers.get(lane);
    if (set && set.at <= at) return;
    clearTimeout(set?.timer);
    const timer = setTimeout(
      () => {
        this.timers.delete(lane);
        this.wake(lane);
      },
      Math.max(at - performance.now(), MIN_WAIT_MS),
    );
    this.timers.set(lane, { at, timer });
  }

  /** For good. */
  clear(): void {
    this.stopped = true;
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
