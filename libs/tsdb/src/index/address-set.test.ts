import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AddressSet } from './address-set.js';

describe('a set of addresses', () => {
  test.each([
    [[], []],
    [[1], [1]],
    [[7, 7, 7], [7]],
    [
      [0xffffffff, 0x80000000, 31, 32, 65535, 65536],
      [31, 32, 65535, 65536, 0x80000000, 0xffffffff],
    ],
  ])('of %j holds %j', (added, held) => {
    const set = new AddressSet();
    for (const address of added) set.add(address);
    expect(set.size).toBe(held.length);
    expect([...set.drain()].sort((a, b) => a - b)).toEqual(held);
    expect(set.size).toBe(0);
  });

  test('what is added while it is emptied is not lost', () => {
    const address = fc.integer({ min: 1, max: 200_000 });
    fc.assert(
      fc.property(fc.array(address), fc.array(address), (first, meanwhile) => {
        const set = new AddressSet();
        for (const each of first) set.add(each);
        const seen = new Set<number>();
        const later = [...meanwhile];
        for (const each of set.drain()) {
          seen.add(each);
          const next = later.pop();
          if (next !== undefined) set.add(next);
        }
        for (const each of later) set.add(each);
        for (const each of set.drain()) seen.add(each);
        expect(seen).toEqual(new Set([...first, ...meanwhile]));
        expect(set.size).toBe(0);
      }),
    );
  });
});
