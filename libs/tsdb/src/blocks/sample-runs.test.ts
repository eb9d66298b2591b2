import { describe, expect, test } from '@jest/globals';
import { isStaleAt, STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, type CounterResetHint, type NativeHistogram } from '@narthex/model';
import { SampleColumns } from '@narthex/storage';
import { SampleRuns } from './sample-runs.js';

const { unknown, reset, notReset, gauge } = COUNTER_RESET_HINT;

function histogram(count: number, counterResetHint: CounterResetHint): NativeHistogram {
  return {
    counterResetHint,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: count,
    count,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: [],
    negativeBuckets: [],
    customValues: [],
  };
}

function floats(...samples: readonly (readonly [timestampMs: number, value: number])[]) {
  return (columns: SampleColumns): void => {
    for (const [timestampMs, value] of samples) columns.pushFloat(timestampMs, value);
  };
}

function histograms(
  ...samples: readonly (readonly [timestampMs: number, count: number, hint: CounterResetHint])[]
) {
  return (columns: SampleColumns): void => {
    for (const [timestampMs, count, hint] of samples)
      columns.pushHistogram(timestampMs, histogram(count, hint));
  };
}

/** Samples with start timestamps, as readers of chunks write them. */
function started(...samples: readonly (readonly [timestampMs: number, value: number, startMs: number])[]) {
  return (columns: SampleColumns): void => {
    columns.reserve(samples.length);
    columns.startTimestampsMs ??= new Float64Array(columns.timestampsMs.length);
    for (const [timestampMs, value, startMs] of samples) {
      columns.startTimestampsMs[columns.length] = startMs;
      columns.pushFloat(timestampMs, value);
    }
  };
}

type Read = (columns: SampleColumns) => void;

function joined(runs: readonly Read[], columns = new SampleColumns(1)): SampleColumns {
  const all = new SampleRuns(columns);
  for (const run of runs) all.add(run);
  all.finish();
  return columns;
}

function shown(columns: SampleColumns): readonly unknown[] {
  return Array.from({ length: columns.length }, (_, i) => {
    const each = columns.histograms?.[i];
    const value = each === undefined ? columns.values[i]! : `${each.count}/${each.counterResetHint}`;
    const startMs = columns.startTimestampsMs?.[i];
    return startMs === undefined
      ? [columns.timestampsMs[i], value]
      : [columns.timestampsMs[i], value, startMs];
  });
}

describe('samples of several parts', () => {
  test.each<[string, readonly Read[], readonly unknown[]]>([
    ['none', [], []],
    [
      'of one part',
      [floats([1, 10], [2, 20])],
      [
        [1, 10],
        [2, 20],
      ],
    ],
    [
      'one behind the other',
      [floats([1, 10]), floats(), floats([2, 20])],
      [
        [1, 10],
        [2, 20],
      ],
    ],
    [
      'the later part first',
      [floats([5, 50]), floats([1, 10], [2, 20])],
      [
        [1, 10],
        [2, 20],
        [5, 50],
      ],
    ],
    [
      'interleaved, three of them',
      [floats([1, 1], [4, 1]), floats([2, 2], [5, 2]), floats([3, 3], [6, 3])],
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      'at the same time: the last part stays',
      [floats([1, 1], [2, 1], [3, 1]), floats([2, 2], [3, 2], [4, 2]), floats([3, 3])],
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 2],
      ],
    ],
    [
      'a histogram in place of a float, and the other way round',
      [floats([1, 1], [2, 1]), histograms([2, 7, gauge], [3, 8, gauge]), floats([3, 5])],
      [
        [1, 1],
        [2, '7/3'],
        [3, 5],
      ],
    ],
    [
      'hints are kept within a part and forgotten where it begins',
      [histograms([1, 1, unknown], [2, 2, notReset]), histograms([3, 3, notReset], [4, 1, reset])],
      [
        [1, '1/0'],
        [2, '2/2'],
        [3, '3/0'],
        [4, '1/1'],
      ],
    ],
    [
      'hints are forgotten where parts take turns, but gauges stay gauges',
      [
        histograms([1, 1, unknown], [2, 2, notReset], [5, 5, notReset], [6, 6, notReset]),
        histograms([3, 3, notReset], [4, 4, gauge]),
      ],
      [
        [1, '1/0'],
        [2, '2/2'],
        [3, '3/0'],
        [4, '4/3'],
        [5, '5/0'],
        [6, '6/2'],
      ],
    ],
    [
      'hints are forgotten behind a sample that gave way',
      [histograms([1, 1, unknown], [2, 2, notReset], [3, 3, notReset]), histograms([1, 1, unknown])],
      [
        [1, '1/0'],
        [2, '2/0'],
        [3, '3/2'],
      ],
    ],
    [
      'start timestamps of some parts only',
      [floats([1, 1]), started([2, 2, 1], [3, 3, 1]), floats([4, 4])],
      [
        [1, 1, 0],
        [2, 2, 1],
        [3, 3, 1],
        [4, 4, 0],
      ],
    ],
    [
      'start timestamps in another order',
      [started([3, 3, 2]), started([1, 1, 0.5], [2, 2, 0.5])],
      [
        [1, 1, 0.5],
        [2, 2, 0.5],
        [3, 3, 2],
      ],
    ],
  ])('%s', (_, runs, expected) => {
    expect(shown(joined(runs))).toEqual(expected);
  });

  test('what the columns had before stays', () => {
    const columns = new SampleColumns();
    columns.pushFloat(100, 1);
    joined([floats([5, 50]), floats([1, 10])], columns);
    expect(shown(columns)).toEqual([
      [100, 1],
      [1, 10],
      [5, 50],
    ]);
  });

  test('stale markers stay stale', () => {
    const stale =
      (timestampMs: number): Read =>
      (columns) =>
        columns.pushFloat(timestampMs, STALE_NAN);
    const columns = joined([stale(5), floats([2, NaN]), stale(1)]);
    const words = new Uint32Array(columns.values.buffer);
    expect([0, 1, 2].map((i) => isStaleAt(words, i))).toEqual([true, false, true]);
  });
});

describe('a run that gives way', () => {
  function joinedWeakestLast(runs: readonly Read[]): (readonly [number, number])[] {
    const columns = new SampleColumns(1);
    const all = new SampleRuns(columns);
    const [weakest, ...others] = runs;
    for (const run of others) all.add(run);
    all.addWeakest(weakest!);
    all.finish();
    return Array.from({ length: columns.length }, (_, i) => [columns.timestampsMs[i]!, columns.values[i]!]);
  }

  test.each<[string, readonly Read[], readonly (readonly [number, number])[]]>([
    [
      'behind all others',
      [floats([5, 50], [6, 60]), floats([1, 1], [2, 2]), floats([3, 3])],
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [5, 50],
        [6, 60],
      ],
    ],
    [
      'at the time of another',
      [floats([2, 50], [6, 60]), floats([1, 1], [2, 2])],
      [
        [1, 1],
        [2, 2],
        [6, 60],
      ],
    ],
    [
      'before others',
      [floats([0, 10], [2, 50]), floats([1, 1], [2, 2]), floats([2, 3], [4, 4])],
      [
        [0, 10],
        [1, 1],
        [2, 3],
        [4, 4],
      ],
    ],
    ['without samples', [floats(), floats([1, 1]), floats([1, 2])], [[1, 2]]],
  ])('%s', (_, runs, expected) => {
    expect(joinedWeakestLast(runs)).toEqual(expected);
  });
});
