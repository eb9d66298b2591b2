import { describe, expect, test } from '@jest/globals';
import { ScrapeTimes } from './scrape-times.js';

const START = 1_700_000_000_123;

describe('times of scrapes', () => {
  test.each([
    // interval, tolerance, times from the start on, what is stored
    ['late within the tolerance', 1000, 10, [0, 1003, 2010, 3000], [0, 1000, 2000, 3000]],
    ['early within the tolerance', 1000, 10, [0, 999, 1990, 2995], [0, 1000, 2000, 3000]],
    ['beyond the tolerance', 1000, 10, [0, 1011, 1989, 3000], [0, 1011, 1989, 3000]],
    ['never more than a hundredth of the interval', 200, 10, [0, 202, 403], [0, 200, 403]],
    ['intervals that were missed', 1000, 10, [0, 5004, 5999], [0, 5000, 6000]],
    ['a clock that was set back', 1000, 10, [0, 1000, -4000], [0, 1000, -4000]],
  ])('%s', (_what, interval, toleranceMs, offsets, stored) => {
    const times = new ScrapeTimes(START, interval, { adjust: true, toleranceMs });
    expect(offsets.map((offset) => times.next(START + offset) - START)).toEqual(stored);
  });

  test('stay as they are where no one wants them moved', () => {
    const times = new ScrapeTimes(START, 1000, { adjust: false, toleranceMs: 10 });
    expect([1, 999, 2001].map((offset) => times.next(START + offset) - START)).toEqual([1, 999, 2001]);
  });
});
