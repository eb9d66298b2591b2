import { describe, expect, test } from '@jest/globals';
import { type BlockMeta, NO_STATS } from '../block/block-meta.js';
import { blockRangeEnd, blockRanges } from './block-ranges.js';
import { planCompaction, splitByRange } from './planner.js';

interface Told {
  readonly failed?: boolean;
  readonly series?: number;
  readonly tombstones?: number;
}

/** A block named by where it stands in the list. */
function blocks(...told: readonly (readonly [number, number, Told?])[]): BlockMeta[] {
  return told.map(([minTimeMs, maxTimeMs, { failed = false, series = 10, tombstones = 0 } = {}], at) => ({
    ulid: String(at + 1),
    minTimeMs,
    maxTimeMs,
    stats: { ...NO_STATS, numSeries: series, numTombstones: tombstones },
    compaction: { level: 1, sources: [], deletable: false, parents: [], failed, hints: [] },
    foreign: { meta: {}, stats: {}, compaction: {} },
  }));
}

const RANGES = [20, 60, 180, 540, 1620];
const plan = (
  metas: readonly BlockMeta[],
  rangesMs: readonly number[] = RANGES,
  mergeOverlaps = true,
): string =>
  planCompaction(metas, { rangesMs, mergeOverlaps })
    .map(({ ulid }) => ulid)
    .join(' ');

describe('ranges', () => {
  test.each([
    [2, 2, '2'],
    [2, 1, '2'],
    [2, 17, '2 6'],
    [2, 18, '2 6 18'],
    [1, 1e9, '1 3 9 27 81 243 729 2187 6561 19683'],
  ])('from %d up to %d: %s', (shortest, longest, ranges) => {
    expect(blockRanges(shortest, longest).join(' ')).toBe(ranges);
  });

  test.each([
    [0, 20, 20],
    [19, 20, 20],
    [20, 20, 40],
    [-1, 20, 0],
    [-20, 20, 0],
    [-21, 20, -20],
  ])('the range of %d ends, at a width of %d, at %d', (time, width, end) => {
    expect(blockRangeEnd(time, width)).toBe(end);
  });
});

describe('blocks that lie in one range', () => {
  test.each<[string, BlockMeta[], string]>([
    ['nothing of nothing', [], ''],
    ['one block', blocks([0, 20]), ''],
    ['a range not full yet, and the newest block left out', blocks([0, 20], [20, 40], [40, 60]), ''],
    ['a full range, once a block is behind it', blocks([0, 20], [20, 40], [40, 60], [60, 80]), '1 2 3'],
    [
      'a range with a gap, when a block beyond shows that it stays',
      blocks([0, 20], [20, 40], [60, 80], [80, 100]),
      '1 2',
    ],
    ['a range with a gap at its begin', blocks([20, 40], [40, 60], [60, 80], [80, 100]), '1 2'],
    ['blocks that fill the range with a hole in the middle', blocks([0, 20], [40, 60], [60, 80]), '1 2'],
    [
      'a range whose last block alone is missing is waited for',
      blocks([0, 20], [20, 40], [40, 60], [60, 80], [80, 100]).slice(3),
      '',
    ],
    [
      'a short range comes before a long one',
      blocks([0, 60], [60, 120], [120, 180], [180, 200], [200, 220], [220, 240], [240, 260]),
      '4 5 6',
    ],
    [
      'a long range of blocks of the range below',
      blocks([0, 60], [60, 120], [120, 180], [180, 200], [200, 220]),
      '1 2 3',
    ],
    ['blocks of different lengths', blocks([0, 60], [60, 80], [80, 100], [180, 200], [200, 220]), '2 3'],
    [
      'one block alone in its range stays',
      blocks([0, 20], [60, 80], [120, 140], [180, 200], [200, 220]),
      '1 2 3',
    ],
    [
      'a group with a block that failed is passed over',
      blocks([0, 20, { failed: true }], [20, 40], [40, 60], [60, 80], [80, 100], [100, 120], [120, 140]),
      '4 5 6',
    ],
    [
      'a block across the border of ranges belongs to none of them',
      blocks([0, 20], [20, 40], [50, 70], [80, 100], [100, 120], [120, 140]),
      '1 2',
    ],
    ['blocks longer than every range stay', blocks([0, 3240], [3240, 6480], [6480, 6500]), ''],
    ['times before the epoch', blocks([-60, -40], [-40, -20], [-20, 0], [0, 20]), '1 2 3'],
  ])('%s', (_name, metas, expected) => {
    expect(plan(metas)).toBe(expected);
    expect(plan([...metas].reverse())).toBe(expected);
  });

  test('one range is no reason to merge', () => {
    expect(plan(blocks([0, 20], [20, 40], [40, 60], [60, 80]), [20])).toBe('');
  });

  test('are split by aligned ranges', () => {
    const metas = blocks([0, 10], [10, 20], [50, 60], [90, 100], [110, 130], [150, 160]);
    expect(splitByRange(metas, 30).map((group) => group.map(({ ulid }) => ulid).join(' '))).toEqual([
      '1 2',
      '3',
      '4',
      '6',
    ]);
  });
});

describe('blocks that overlap', () => {
  test.each<[string, BlockMeta[], string]>([
    ['the newest two', blocks([0, 20], [20, 40], [30, 50]), '2 3'],
    ['touching is not overlapping', blocks([0, 20], [20, 40]), ''],
    ['one in another', blocks([0, 60], [20, 40], [60, 80]), '1 2'],
    ['a chain', blocks([0, 20], [19, 40], [39, 60], [60, 80]), '1 2 3'],
    ['only the first chain', blocks([0, 20], [10, 30], [40, 60], [50, 70]), '1 2'],
    ['one that spans all', blocks([0, 100], [20, 40], [60, 80], [100, 120]), '1 2 3'],
    ['the same range twice', blocks([0, 20], [0, 20]), '1 2'],
    ['failed ones too', blocks([0, 20, { failed: true }], [10, 30]), '1 2'],
  ])('%s', (_name, metas, expected) => {
    expect(plan(metas)).toBe(expected);
  });

  test('are left alone when asked to', () => {
    const metas = blocks([0, 20], [10, 30], [30, 40], [60, 80], [80, 100], [100, 120], [120, 140]);
    expect(plan(metas)).toBe('1 2');
    expect(plan(metas, RANGES, false)).toBe('1 2 3');
  });
});

describe('blocks of which much was deleted', () => {
  test.each<[string, BlockMeta[], string]>([
    ['long enough and above a twentieth', blocks([0, 540, { tombstones: 1 }], [540, 560]), '1'],
    ['at a twentieth or below', blocks([0, 540, { series: 19, tombstones: 1 }], [540, 560]), ''],
    ['too short', blocks([0, 60, { tombstones: 9 }], [60, 80]), ''],
    ['short, but deleted whole', blocks([0, 60, { tombstones: 10 }], [60, 80]), '1'],
    ['the newest block is left', blocks([0, 540], [540, 1080, { tombstones: 10 }]), ''],
    [
      'the newer of two',
      blocks([0, 540, { tombstones: 5 }], [540, 1080, { tombstones: 5 }], [1080, 1100]),
      '2',
    ],
    ['a short block ends the search', blocks([0, 540, { tombstones: 5 }], [540, 560], [1080, 1100]), ''],
  ])('%s', (_name, metas, expected) => {
    expect(plan(metas)).toBe(expected);
  });
});
