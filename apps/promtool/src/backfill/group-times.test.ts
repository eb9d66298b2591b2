import { describe, expect, test } from '@jest/globals';
import { evaluationOffsetMs, firstEvaluation } from './group-times.js';

describe('upstream’s evaluation times', () => {
  // Seen in blocks that the original made.
  test.each([
    ['rr.yml', 'g1', 60_000, 45_601],
    ['rr.yml', 'g2', 30_000, 1874],
  ])('file %s, group %s, every %d ms: %d', async (file, group, intervalMs, offsetMs) => {
    expect(await evaluationOffsetMs(file, group, intervalMs)).toBe(offsetMs);
  });

  test.each([
    [1_795_354_000_000, 1_795_354_005_601],
    [1_795_354_005_601, 1_795_354_005_601],
    [1_795_354_005_602, 1_795_354_065_601],
  ])('the first from %d on is %d', (fromMs, firstMs) => {
    expect(firstEvaluation(fromMs, 45_601, 60_000)).toBe(firstMs);
  });
});
