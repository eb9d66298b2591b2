import { describe, expect, test } from '@jest/globals';
import { parseInt64 } from './flag-values.js';
import { parseGoDuration } from './go-duration.js';

describe('durations', () => {
  test.each([
    ['0', 0],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['.5m', 30_000],
    ['3d', 259_200_000],
    ['1w', 604_800_000],
    ['250us', 0.25],
    ['-2s', -2000],
    ['+2s', 2000],
  ])('%s is %d ms', (text, durationMs) => {
    expect(parseGoDuration(text)).toBe(durationMs);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['-', 'time: invalid duration "-"'],
    ['1h x', 'time: unknown unit "h x" in duration "1h x"'],
    ['5', 'time: missing unit in duration "5"'],
    ['5y', 'time: unknown unit "y" in duration "5y"'],
  ])('%j is none', (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(message);
  });
});

describe('64-bit numbers', () => {
  test.each([
    ['0', 0],
    ['-17', -17],
    ['+5', 5],
    ['0x10', 16],
    ['010', 8],
    ['-9223372036854775808', -(2 ** 63)],
    ['9223372036854775807', 2 ** 63],
  ])('%s', (text, value) => {
    expect(parseInt64(text)).toBe(value);
  });

  test.each([
    ['x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['08', 'strconv.ParseInt: parsing "08": invalid syntax'],
    ['-019', 'strconv.ParseInt: parsing "-019": invalid syntax'],
    ['1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['9223372036854775808', 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
  ])('%s is none', (text, message) => {
    expect(() => parseInt64(text)).toThrow(message);
  });
});
