import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

interface Item {
  readonly owner: string;
  readonly weight: number;
}

describe('a group commit with owners', () => {
  it('lets them take turns, however much one of them has waiting', async () => {
    const groups: string[][] = [];
    const commit = new GroupCommit<Item, void>(
      async (items) => {
        groups.push(items.map(({ owner }) => owner));
        return items.map(() => undefined);
      },
      { maxWeight: 10, maxConcurrent: 1, weigh: ({ weight }) => weight, ownerOf: ({ owner }) => owner },
    );
    const flood = Array.from({ length: 5 }, () => commit.submit({ owner: 'loud', weight: 9 }));
    await Promise.all([...flood, commit.submit({ owner: 'quiet', weight: 1 })]);
    expect(groups).toEqual([['loud', 'quiet'], ['loud'], ['loud'], ['loud'], ['loud']]);
  });
});
