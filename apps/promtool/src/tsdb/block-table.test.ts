import { describe, expect, test } from '@jest/globals';
import { alignColumns } from '../table.js';
import { bytesText, durationText } from './block-table.js';

describe('sizes for people', () => {
  test.each([
    [0, '0B'],
    [576, '576B'],
    [1024, '1KiB'],
    [376_330, '367KiB522B'],
    [1_166_152, '1MiB114KiB840B'],
    [2 ** 30 + 1, '1GiB1B'],
  ])('%d is %s', (sizeBytes, text) => {
    expect(bytesText(sizeBytes)).toBe(text);
  });
});

describe('durations', () => {
  test.each([
    [1, '1ms'],
    [10_001, '10.001s'],
    [7_300_001, '2h1m40.001s'],
    [0, '0s'],
  ])('%d ms is %s', (durationMs, text) => {
    expect(durationText(durationMs)).toBe(text);
  });
});

test('columns are 13 wide at least, and wider where a cell is', () => {
  expect(
    alignColumns([
      ['a', 'b', 'c'],
      ['ünïcödé-and-more', '1', '2'],
    ]),
  ).toBe('a                 b            c\nünïcödé-and-more  1            2\n');
});
