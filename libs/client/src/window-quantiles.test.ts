import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WindowQuantiles } from './window-quantiles.js';

function make(): { quantiles: WindowQuantiles; clock: { nowMs: number } } {
  const clock = { nowMs: 1_000 };
  const quantiles = new WindowQuantiles({ maxAgeSeconds: 10, ageBuckets: 5, nowMs: () => clock.nowMs });
  return { quantiles, clock };
}

describe('quantiles of a window', () => {
  test('are not numbers while there is nothing', () => {
    expect(make().quantiles.at([0, 0.5, 1])).toEqual([NaN, NaN, NaN]);
  });

  test('are within one per cent of the value with that rank', () => {
    const value = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const { quantiles } = make();
          for (const each of values) quantiles.observe(each);
          const exact = [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;
          const [found] = quantiles.at([q]);
          expect(Math.abs(found! / exact - 1)).toBeLessThan(0.0101);
        },
      ),
    );
  });

  test('what is not positive counts as nothing', () => {
    const { quantiles } = make();
    for (const value of [0, -3, 0, 5]) quantiles.observe(value);
    expect(quantiles.at([0.5])).toEqual([0]);
    expect(quantiles.at([1])[0]).toBeCloseTo(5, 0);
  });

  test('what is older than the window is forgotten, part by part', () => {
    const { quantiles, clock } = make();
    quantiles.observe(1);
    clock.nowMs += 9_000;
    quantiles.observe(100);
    expect(quantiles.at([0])[0]).toBeCloseTo(1, 1);
    clock.nowMs += 2_000;
    expect(quantiles.at([0])[0]! / 100).toBeCloseTo(1, 1);
    clock.nowMs += 3_600_000;
    expect(quantiles.at([0])).toEqual([NaN]);
    quantiles.observe(7);
    expect(quantiles.at([1])[0]! / 7).toBeCloseTo(1, 1);
    quantiles.clear();
    expect(quantiles.at([1])).toEqual([NaN]);
  });
});
