import { describe, expect, test } from '@jest/globals';
import { ApiError, invalidParameter } from './errors.js';
import { FormValues } from './form-values.js';
import { durationOf, Parameters } from './parameters.js';
import { goTime, parseTimestamp } from './timestamps.js';

type Given = Readonly<Record<string, string | readonly string[]>>;

function parameters(query: Given, body?: Given): Parameters {
  return new Parameters(body && formOf(body), formOf(query));
}

function formOf(given: Given): FormValues {
  const pairs = Object.entries(given).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value]),
  );
  return new FormValues(String(new URLSearchParams(pairs as [string, string][])));
}

describe('times', () => {
  test.each<[string, number | undefined]>([
    ['0', 0],
    ['1e3', 1_000_000],
    ['-1.5', -1500],
    ['1435781451.781', 1_435_781_451_781],
    ['1435781451.7815', 1_435_781_451_782],
    ['2015-07-01T20:10:51.781Z', 1_435_781_451_781],
    ['2015-07-01T22:10:51+02:00', 1_435_781_451_000],
    ['2015-07-01 20:10:51Z', undefined],
    ['2015-07-01', undefined],
    ['abc', undefined],
    ['', undefined],
    ['NaN', undefined],
    ['0x10', undefined],
    ['-292273086-05-16T16:47:06Z', -Number.MAX_SAFE_INTEGER],
    ['292277025-08-18T07:12:54.999999999Z', Number.MAX_SAFE_INTEGER],
  ])('%s', (given, expected) => {
    expect(parseTimestamp(given)).toBe(expected);
  });

  test.each<[number | undefined, string]>([
    [undefined, '0001-01-01T00:00:00Z'],
    [0, '1970-01-01T00:00:00Z'],
    [1_435_781_451_780, '2015-07-01T20:10:51.78Z'],
    [1_435_781_460_000, '2015-07-01T20:11:00Z'],
  ])('%p prints as Go prints it', (timeMs, expected) => {
    expect(goTime(timeMs)).toBe(expected);
  });
});

test.each<[string, number | string]>([
  ['5', 5000],
  ['0.5', 500],
  ['1m30s', 90_000],
  ['-1', -1000],
  ['1ns', 'cannot parse "1ns" to a valid duration'],
  ['x', 'cannot parse "x" to a valid duration'],
  ['0x1p3', 8000],
  ['1_0', 10_000],
  ['0x10', 'cannot parse "0x10" to a valid duration'],
  ['1e400', 'cannot parse "1e400" to a valid duration'],
  ['Inf', 'cannot parse "Inf" to a valid duration. It overflows int64'],
  ['1e20', 'cannot parse "1e20" to a valid duration. It overflows int64'],
])('duration %s', (given, expected) => {
  expect(durationOf(given)).toBe(expected);
});

describe('parameters', () => {
  test('of the body come before those of the URL', () => {
    const both = parameters({ 'match[]': ['a', 'b'], time: '5' }, { 'match[]': 'c', time: '6' });
    expect(both.all('match[]')).toEqual(['c', 'a', 'b']);
    expect(both.time('time')).toBe(6000);
    expect(both.get('nothing')).toBe('');
  });

  // Messages as the real server's.
  test.each<[Record<string, string>, (each: Parameters) => unknown, string]>([
    [
      { time: 'abc' },
      (each) => each.time('time'),
      'invalid parameter "time": invalid time value for \'time\': cannot parse "abc" to a valid timestamp',
    ],
    [
      {},
      (each) => each.requiredTime('start'),
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      { timeout: 'abc' },
      (each) => each.duration('timeout'),
      'invalid parameter "timeout": cannot parse "abc" to a valid duration',
    ],
    [
      { limit: 'abc' },
      (each) => each.limit(),
      'invalid parameter "limit": strconv.Atoi: parsing "abc": invalid syntax',
    ],
    [{ limit: '-1' }, (each) => each.limit(), 'invalid parameter "limit": limit must be non-negative'],
    [
      { 'match[]': 'up{' },
      (each) => each.selectors((reason) => invalidParameter('match[]', reason)),
      'invalid parameter "match[]": 1:4: parse error: unexpected end of input inside braces',
    ],
    [
      { 'match[]': '{a=""}' },
      (each) => each.selectors((reason) => invalidParameter('match[]', reason)),
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    ],
  ])('%j is refused', (query, read, message) => {
    expect(() => read(parameters(query))).toThrow(new ApiError('bad_data', message));
  });

  test('selectors', () => {
    const selectors = parameters({ 'match[]': ['up{a!="b"}', '{job=~"x.*",c=""}'] }).selectors((reason) =>
      invalidParameter('x', reason),
    );
    expect(selectors.map((matchers) => matchers.map(String).sort())).toEqual([
      ['__name__="up"', 'a!="b"'],
      ['c=""', 'job=~"x.*"'],
    ]);
  });
});
