import { describe, expect, test } from '@jest/globals';
import { isUlid, makeUlid, ulidTimeMs } from './ulid.js';

describe('ULID', () => {
  test.each([
    [0, new Uint8Array(10), '00000000000000000000000000'],
    [2 ** 48 - 1, new Uint8Array(10).fill(255), '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    [1469918176385, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1), '01ARYZ6S410000000000000001'],
    [
      1,
      Uint8Array.of(0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21),
      '00000000011111111111111111',
    ],
  ])('of %d', (timeMs, random, text) => {
    expect(makeUlid(timeMs, random)).toBe(text);
    expect(isUlid(text)).toBe(true);
    expect(ulidTimeMs(text)).toBe(timeMs);
  });

  test('differs each time', () => {
    expect(makeUlid(1)).not.toBe(makeUlid(1));
  });

  test.each([-1, 2 ** 48, 0.5])('no time %d', (timeMs) => {
    expect(() => makeUlid(timeMs)).toThrow(RangeError);
  });

  test.each(['', '80000000000000000000000000', '0000000000000000000000000I', '0000000000000000000000000'])(
    'not %p',
    (text) => expect(isUlid(text)).toBe(false),
  );
});
