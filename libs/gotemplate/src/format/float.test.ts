import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatGoFloat, type FloatVerb } from './float.js';

// Expectations of Go's strconv.FormatFloat, read off the real amtool's printf.
test.each<[number, FloatVerb, number, string]>([
  [1e6, 'g', -1, '1e+06'],
  [123456, 'g', -1, '123456'],
  [1e20, 'g', -1, '1e+20'],
  [0.0001, 'g', -1, '0.0001'],
  [0.00001, 'g', -1, '1e-05'],
  [1234.5, 'g', 3, '1.23e+03'],
  [100, 'g', 10, '100'],
  [0.5, 'f', 0, '0'],
  [1.5, 'f', 0, '2'],
  [2.5, 'f', 0, '2'],
  [0.25, 'f', 1, '0.2'],
  [99.95, 'f', 1, '100.0'],
  [0.1, 'f', 20, '0.10000000000000000555'],
  [15, 'e', 0, '2e+01'],
  [0, 'e', 2, '0.00e+00'],
  [1e-7, 'G', -1, '1E-07'],
  [1e22, 'f', 2, '10000000000000000000000.00'],
  [5e-324, 'g', -1, '5e-324'],
  [-0, 'g', -1, '-0'],
  [NaN, 'g', -1, 'NaN'],
  [Infinity, 'f', 2, '+Inf'],
  [-Infinity, 'f', 2, '-Inf'],
])('%p as %%%s with %p digits is %s', (value, verb, precision, expected) => {
  expect(formatGoFloat(value, verb, precision)).toBe(expected);
});

test('the shortest digits read back', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom<FloatVerb>('e', 'f', 'g'),
      (value, verb) => {
        expect(Number(formatGoFloat(value, verb, -1))).toBe(value);
      },
    ),
  );
});

test('fixed digits agree with toFixed except where a half is rounded', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-15, max: 1e15, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      (value, digits) => {
        const ours = formatGoFloat(value, 'f', digits);
        const half =
          formatGoFloat(value, 'f', digits + 1).endsWith('5') &&
          Number(ours) !== Number(value.toFixed(digits));
        fc.pre(!half);
        expect(Number(ours)).toBe(Number(value.toFixed(digits)));
        expect(ours.replace(/^[^.]*\.?/, '')).toHaveLength(digits);
      },
    ),
  );
});
