import { firstUuidAt } from '../common/ids.js';

/** Rows of a table that only grows, by their ids, which tell the time. */
export interface FeedSource<Row extends { readonly id: string }> {
  /** Above `floor` and not among `seen`, the oldest first. */
  read(floor: string, seen: readonly string[], limit: number): Promise<Row[]>;
  /** How many; `null`: too many to count. */
  count(floor: string, seen: readonly string[]): Promise<number | null>;
}

/** An id is made before its row is committed: for so long rows with older ids are still looked for. */
const OVERLAP_MS = 30_000;
const MAX_SEEN = 5_000;

/** Follows what comes into a table: every row once, also those that are committed after rows with larger ids. */
export class ChangeFeed<Row extends { readonly id: string }> {
  /** Nothing up to here is looked for any more. */
  private floor: string;
  private seen: string[];

  constructor(
    private readonly source: FeedSource<Row>,
    since: Date,
    alreadySeen: readonly string[] = [],
  ) {
    this.floor = firstUuidAt(since);
    this.seen = [...alreadySeen];
  }

  async next(limit: number, now: Date): Promise<Row[]> {
    const rows = await this.source.read(this.floor, this.seen, limit);
    for (const { id } of rows) this.seen.push(id);
    // With more to come, what is older may still be among it.
    if (rows.length < limit) this.forget(firstUuidAt(new Date(now.getTime() - OVERLAP_MS)));
    if (this.seen.length > MAX_SEEN) {
      this.seen.sort();
      this.forget(this.seen[this.seen.length - MAX_SEEN - 1] ?? this.floor);
    }
    return rows;
  }

  /** Goes on from now. Answers how many are left out; `null`: too many to count. */
  async skip(now: Date): Promise<number | null> {
    const left = await this.source.count(this.floor, this.seen);
    this.forget(firstUuidAt(now));
    return left;
  }

  private forget(floor: string): void {
    if (floor <= this.floor) return;
    this.floor = floor;
    this.seen = this.seen.filter((id) => id > floor);
  }
}
