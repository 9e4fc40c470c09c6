import { groupBy } from '../common/collections.js';
import { isDatabaseAway } from '../common/database-away.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Item> {
  /** The sum of weights of one group, at most; a single heavier item is a group of its own. */
  readonly maxWeight: number;
  /** Groups under way at once, at most. */
  readonly maxConcurrent: number;
  readonly weigh: (item: Item) => number;
  /** Where many items wait, their owners take turns: one who has much to say holds nobody else up. Absent: first come, first served. */
  readonly ownerOf?: (item: Item) => string;
  /** How long a group may wait for company; 0: until the next turn of the event loop. */
  readonly lingerMs?: number;
}

/**
 * Coalesces concurrent work into few commits: whatever arrives while a group is being committed becomes the next
 * group. A group that fails is run again item by item, so that only the guilty item fails; but for one that lost its database.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = 0;
  private scheduled = false;

  constructor(
    /** Commits all items in one transaction and answers their results in order. */
    private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions<Item>,
  ) {}

  submit(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** Starting on the next turn lets requests that were read from sockets together share a group. */
  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.running >= this.options.maxConcurrent) return;
    this.scheduled = true;
    const start = () => {
      this.scheduled = false;
      this.start();
    };
    if (this.options.lingerMs) setTimeout(start, this.options.lingerMs);
    else setImmediate(start);
  }

  private start(): void {
    if (this.waiting.length === 0 || this.running >= this.options.maxConcurrent) return;
    const group = this.takeGroup();
    this.running++;
    void this.run(group).finally(() => {
      this.running--;
      this.schedule();
    });
    this.schedule();
  }

  private takeGroup(): Waiting<Item, Result>[] {
    this.orderByTurns();
    let weight = 0;
    let count = 0;
    for (const { item } of this.waiting) {
      weight += this.options.weigh(item);
      if (count > 0 && weight > this.options.maxWeight) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private orderByTurns(): void {
    const { ownerOf } = this.options;
    if (!ownerOf || this.waiting.length < 2) return;
    const byOwner = groupBy(this.waiting, ({ item }) => ownerOf(item));
    if (byOwner.size < 2) return;
    const turns = [...byOwner.values()];
    const rounds = Math.max(...turns.map(({ length }) => length));
    this.waiting = Array.from({ length: rounds }, (_, round) => turns.flatMap((turn) => turn[round] ?? [])).flat();
  }

  private async run(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.commit(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as Result);
      });
    } catch (error) {
      // Then nobody is guilty: each would only wait for it in turn, and what it committed before it went would be done twice.
      if (group.length === 1 || isDatabaseAway(error)) return group.forEach(({ reject }) => reject(error));
      for (const single of group) await this.run([single]);
    }
  }
}
