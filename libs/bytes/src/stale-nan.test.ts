import { describe, expect, test } from '@jest/globals';
import { isStaleAt, isStaleNaN, STALE_NAN } from './stale-nan.js';

const bitsOf = (value: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
};

describe('stale marker', () => {
  test('has the bits that Prometheus writes', () => {
    expect(bitsOf(STALE_NAN)).toBe('7ff0000000000002');
  });

  test.each([0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, Number.MAX_VALUE])('%s is not it', (value) => {
    expect(isStaleNaN(value)).toBe(false);
  });

  test('another payload is not it', () => {
    const view = new DataView(new ArrayBuffer(8));
    for (const bits of [0x7ff8000000000001n, 0x7ff0000000000001n, 0x7ff8000000000002n, 0xfff0000000000002n]) {
      view.setBigUint64(0, bits);
      expect(isStaleNaN(view.getFloat64(0))).toBe(false);
    }
  });

  test('is recognised by value and by place, in private and shared arrays', () => {
    expect(isStaleNaN(STALE_NAN)).toBe(true);
    for (const buffer of [new ArrayBuffer(24), new SharedArrayBuffer(24)]) {
      const values = new Float64Array(buffer);
      values.set([1, STALE_NAN, NaN]);
      values[1] = STALE_NAN;
      values[2] = NaN;
      const words = new Uint32Array(buffer);
      expect([0, 1, 2].map((index) => isStaleAt(words, index))).toEqual([false, true, false]);
      expect(isStaleNaN(values[1])).toBe(true);
    }
  });

  test('stays what it is in a field and through a call, also when compiled', () => {
    const box = { value: STALE_NAN };
    const pass = (value: number): number => value;
    let seen = 0;
    for (let round = 0; round < 20_000; round++) if (isStaleNaN(pass(box.value))) seen++;
    expect(seen).toBe(20_000);
  });
});
