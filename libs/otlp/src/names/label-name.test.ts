import { describe, expect, test } from '@jest/globals';
import { labelName } from './label-name.js';

interface Names {
  readonly key: string;
  /** By default: underscores are kept, `key` stands before one. */
  readonly kept: string;
  /** Where underscores are collapsed, and nothing stands before one. */
  readonly collapsed: string;
}

describe('escaped', () => {
  test.each<Names>([
    { key: 'http.method', kept: 'http_method', collapsed: 'http_method' },
    { key: 'a:b', kept: 'a_b', collapsed: 'a_b' },
    { key: '5xx', kept: 'key_5xx', collapsed: 'key_5xx' },
    { key: '_private', kept: 'key_private', collapsed: '_private' },
    { key: '.private', kept: 'key_private', collapsed: '_private' },
    { key: '_', kept: 'key_', collapsed: '' },
    { key: '__two', kept: '__two', collapsed: '_two' },
    { key: '__name__', kept: '__name__', collapsed: '__name__' },
    { key: '__a__b__', kept: '__a__b__', collapsed: '__a_b__' },
    { key: 'a__b', kept: 'a__b', collapsed: 'a_b' },
    { key: 'a.&b', kept: 'a__b', collapsed: 'a_b' },
    { key: 'end___', kept: 'end___', collapsed: 'end_' },
    { key: 'größe', kept: 'gr__e', collapsed: 'gr_e' },
    { key: '\u{1f600}x', kept: 'key_x', collapsed: '_x' },
  ])('$key', ({ key, kept, collapsed }) => {
    expect(labelName(key, { utf8: false, prefixUnderscore: true, keepUnderscores: true })).toBe(kept);
    if (collapsed === '') return;
    expect(labelName(key, { utf8: false, prefixUnderscore: false, keepUnderscores: false })).toBe(collapsed);
  });

  test.each([
    ['', true, 'label name is empty'],
    ['__', true, 'normalization for label name "__" resulted in invalid name "__"'],
    ['__', false, 'normalization for label name "__" resulted in invalid name "_"'],
    ['数据', true, 'normalization for label name "数据" resulted in invalid name "__"'],
    ['数据', false, 'normalization for label name "数据" resulted in invalid name "_"'],
  ])('nothing is left of %j (underscores kept: %j)', (key, keepUnderscores, message) => {
    const rules = { utf8: false, prefixUnderscore: false, keepUnderscores };
    expect(() => labelName(key, rules)).toThrow(message);
  });
});

test('as they are', () => {
  const rules = { utf8: true, prefixUnderscore: true, keepUnderscores: false };
  expect(labelName('größe.a__b', rules)).toBe('größe.a__b');
  expect(() => labelName('___', rules)).toThrow('label name "___" contains only underscores');
  expect(() => labelName('', rules)).toThrow('label name is empty');
});
