import { describe, expect, test } from '@jest/globals';
import { formatDuration, parseDuration } from './duration.js';
import { NumberError } from './errors.js';
import { formatFloat, formatFloatExponent, formatFloatG, formatFloatJson, parseFloatGo } from './number.js';

describe('floats print as in Go', () => {
  test.each([
    // value, 'f' -1, 'g' -1, 'e' -1
    [0, '0', '0', '0e+00'],
    [-0, '-0', '-0', '-0e+00'],
    [1, '1', '1', '1e+00'],
    [0.1, '0.1', '0.1', '1e-01'],
    [123456, '123456', '123456', '1.23456e+05'],
    [1e6, '1000000', '1e+06', '1e+06'],
    [1234567.5, '1234567.5', '1.2345675e+06', '1.2345675e+06'],
    [1e21, '1000000000000000000000', '1e+21', '1e+21'],
    [1.5e-7, '0.00000015', '1.5e-07', '1.5e-07'],
    [0.0001, '0.0001', '0.0001', '1e-04'],
    [5e-324, `0.${'0'.repeat(323)}5`, '5e-324', '5e-324'],
    [1.25e22, '12500000000000000000000', '1.25e+22', '1.25e+22'],
    [NaN, 'NaN', 'NaN', 'NaN'],
    [Infinity, '+Inf', '+Inf', '+Inf'],
    [-Infinity, '-Inf', '-Inf', '-Inf'],
  ])('%p', (value, plain, general, exponent) => {
    expect(formatFloat(value)).toBe(plain);
    expect(formatFloatG(value)).toBe(general);
    expect(formatFloatExponent(value)).toBe(exponent);
  });
});

test.each([
  [1e21, '1e+21'],
  [123456789012345680000, '123456789012345680000'],
  [1e-7, '1e-07'],
  [0.000001, '0.000001'],
  [-1e300, '-1e+300'],
  [0, '0'],
  [Infinity, '+Inf'],
])('%p in the API', (value, text) => expect(formatFloatJson(value)).toBe(text));

describe('floats are read as in Go', () => {
  test.each([
    ['1', 1],
    ['+.5', 0.5],
    ['1.', 1],
    ['-1e3', -1000],
    ['0x1p4', 16],
    ['0x.8p1', 1],
    ['Inf', Infinity],
    ['+infinity', Infinity],
    ['-iNf', -Infinity],
    ['nan', NaN],
  ])('%s', (text, value) => expect(parseFloatGo(text)).toBe(value));

  test.each(['', ' 1', '1 ', '0x1', '1e', '.', '1_000', '+nan', 'infin', '0b1', '1e999', '--1'])(
    '%j is refused',
    (text) => {
      expect(() => parseFloatGo(text)).toThrow(NumberError);
    },
  );
});

describe('durations', () => {
  test.each([
    ['0', 0, '0s'],
    ['1ms', 1, '1ms'],
    ['90m', 5_400_000, '1h30m'],
    ['1h30m', 5_400_000, '1h30m'],
    ['7d', 604_800_000, '1w'],
    ['8d', 691_200_000, '8d'],
    ['1y', 31_536_000_000, '1y'],
    ['1d12h', 129_600_000, '1d12h'],
    ['1s500ms', 1500, '1s500ms'],
  ])('%s', (text, durationMs, printed) => {
    expect(parseDuration(text)).toBe(durationMs);
    expect(formatDuration(durationMs)).toBe(printed);
  });

  test.each([
    ['', 'empty duration string'],
    ['1', 'not a valid duration string: "1"'],
    ['1m1h', 'not a valid duration string: "1m1h"'],
    ['-1s', 'not a valid duration string: "-1s"'],
    ['1.5h', 'unknown unit "." in duration "1.5h"'],
    ['1 m', 'unknown unit " m" in duration "1 m"'],
    ['5m5', 'not a valid duration string: "5m5"'],
    ['300y', 'duration out of range'],
  ])('%j is refused', (text, message) => expect(() => parseDuration(text)).toThrow(message));
});
