import type { Pool } from 'undici';

const MAX_ORIGINS = 2_000;
const MAX_IDLE_MS = 3 * 60_000;

/** The connections to one origin, and how many requests they serve now. */
export interface OriginPool {
  readonly pool: Pool;
  inFlight: number;
  lastUsedMs: number;
}

/** Keeps one connection pool for each origin; those unused for minutes, or for longest when there are too many, are closed. */
export class OriginPools {
  /** Least recently used first. */
  private readonly byOrigin = new Map<string, OriginPool>();

  constructor(
    private readonly createPool: (origin: string) => Pool,
    private readonly maxOrigins = MAX_ORIGINS,
  ) {}

  get size(): number {
    return this.byOrigin.size;
  }

  /** Whoever acquires a pool releases it when its request is over. */
  acquire(origin: string, nowMs: number): OriginPool {
    const entry = this.byOrigin.get(origin) ?? { pool: this.createPool(origin), inFlight: 0, lastUsedMs: nowMs };
    entry.inFlight += 1;
    entry.lastUsedMs = nowMs;
    this.byOrigin.delete(origin);
    this.byOrigin.set(origin, entry);
    if (this.byOrigin.size > this.maxOrigins) this.closeLeastRecentlyUsed();
    return entry;
  }

  release(entry: OriginPool): void {
    entry.inFlight -= 1;
  }

  closeIdle(nowMs: number): void {
    for (const [origin, entry] of this.byOrigin) {
      if (nowMs - entry.lastUsedMs < MAX_IDLE_MS) return;
      if (entry.inFlight === 0) this.closeOne(origin, entry);
    }
  }

  async closeAll(): Promise<void> {
    const entries = [...this.byOrigin.values()];
    this.byOrigin.clear();
    await Promise.all(entries.map((entry) => entry.pool.destroy()));
  }

  /** When every origin is busy, there are more for a while. */
  private closeLeastRecentlyUsed(): void {
    for (const [origin, entry] of this.byOrigin) {
      if (entry.inFlight === 0) return this.closeOne(origin, entry);
    }
  }

  private closeOne(origin: string, { pool }: OriginPool): void {
    this.byOrigin.delete(origin);
    // Nobody waits for an answer on it, so there is nothing left to end gracefully.
    void pool.destroy();
  }
}
