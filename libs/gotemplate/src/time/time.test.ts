import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatGoDuration } from './duration.js';
import { clockFields, instantFromClock, instantFromUnixMs, unixMsOf } from './instant.js';
import { formatTime } from './layout.js';
import { fixedZone, utc, zoneByName } from './zone.js';

test.each([
  [0n, '0s'],
  [1n, '1ns'],
  [1_500n, '1.5µs'],
  [1_500_000n, '1.5ms'],
  [61_000_000_000n, '1m1s'],
  [3_600_000_000_000n, '1h0m0s'],
  [-90_000_000_000n, '-1m30s'],
  [9_223_372_036_854_775_807n, '2562047h47m16.854775807s'],
])('duration %p is %s', (nanoseconds, expected) => {
  expect(formatGoDuration(nanoseconds)).toBe(expected);
});

describe('zones', () => {
  test.each([
    ['Europe/Paris', Date.UTC(2024, 0, 1), 'CET', 3600],
    ['Europe/Paris', Date.UTC(2024, 6, 1), 'CEST', 7200],
    ['America/New_York', Date.UTC(2024, 6, 1), 'EDT', -14400],
    ['Asia/Tokyo', Date.UTC(2024, 6, 1), 'JST', 32400],
    ['America/St_Johns', Date.UTC(2024, 6, 1), 'NDT', -9000],
    ['America/Sao_Paulo', Date.UTC(2024, 6, 1), '-03', -10800],
    ['Asia/Kathmandu', Date.UTC(2024, 6, 1), '+0545', 20700],
  ])('%s at %p', (name, unixMs, abbreviation, offsetSeconds) => {
    expect(zoneByName(name)?.at(unixMs)).toEqual({ abbreviation, offsetSeconds });
  });

  test('unknown and empty names', () => {
    expect(zoneByName('Nope/Zone')).toBeUndefined();
    expect(zoneByName('')).toBe(utc);
  });

  test('clock and instant lead to each other', () => {
    const zone = zoneByName('Australia/Sydney') ?? utc;
    fc.assert(
      fc.property(
        fc.integer({ min: -2e12, max: 4e12 }),
        fc.constantFrom(utc, zone, fixedZone('X', -5400)),
        (unixMs, place) => {
          const instant = instantFromUnixMs(unixMs, place);
          expect(unixMsOf(instant)).toBe(unixMs);
          const { year, month, day, hour, minute, second, nanosecond } = clockFields(instant);
          const back = instantFromClock([year, month, day, hour, minute, second], nanosecond, place);
          expect(formatTime(back, '2006-01-02 15:04:05.000')).toBe(
            formatTime(instant, '2006-01-02 15:04:05.000'),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
