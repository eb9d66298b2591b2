import { expect, test } from '@jest/globals';
import { EpochTable, SharedAllocator } from '@narthex/bytes';
import fc from 'fast-check';
import { LeafLists, type ListOwner, visitLeaves } from './leaf-list.js';

/** The first word of every item; the second, where there is one, must be that and a million. */
function contents(allocator: SharedAllocator, first: number, stride: number): number[] {
  const items: number[] = [];
  visitLeaves(allocator.views, first, (words, from, to) => {
    for (let i = from; i < to; i += stride) {
      items.push(words[i]!);
      if (stride === 2 && words[i + 1] !== words[i]! + 1e6) throw new Error(`item ${words[i]} is torn`);
    }
  });
  return items;
}

const drain = (steps: Generator<void>): void => {
  while (steps.next().done !== true);
};

test.each([1, 2])('lists of items of %i words keep their order and lose what they should', (stride) => {
  const phase = fc.record({
    add: fc.integer({ min: 0, max: 1500 }),
    modulus: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(phase, { maxLength: 6 }), (phases) => {
      const epochs = EpochTable.create(1);
      const allocator = new SharedAllocator({ epochs });
      const lists = new LeafLists(allocator);
      const owner: ListOwner = { first: 0, last: 0 };
      let model: number[] = [];
      let next = 1;
      for (const { add, modulus } of phases) {
        for (let i = 0; i < add; i++, next++) {
          if (stride === 1) lists.append(owner, next);
          else lists.appendPair(owner, next, next + 1e6);
          model.push(next);
        }
        // A reader that stood at the start goes on with what there was.
        const before = owner.first;
        epochs.enter(0);
        const old = contents(allocator, before, stride);
        drain(lists.filter(owner, stride, (words, index) => words[index]! % modulus !== 0));
        allocator.reclaim();
        // It may meet leaves that were tidied already, and never misses an item that stays.
        const seen = contents(allocator, before, stride);
        expect(seen.filter((item) => item % modulus !== 0)).toEqual(
          old.filter((item) => item % modulus !== 0),
        );
        const known = new Set(old);
        expect(seen.every((item) => known.has(item))).toBe(true);
        epochs.leave(0);
        model = model.filter((item) => item % modulus !== 0);
        expect(contents(allocator, owner.first, stride)).toEqual(model);
      }
      lists.retireAll(owner.first);
      allocator.reclaim();
      expect(allocator.usedBytes).toBe(0);
    }),
    { numRuns: 30 },
  );
});
