import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addInterval, coversAll, coversAny, type Intervals, NO_INTERVALS } from './intervals.js';

const add = (list: readonly (readonly [number, number])[]): number[] =>
  Array.from(list.reduce<Intervals>((all, [min, max]) => addInterval(all, min, max), NO_INTERVALS));

describe('intervals', () => {
  test.each<[string, [number, number][], number[]]>([
    ['one', [[1, 2]], [1, 2]],
    [
      'apart, in order',
      [
        [1, 2],
        [4, 5],
      ],
      [1, 2, 4, 5],
    ],
    [
      'apart, out of order',
      [
        [4, 5],
        [1, 2],
      ],
      [1, 2, 4, 5],
    ],
    [
      'in the middle',
      [
        [1, 2],
        [9, 9],
        [5, 5],
      ],
      [1, 2, 5, 5, 9, 9],
    ],
    [
      'touching',
      [
        [1, 2],
        [3, 4],
      ],
      [1, 4],
    ],
    [
      'around',
      [
        [2, 3],
        [6, 7],
        [1, 9],
      ],
      [1, 9],
    ],
    [
      'within',
      [
        [1, 9],
        [2, 3],
      ],
      [1, 9],
    ],
    [
      'across two',
      [
        [1, 2],
        [6, 7],
        [2, 6],
      ],
      [1, 7],
    ],
  ])('%s', (_name, list, expected) => expect(add(list)).toEqual(expected));

  test('cover what was added, and are apart', () => {
    const interval = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(fc.array(interval), (list) => {
        const ranges = list.map(([min, length]) => [min, min + length] as const);
        const all = Float64Array.from(add(ranges));
        for (let i = 2; i < all.length; i += 2) expect(all[i]!).toBeGreaterThan(all[i - 1]! + 1);
        for (let t = 0; t < 50; t++) {
          const expected = ranges.some(([min, max]) => t >= min && t <= max);
          expect([t, coversAny(all, t, t), coversAll(all, t, t)]).toEqual([t, expected, expected]);
        }
      }),
    );
  });
});
