import { describe, expect, test } from '@jest/globals';
import { queryShape } from './query-shape.js';

const features = { durationExpressions: true, extendedRangeSelectors: true, experimentalFunctions: true };
const shown = (query: string): unknown => {
  const shape = queryShape(query, features);
  return (
    shape && [
      shape.nodeCount,
      ...shape.selectors.map(
        ({ matchers, offsetMs, rangeMs }) => `${matchers.map(String).join()} ${offsetMs} ${rangeMs ?? 'now'}`,
      ),
    ]
  );
};

describe('the shape of a query', () => {
  test.each<[string, unknown]>([
    ['1 + 1', [3]],
    ['up', [1, '__name__="up" 0 now']],
    ['sum by (a) (rate(x{b="c"}[5m] offset 1m))', [3, 'b="c",__name__="x" 60000 300000']],
    ['a / on (b) -c', [4, '__name__="c" 0 now', '__name__="a" 0 now']],
    ['nonsense(', [1]],
  ])('%s', (query, expected) => {
    expect(shown(query)).toEqual(expected);
  });

  test.each([
    'max_over_time(up[1h:1m])',
    'up @ 5',
    'rate(up[5m] @ end())',
    'info(up)',
    'up offset (1m + 1m)',
    'rate(up[1m * 2])',
    'rate(up[5m] anchored)',
    `up${' + up'.repeat(40)}`,
  ])('%s has none', (query) => {
    expect(shown(query)).toBeUndefined();
  });
});
