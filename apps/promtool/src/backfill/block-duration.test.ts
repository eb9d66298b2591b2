import { describe, expect, test } from '@jest/globals';
import { blockDurationFor, blockStart } from './block-duration.js';

const HOUR_MS = 3_600_000;

describe('how long blocks may be', () => {
  test.each([
    [0, 2],
    [1, 2],
    [2, 2],
    [5.9, 2],
    [6, 6],
    [72, 54],
    [162, 162],
    [1e9, 2 * 3 ** 9],
  ])('%d hours asked for, %d given', (asked, given) => {
    expect(blockDurationFor(asked * HOUR_MS)).toBe(given * HOUR_MS);
  });
});

describe('where a block begins', () => {
  test.each([
    [0, 0],
    [7_199_999, 0],
    [7_200_000, 7_200_000],
    [-1, -0],
    [-7_200_001, -7_200_000],
  ])('%d is in the block from %d', (timestampMs, startMs) => {
    expect(blockStart(timestampMs, 2 * HOUR_MS)).toBe(startMs);
  });
});
