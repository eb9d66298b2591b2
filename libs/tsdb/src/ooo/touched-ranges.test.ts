import { expect, test } from '@jest/globals';
import { TouchedRanges } from './touched-ranges.js';

test('ranges, those of a span too, and what stays when the others are in blocks', () => {
  const ranges = new TouchedRanges(10);
  expect(ranges.starts()).toEqual([]);
  for (const timestampMs of [35, 39, -1, 12, 35]) ranges.add(timestampMs);
  ranges.addSpan(58, 81);
  expect(ranges.starts()).toEqual([-10, 10, 30, 50, 60, 70, 80]);
  ranges.begin();
  ranges.add(81);
  ranges.add(7);
  expect(ranges.starts()).toEqual([-10, 0, 10, 30, 50, 60, 70, 80]);
  ranges.settle();
  expect(ranges.starts()).toEqual([0, 80]);
  ranges.begin();
  ranges.settle();
  expect(ranges.starts()).toEqual([]);
});

test('an attempt that failed leaves them for the next', () => {
  const ranges = new TouchedRanges(10);
  ranges.add(1);
  ranges.begin();
  ranges.add(11);
  ranges.begin();
  ranges.add(21);
  expect(ranges.starts()).toEqual([0, 10, 20]);
  ranges.settle();
  expect(ranges.starts()).toEqual([20]);
});
