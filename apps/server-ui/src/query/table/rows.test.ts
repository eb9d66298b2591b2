import { describe, expect, test } from '@jest/globals';
import { type QueryResult } from '../../api/types-query';
import { resultRows, sortRows } from './rows';

const histogram = { count: '7', sum: '3.5' };

describe('resultRows', () => {
  test('a vector has one sample a row, floats and histograms', () => {
    const data: QueryResult = {
      resultType: 'vector',
      result: [
        { metric: { a: '1' }, value: [10, '1.5'] },
        { metric: { a: '2' }, histogram: [10, histogram] },
      ],
    };
    expect(resultRows(data)).toEqual([
      { metric: { a: '1' }, samples: [{ timestampMs: undefined, value: '1.5' }] },
      { metric: { a: '2' }, samples: [{ timestampMs: undefined, value: histogram }] },
    ]);
  });
  test('a matrix has all samples in order of time', () => {
    const data: QueryResult = {
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [10, '1'],
            [12.345, '3'],
          ],
          histograms: [[11, histogram]],
        },
      ],
    };
    expect(resultRows(data)[0]?.samples).toEqual([
      { timestampMs: 10_000, value: '1' },
      { timestampMs: 11_000, value: histogram },
      { timestampMs: 12_345, value: '3' },
    ]);
  });
  test.each<QueryResult>([
    { resultType: 'scalar', result: [10, '4'] },
    { resultType: 'string', result: [10, '4'] },
  ])('%j is one row without labels', (data) => {
    expect(resultRows(data)).toEqual([
      { metric: undefined, samples: [{ timestampMs: undefined, value: '4' }] },
    ]);
  });
});

test('sortRows sorts by name and by value, histograms by their count', () => {
  const rows = resultRows({
    resultType: 'vector',
    result: [
      { metric: { n: 'd' }, value: [1, '5'] },
      { metric: { n: 'a' }, value: [1, 'NaN'] },
      { metric: { n: 'c' }, value: [1, '+Inf'] },
      { metric: { n: 'b' }, histogram: [1, histogram] },
    ],
  });
  const order = (key: Parameters<typeof sortRows>[1]): string =>
    sortRows(rows, key)
      .map((row) => row.metric?.n ?? '')
      .join('');
  expect(order('server')).toBe('dacb');
  expect(order('series')).toBe('abcd');
  expect(order('ascending')).toBe('adbc');
  expect(order('descending')).toBe('cbda');
});
