/**
 * What was kept last, by event id. Two generations, of which the older is dropped as a whole: taking the oldest out of one large
 * map with every new one costs more than all else about it.
 */
export class RecentEvents<Kept> {
  private newer = new Map<string, Kept>();
  private older = new Map<string, Kept>();
  private newerBytes = 0;

  /** The limits are those of each generation. */
  constructor(
    private readonly maxCount: number,
    private readonly maxBytes: number,
  ) {}

  get(id: string): Kept | undefined {
    return this.newer.get(id) ?? this.older.get(id);
  }

  keep(id: string, kept: Kept, bytes: number): void {
    if (this.newer.size >= this.maxCount || this.newerBytes + bytes > this.maxBytes) {
      this.older = this.newer;
      this.newer = new Map();
      this.newerBytes = 0;
    }
    this.newer.set(id, kept);
    this.newerBytes += bytes;
  }

  forget(id: string): void {
    this.newer.delete(id);
    this.older.delete(id);
  }
}
