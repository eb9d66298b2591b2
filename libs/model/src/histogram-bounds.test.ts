import { describe, expect, test } from '@jest/globals';
import { exponentialBound } from './histogram-bounds.js';

describe('bounds of exponential buckets are upstream’s to the last digit', () => {
  test.each([
    [0, 0, 1],
    [0, 5, 32],
    [-2, 1, 16],
    [-4, 64, Number.MAX_VALUE],
    [-4, 65, Infinity],
    [0, 1024, Number.MAX_VALUE],
    [0, 1025, Infinity],
    [3, 8192, Number.MAX_VALUE],
    [3, 8193, Infinity],
    [3, -8584, 2 ** -1073],
    [1, 1, 1.414213562373095],
    [2, -1, 0.8408964152537144],
    [3, -58, 0.006569503244169644],
    [4, 9, 2 * 0.7384130729697496],
    [5, -64, 0.25],
    [7, -1, 0.9945994234836328],
    [8, -1, 0.9972960560854698],
    [8, 1, 1.0027112750502025],
    [8, 256, 2],
  ])('schema %d, bucket %d: %d', (schema, index, bound) => {
    expect(exponentialBound(schema, index)).toBe(bound);
  });

  test('a coarser schema has some of the bounds of a finer one', () => {
    for (let index = -300; index < 300; index++) {
      expect(exponentialBound(7, index)).toBe(exponentialBound(8, 2 * index));
    }
  });
});
