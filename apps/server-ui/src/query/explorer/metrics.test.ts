import { expect, test } from '@jest/globals';
import { describeMetrics, searchMetrics } from './metrics';

const metrics = describeMetrics(['http_seconds_bucket', 'http_seconds_count', 'lone_count', 'up'], {
  http_seconds: [{ type: 'histogram', unit: '', help: 'How long answers took.' }],
  up: [
    { type: 'gauge', unit: '', help: 'Is it up?' },
    { type: 'unknown', unit: '', help: 'other' },
  ],
});

test('a family describes the series stored under its suffixes', () => {
  expect(metrics).toEqual([
    { name: 'http_seconds_bucket', type: 'histogram', help: 'How long answers took.' },
    { name: 'http_seconds_count', type: 'histogram', help: 'How long answers took.' },
    { name: 'lone_count', type: undefined, help: undefined },
    { name: 'up', type: 'gauge', help: 'Is it up?' },
  ]);
});

test.each([
  ['', ['http_seconds_bucket', 'http_seconds_count', 'lone_count', 'up']],
  ['count', ['http_seconds_count', 'lone_count']],
  ['lo', ['lone_count', 'http_seconds_bucket', 'http_seconds_count']],
  ['histogram long bucket', ['http_seconds_bucket']],
  ['nothing', []],
])('searchMetrics(%p)', (search, expected) => {
  expect(searchMetrics(metrics, search).map(({ name }) => name)).toEqual(expected);
});
