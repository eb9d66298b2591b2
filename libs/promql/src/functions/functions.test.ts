import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BoundedHeap } from './bounded-heap.js';
import { CALENDAR_FUNCTIONS } from './calendar.js';
import { ClassicBuckets, classicFraction, classicQuantile, ForcedMonotonicity } from './classic-histogram.js';
import { compareNatural } from './natural-order.js';
import { quantileOfSorted, sortNaNFirst } from './quantile.js';
import { xxHash64 } from './xxhash64.js';

describe('the calendar', () => {
  /** Year, month, day of month, of year and of week, days in month, hour, minute: as a real server says. */
  const names = [
    'year',
    'month',
    'day_of_month',
    'day_of_year',
    'day_of_week',
    'days_in_month',
    'hour',
    'minute',
  ];
  test.each([
    [0, [1970, 1, 1, 1, 4, 31, 0, 0]],
    [-1, [1969, 12, 31, 365, 3, 31, 23, 59]],
    [1_709_210_096, [2024, 2, 29, 60, 4, 29, 12, 34]],
    [253_402_300_800, [10000, 1, 1, 1, 6, 31, 0, 0]],
    [-62_135_596_801, [0, 12, 31, 366, 0, 31, 23, 59]],
    [Infinity, [292_277_026_596, 12, 4, 339, 0, 31, 15, 30]],
  ])('%d', (seconds, expected) => {
    expect(names.map((name) => CALENDAR_FUNCTIONS.get(name)!(seconds))).toEqual(expected);
  });

  test('agrees with Date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }), (seconds) => {
        const date = new Date(seconds * 1000);
        expect(CALENDAR_FUNCTIONS.get('year')!(seconds)).toBe(date.getUTCFullYear());
        expect(CALENDAR_FUNCTIONS.get('month')!(seconds)).toBe(date.getUTCMonth() + 1);
        expect(CALENDAR_FUNCTIONS.get('day_of_month')!(seconds)).toBe(date.getUTCDate());
        expect(CALENDAR_FUNCTIONS.get('day_of_week')!(seconds)).toBe(date.getUTCDay());
        expect(CALENDAR_FUNCTIONS.get('hour')!(seconds)).toBe(date.getUTCHours());
        expect(CALENDAR_FUNCTIONS.get('minute')!(seconds)).toBe(date.getUTCMinutes());
      }),
    );
  });
});

const anyNumber = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constant(NaN), fc.constant(Infinity));

test('a bounded heap keeps the best', () => {
  fc.assert(
    fc.property(
      fc.array(anyNumber),
      fc.integer({ min: 1, max: 10 }),
      fc.constantFrom(1, -1),
      (values, size, sign) => {
        const heap = new BoundedHeap<number>(size, sign === 1 ? 1 : -1);
        for (const [i, value] of values.entries()) heap.offer(value, i);
        const numbers = values
          .filter((value) => !Number.isNaN(value))
          .sort((a, b) => sign * (a < b ? 1 : a > b ? -1 : 0));
        const expected = [...numbers, ...values.filter(Number.isNaN)].slice(0, size);
        expect(heap.best().map(({ value }) => value)).toEqual(expected);
      },
    ),
  );
});

describe('quantiles', () => {
  test.each([
    [0.5, [1, 2, 3, 4], 2.5],
    [0, [3, 1], 1],
    [1, [3, 1], 3],
    [-0.1, [1], -Infinity],
    [1.1, [1], Infinity],
    [NaN, [1], NaN],
    [0.5, [], NaN],
    [0, [NaN, 1], NaN],
    [1, [NaN, 1], 1],
  ])('%d of %j', (q, values, expected) => {
    const sorted = Float64Array.from(values);
    sortNaNFirst(sorted);
    expect(quantileOfSorted(q, sorted)).toBe(expected);
  });
});

describe('classic histograms', () => {
  const buckets = (...pairs: readonly (readonly [number, number])[]): ClassicBuckets => {
    const made = new ClassicBuckets(pairs.length);
    for (const [upperBound, count] of pairs) made.add(upperBound, count);
    return made;
  };

  test.each([
    [0.5, buckets([1, 10], [2, 30], [Infinity, 40]), 1.5],
    [0.95, buckets([1, 10], [2, 30], [Infinity, 40]), 2],
    [0.1, buckets([1, 10], [Infinity, 10]), 0.1],
    [0.5, buckets([1, 10]), NaN],
    [0.5, buckets([1, 0], [Infinity, 0]), NaN],
    [-1, buckets([1, 1], [Infinity, 1]), -Infinity],
    [2, buckets([1, 1], [Infinity, 1]), Infinity],
    [NaN, buckets([1, 1], [Infinity, 1]), NaN],
    [0.5, buckets([-1, 5], [Infinity, 5]), -1],
    [0.5, buckets([Infinity, 5]), NaN],
    [0.5, buckets([1, 4], [1, 6], [Infinity, 20]), 1],
  ])('the %d-quantile %#', (q, from, expected) => {
    const forced = new ForcedMonotonicity();
    expect(classicQuantile(q, from, 0, forced)).toBe(expected);
    expect(forced.samples).toBe(0);
  });

  test('what falls is made to rise, and told', () => {
    const forced = new ForcedMonotonicity();
    expect(classicQuantile(0.5, buckets([1, 10], [2, 5], [Infinity, 20]), 7, forced)).toBe(1);
    expect(classicQuantile(0.5, buckets([1, 10], [3, 9], [Infinity, 20]), 9, forced)).toBe(1);
    expect(forced).toMatchObject({
      minBucket: 2,
      maxBucket: 3,
      maxDifference: 5,
      minTimestampMs: 7,
      maxTimestampMs: 9,
      samples: 2,
    });
  });

  test.each([
    [0, 1, 0.25],
    [1, 1.5, 0.25],
    [-Infinity, Infinity, 1],
    [2, 1, 0],
  ])('the fraction from %d to %d', (lower, upper, expected) => {
    expect(classicFraction(lower, upper, buckets([1, 10], [2, 30], [Infinity, 40]))).toBe(expected);
  });
});

test('texts sort with their numbers as numbers', () => {
  const words = ['a10', 'a9', 'b', 'a', 'a09', '10', '9', ''];
  expect([...words].sort(compareNatural)).toEqual(['', '9', '10', 'a', 'a9', 'a09', 'a10', 'b']);
});

/** Vectors of https://github.com/Cyan4973/xxHash. */
test.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
  ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
])('xxHash64 of %j', (text, hash) => {
  expect(xxHash64(new TextEncoder().encode(text))).toBe(hash);
});
