import { describe, expect, test } from '@jest/globals';
import { type BlockMeta, NO_STATS } from '../block/block-meta.js';
import { describeOverlaps, findOverlaps } from './overlaps.js';
import { beyondRetention, type StoredBlock } from './retention.js';

const meta = (ulid: string, minTimeMs: number, maxTimeMs: number, deletable = false): BlockMeta => ({
  ulid,
  minTimeMs,
  maxTimeMs,
  stats: NO_STATS,
  compaction: { level: 1, sources: [], deletable, parents: [], failed: false, hints: [] },
  foreign: { meta: {}, stats: {}, compaction: {} },
});
const block = (ulid: string, minTimeMs: number, maxTimeMs: number, sizeBytes = 10): StoredBlock => ({
  meta: meta(ulid, minTimeMs, maxTimeMs),
  sizeBytes,
});

const four = [block('a', 0, 20), block('b', 20, 40), block('c', 40, 60), block('d', 60, 80)];

describe('retention', () => {
  test.each([
    ['no limits', 0, 0, 1e9, ''],
    ['by time: as old as the limit is too old', 40, 0, 0, 'a b'],
    ['by time: younger', 41, 0, 0, 'a'],
    ['by time: the newest always stays', 1, 0, 0, 'a b c'],
    ['by size: what fits exactly stays', 0, 40, 0, ''],
    ['by size: the oldest go', 0, 39, 0, 'a'],
    ['by size: the head counts', 0, 40, 11, 'a b'],
    ['by size: a head that is too large leaves none', 0, 40, 41, 'a b c d'],
    ['both', 50, 25, 0, 'a b'],
  ])('%s', (_name, timeMs, sizeBytes, headBytes, expected) => {
    const result = beyondRetention(four, { timeMs, sizeBytes }, () => headBytes);
    expect([...result.removed].sort().join(' ')).toBe(expected);
  });

  test('tells which limit it was', () => {
    const of = (timeMs: number, sizeBytes: number): boolean[] => {
      const { byTime, bySize } = beyondRetention(four, { timeMs, sizeBytes }, () => 0);
      return [byTime, bySize];
    };
    expect([of(0, 0), of(60, 0), of(0, 5), of(20, 35)]).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  test('blocks marked deletable go without a limit', () => {
    const result = beyondRetention(
      [{ meta: meta('x', 0, 20, true), sizeBytes: 1 }, ...four],
      { timeMs: 0, sizeBytes: 0 },
      () => 0,
    );
    expect([...result.removed]).toEqual(['x']);
  });
});

describe('overlaps', () => {
  const names = (metas: readonly BlockMeta[]): string[] =>
    findOverlaps(metas).map(
      ({ minTimeMs, maxTimeMs, blocks }) =>
        `${minTimeMs}-${maxTimeMs}: ${blocks.map(({ ulid }) => ulid).join(' ')}`,
    );

  test('none', () => {
    expect(names([])).toEqual([]);
    expect(names([meta('a', 0, 10), meta('b', 10, 20)])).toEqual([]);
  });

  test('groups of what shares a range', () => {
    expect(names([meta('b', 5, 15), meta('a', 0, 10)])).toEqual(['5-10: a b']);
    expect(names([meta('a', 0, 10), meta('b', 1, 10), meta('c', 2, 10)])).toEqual(['2-10: a b c']);
    expect(names([meta('a', 0, 10), meta('b', 5, 15), meta('c', 12, 20)])).toEqual([
      '5-10: a b',
      '12-15: b c',
    ]);
    expect(names([meta('a', 0, 100), meta('b', 10, 20), meta('c', 50, 60)])).toEqual([
      '10-20: a b',
      '50-60: a c',
    ]);
  });

  test('in words', () => {
    expect(describeOverlaps(findOverlaps([meta('a', 0, 10_000), meta('b', 5000, 15_000)]))).toBe(
      '[mint: 5000, maxt: 10000, range: 5s, blocks: 2]: ' +
        '<ulid: a, mint: 0, maxt: 10000, range: 10s>, <ulid: b, mint: 5000, maxt: 15000, range: 10s>',
    );
  });
});
