import { expect, test } from '@jest/globals';
import { flattenExemplars, nearestPoint } from './exemplars';

test('flattenExemplars orders by time and leaves out what cannot be drawn', () => {
  const exemplar = (timestamp: number, value: string) => ({ labels: { trace_id: value }, value, timestamp });
  const flat = flattenExemplars([
    { seriesLabels: { a: '1' }, exemplars: [exemplar(3, '0.3'), exemplar(1, 'NaN')] },
    { seriesLabels: { a: '2' }, exemplars: [exemplar(2, '0.2')] },
  ]);
  expect(flat).toEqual([
    { seconds: 2, value: 0.2, labels: { trace_id: '0.2' }, seriesLabels: { a: '2' } },
    { seconds: 3, value: 0.3, labels: { trace_id: '0.3' }, seriesLabels: { a: '1' } },
  ]);
});

test('flattenExemplars keeps the latest thousand', () => {
  const exemplars = Array.from({ length: 1200 }, (_, timestamp) => ({ labels: {}, value: '1', timestamp }));
  const flat = flattenExemplars([{ seriesLabels: {}, exemplars }]);
  expect([flat.length, flat[0]?.seconds]).toEqual([1000, 200]);
});

test.each([
  [{ x: 11, y: 10 }, 0],
  [{ x: 18, y: 10 }, 1],
  [{ x: 50, y: 50 }, undefined],
])('nearestPoint to %j', (cursor, expected) => {
  const points = [
    { x: 10, y: 10 },
    { x: 20, y: 10 },
  ];
  expect(nearestPoint(points, cursor, 8)).toBe(expected);
});
