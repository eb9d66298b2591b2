import { expect, test } from '@jest/globals';
import { jaroWinkler, searchFilter, subsequenceScore } from './search-score.js';

test.each<[string, string, number]>([
  ['abc', 'abc', 1],
  ['ab', 'xab', (4 - 1 / 3) / 4],
  ['ac', 'abc', (2 - 1 / 3) / 4],
  ['ab', 'abxx', (4 - 2 / 4 / 2) / 4],
  ['ba', 'abc', 0],
])('%s within %s', (pattern, name, score) => {
  expect(subsequenceScore(pattern, name)).toBeCloseTo(score, 12);
});

test.each<[string, string, number]>([
  ['MARTHA', 'MARHTA', 0.9611111],
  ['DIXON', 'DICKSONX', 0.8133333],
  ['abc', 'xyz', 0],
  ['', 'x', 0],
])('%s is like %s', (one, other, score) => {
  expect(jaroWinkler(one, other)).toBeCloseTo(score, 6);
});

test('filters', () => {
  const options = { searches: ['Up'], algorithm: 'jarowinkler', threshold: 0, caseSensitive: false } as const;
  const names = ['up', 'startup', 'down'];
  expect(names.map(searchFilter(options))).toEqual([1, 0.9, undefined]);
  expect(names.map(searchFilter({ ...options, caseSensitive: true }))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(names.map(searchFilter({ ...options, searches: [] }))).toEqual([0, 0, 0]);
  expect(names.map(searchFilter({ ...options, searches: ['dn', ''], algorithm: 'subsequence' }))).toEqual([
    1, 1, 1,
  ]);
});
