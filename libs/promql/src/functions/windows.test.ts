import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SortedWindow } from './sorted-window.js';
import { WindowSums } from './window-sums.js';

/** Values, and windows over them that move forward. */
const cases = fc
  .tuple(
    fc.array(fc.oneof(fc.integer({ min: -100, max: 100 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }))),
    fc.array(fc.tuple(fc.nat(5), fc.nat(9))),
  )
  .map(([values, moves]) => {
    const windows: [from: number, to: number][] = [];
    let from = 0;
    let to = 0;
    for (const [leaving, coming] of moves) {
      to = Math.min(values.length, to + coming);
      from = Math.min(to, from + leaving);
      windows.push([from, to]);
    }
    return { values: Float64Array.from(values), windows };
  });

describe('sums of windows', () => {
  test('are those of each window by itself', () => {
    const sums = new WindowSums();
    fc.assert(
      fc.property(cases, ({ values, windows }) => {
        expect(sums.begin(values, values.length)).toBe(true);
        for (const [from, to] of windows) {
          sums.move(from, to);
          const window = values.subarray(from, to);
          const scale = window.reduce((sum, value) => sum + Math.abs(value), 1);
          const exact = exactSum(window);
          expect(Math.abs(sums.sum + sums.rest - exact)).toBeLessThanOrEqual(
            1e-15 * Math.abs(exact) + 1e-28 * scale,
          );
        }
      }),
    );
  });

  test('keep what rounding loses', () => {
    const sums = new WindowSums();
    sums.begin(Float64Array.of(1e16, 1, 1, -1e16, 3), 5);
    sums.move(0, 2);
    sums.move(0, 4);
    expect(sums.sum + sums.rest).toBe(2);
    sums.move(1, 5);
    expect(sums.sum + sums.rest).toBe(-1e16 + 5);
    sums.move(4, 5);
    expect(sums.sum + sums.rest).toBe(3);
  });

  test.each([[NaN], [Infinity], [-Infinity], [1e301]])('%p is left to others', (value) => {
    expect(new WindowSums().begin(Float64Array.of(1, value), 2)).toBe(false);
    expect(new WindowSums().begin(Float64Array.of(1, value), 1)).toBe(true);
  });
});

test('a sorted window is what sorting gives', () => {
  const sorted = new SortedWindow();
  fc.assert(
    fc.property(cases, ({ values, windows }) => {
      sorted.begin(values, values.length);
      for (const [from, to] of windows) {
        // Zeros of either sign are equal.
        const plain = (list: Float64Array): number[] => Array.from(list, (value) => value + 0);
        expect(plain(sorted.move(from, to))).toEqual(plain(values.slice(from, to).sort()));
      }
    }),
  );
});

test('a sorted window has NaN first', () => {
  const sorted = new SortedWindow();
  const values = Float64Array.of(3, NaN, 1, 2, NaN, 0);
  sorted.begin(values, values.length);
  expect([...sorted.move(0, 5)]).toEqual([NaN, NaN, 1, 2, 3]);
  expect([...sorted.move(1, 6)]).toEqual([NaN, NaN, 0, 1, 2]);
});

/** The sum without rounding but the last: halves, quarters and so on are whole numbers of 2^-1074. */
function exactSum(values: Float64Array): number {
  let sum = 0n;
  for (const value of values) sum += scaled(value);
  return unscaled(sum);
}

const SCALE = 1074n;
const view = new DataView(new ArrayBuffer(8));

function scaled(value: number): bigint {
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = bits >> 52n;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const whole = biased === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (biased - 1n);
  return value < 0 ? -whole : whole;
}

function unscaled(sum: bigint): number {
  const magnitude = sum < 0n ? -sum : sum;
  const surplus = BigInt(Math.max(0, magnitude.toString(2).length - 60));
  const value = Number(magnitude >> surplus) * 2 ** Number(surplus - SCALE + 60n) * 2 ** -60;
  return sum < 0n ? -value : value;
}
