import { expect, test } from '@jest/globals';
import { countOf, formatAxisValue, formatBytes, formatGlance, parseSampleValue } from './number';

test.each([
  [0, 1, '0'],
  [0.02, 0.02, '0.02'],
  [0.1, 0.02, '0.10'],
  [16, 2, '16'],
  [1500, 500, '1.5k'],
  [1001, 1, '1001'],
  [1_250_000, 10_000, '1.25M'],
  [1_250_000, 1000, '1250k'],
  [2_000_000, 500_000, '2.0M'],
  [-3_000, 1000, '-3k'],
  [5e9, 1e9, '5G'],
  [2e-9, 1e-9, '2.00e-9'],
])('formatAxisValue(%d, %d)', (value, increment, expected) => {
  expect(formatAxisValue(value, increment)).toBe(expected);
});

test.each([
  [0, '0'],
  [1, '1'],
  [0.0372414, '0.0372414'],
  [15.99961234, '15.9996'],
  [123_456.789, '123,456.79'],
  [1_795_343_837, '1,795,343,837'],
  [0.00001234567, '1.2346e-5'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
])('formatGlance(%d)', (value, expected) => expect(formatGlance(value)).toBe(expected));

test.each([
  [0, '0 B'],
  [1536, '1.5 KiB'],
  [22_748_457_369, '21.19 GiB'],
])('formatBytes(%d)', (size, expected) => expect(formatBytes(size)).toBe(expected));

test.each([
  ['1', 1],
  ['0e+00', 0],
  ['1.5e+06', 1_500_000],
  ['+Inf', Infinity],
  ['-Inf', -Infinity],
  ['NaN', NaN],
])('parseSampleValue(%s)', (text, expected) => expect(parseSampleValue(text)).toBe(expected));

test('countOf takes the number', () => {
  expect([countOf(1, 'target'), countOf(1200, 'target'), countOf(2, 'series', 'series')]).toEqual([
    '1 target',
    '1,200 targets',
    '2 series',
  ]);
});
