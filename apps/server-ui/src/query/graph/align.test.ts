import { expect, test } from '@jest/globals';
import { alignSeries, stackColumns } from './align';
import { hoveredSeries } from './hovered';
import { nextVisible, visibleSeries } from './legend-selection';

const grid = { start: 1000.5, end: 1004.5, step: 1 };

test('alignSeries lays values on the grid and leaves gaps', () => {
  const aligned = alignSeries(
    [
      {
        metric: { a: '1' },
        values: [
          [1000.5, '1'],
          [1001.5, '2'],
          [1004.5, '5'],
        ],
      },
      {
        metric: { a: '2' },
        values: [
          [1002.5, 'NaN'],
          [1003.5, '+Inf'],
          [1004.5, '-1.5e+00'],
          [1005.5, '9'],
        ],
      },
      { metric: { a: '3' }, histograms: [[1000.5, { count: '1', sum: '1' }]] },
    ],
    grid,
  );
  expect(aligned.times).toEqual([1000.5, 1001.5, 1002.5, 1003.5, 1004.5]);
  expect(aligned.columns).toEqual([
    [1, 2, null, null, 5],
    [null, null, null, null, -1.5],
    [null, null, null, null, null],
  ]);
  expect(aligned.histogramSeries).toBe(1);
});

test('alignSeries keeps the last point of a grid whose step is no binary fraction', () => {
  expect(
    alignSeries([{ metric: {}, values: [[0.3, '1']] }], { start: 0, end: 0.3, step: 0.1 }).columns,
  ).toEqual([[null, null, null, 1]]);
});

test('stackColumns piles up visible columns and keeps gaps', () => {
  const columns = [
    [1, 2, null],
    [10, null, 10],
    [100, 100, 100],
  ];
  expect(stackColumns(columns, [true, true, true])).toEqual([
    [1, 2, null],
    [11, null, 10],
    [111, 102, 110],
  ]);
  expect(stackColumns(columns, [true, false, true])).toEqual([
    [1, 2, null],
    [null, null, null],
    [101, 102, 100],
  ]);
});

test.each([
  ['a plain click shows one', [true, true, true], 1, false, [false, true, false]],
  ['a plain click on the only one shows all', [false, true, false], 1, false, [true, true, true]],
  ['a plain click on another moves there', [false, true, false], 2, false, [false, false, true]],
  ['with the modifier it takes one away', [true, true, true], 1, true, [true, false, true]],
  ['with the modifier it adds one', [false, true, false], 2, true, [false, true, true]],
])('%s', (_name, visible, clicked, modifier, expected) => {
  expect(nextVisible(visible, clicked, modifier)).toEqual(expected);
});

test('visibleSeries shows everything rather than nothing', () => {
  expect(visibleSeries(['a', 'b'], new Set(['a']))).toEqual([false, true]);
  expect(visibleSeries(['a', 'b'], new Set(['a', 'b', 'c']))).toEqual([true, true]);
});

test('hoveredSeries lists around the nearest, as they stand on the chart', () => {
  const columns = [[1], [5], [3], [null], [4], [2]];
  const all = columns.map(() => true);
  const at = (nearest: number): { index: number; nearest: number } => ({ index: 0, nearest });
  expect(hoveredSeries(columns, columns, all, at(0), 3).map(({ index }) => index)).toEqual([2, 5, 0]);
  expect(hoveredSeries(columns, columns, all, at(1), 3).map(({ index }) => index)).toEqual([1, 4, 2]);
  expect(hoveredSeries(columns, columns, all, at(2), 3)).toEqual([
    { index: 4, value: 4, nearest: false },
    { index: 2, value: 3, nearest: true },
    { index: 5, value: 2, nearest: false },
  ]);
  const stacked = stackColumns(columns, all);
  expect(
    hoveredSeries(columns, stacked, [true, true, false, true, true, true], at(0), 9).map(
      ({ index }) => index,
    ),
  ).toEqual([5, 4, 1, 0]);
});
