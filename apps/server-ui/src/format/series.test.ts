import { describe, expect, test } from '@jest/globals';
import { commonLabels, formatSeries, withoutLabels } from './series';

describe('formatSeries', () => {
  test.each([
    [{}, '{}'],
    [{ __name__: 'up' }, 'up'],
    [{ __name__: 'job:up:sum', job: 'node' }, 'job:up:sum{job="node"}'],
    [{ zone: 'b', __name__: 'up', job: 'node' }, 'up{job="node", zone="b"}'],
    [{ job: 'node' }, '{job="node"}'],
    [{ __name__: 'odd.name' }, '{"odd.name"}'],
    [{ __name__: 'odd.name', 'l.x': 'v', job: 'node' }, '{"odd.name", job="node", "l.x"="v"}'],
    [{ path: 'C:\\x "y"\nz' }, '{path="C:\\\\x \\"y\\"\\nz"}'],
  ])('%j', (metric, expected) => expect(formatSeries(metric)).toBe(expected));
});

test('commonLabels keeps what all share, and withoutLabels takes it away', () => {
  const metrics = [
    { __name__: 'up', job: 'node', instance: 'a' },
    { __name__: 'up', job: 'node', instance: 'b' },
  ];
  const shared = commonLabels(metrics);
  expect(shared).toEqual({ __name__: 'up', job: 'node' });
  expect(metrics.map((metric) => formatSeries(withoutLabels(metric, shared)))).toEqual([
    '{instance="a"}',
    '{instance="b"}',
  ]);
  expect(commonLabels([])).toEqual({});
});
