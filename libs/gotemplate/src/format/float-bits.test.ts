import { describe, expect, test } from '@jest/globals';
import { sprintf } from './sprintf.js';

// As Go's fmt prints them.
describe('floats by their bits', () => {
  test.each([
    ['%b', 2, '4503599627370496p-51'],
    ['%b', -1.5, '-6755399441055744p-52'],
    ['%b', 0, '0p-1074'],
    ['%b', 5e-324, '1p-1074'],
    ['%b', 2 ** 60, '4503599627370496p+8'],
    ['%b', Infinity, '+Inf'],
    ['%30b|', 2, '          4503599627370496p-51|'],
    ['%x', 2, '0x1p+01'],
    ['%x', 1.5, '0x1.8p+00'],
    ['%x', -0.1, '-0x1.999999999999ap-04'],
    ['%X', 255.5, '0X1.FFP+07'],
    ['%x', 0, '0x0p+00'],
    ['%x', 5e-324, '0x1p-1074'],
    ['%.3x', 1.999999, '0x1.000p+01'],
    ['%.1x', 1.03125, '0x1.0p+00'],
    ['%.0x', 1.5, '0x1p+01'],
    ['%x', NaN, 'NaN'],
  ])('%s of %s', (format, value, expected) => {
    expect(sprintf(format, [value])).toBe(expected);
  });
});
