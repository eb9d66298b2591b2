import { describe, expect, test } from '@jest/globals';
import { quoteMeta } from './engine.js';
import { compile } from './search.js';

// Expectations read off the real amtool: `template render --template.text='{{ reReplaceAll … }}'`.
describe('replaceAll', () => {
  test.each<[string, string, string, string]>([
    ['x*', '-', 'abc', '-a-b-c-'],
    ['b*', '-', 'abc', '-a-c-'],
    ['a*', '-', 'baaac', '-b-c-'],
    ['(a)(b)?', '[$1$2]', 'ab a', '[ab] [a]'],
    ['(a)', '$1x', 'a', ''],
    ['(a)', '${1}x', 'a', 'ax'],
    ['(?P<n>a)', '$n-$$-$', 'a', 'a-$-$'],
    ['(?P<n>a)', '${n}${', 'a', 'a${'],
    ['(?P<n>a)', '${n', 'a', '${n'],
    ['(?P<n>a)', '${}', 'a', '${}'],
    ['(a)', '$01', 'a', ''],
    ['(a)', '$1_', 'a', ''],
    ['(a)', '$2', 'a', ''],
    ['(a)', '$$1', 'a', '$1'],
    ['(a)', '$0$0', 'a', 'aa'],
    ['^a', 'b', 'aaa', 'baa'],
    ['\\b', '#', 'ab cd', '#ab# #cd#'],
    ['$', '!', 'ab', 'ab!'],
    ['', '-', 'añ😀b', '-a-ñ-😀-b-'],
    ['.', 'x', '😀ñ', 'xx'],
    ['(a)', '$-', 'a', '$-'],
    ['(?i)K', 'x', 'Kk', 'xx'],
    ['(a)', '$99999999999', 'a', ''],
    ['.*', 'x', 'a\nb', 'x\nx'],
  ])('%s → %s in %j', (pattern, replacement, text, expected) => {
    expect(compile(pattern).replaceAll(text, replacement)).toBe(expected);
  });
});

test('test and find look anywhere', () => {
  expect(compile('b(c)?').test('abd')).toBe(true);
  expect(compile('b(c)?').find('abd')).toEqual(['b', undefined]);
  expect(compile('x').find('abd')).toBeUndefined();
  expect([...compile('(?P<x>a)|(?P<y>b)').groupNames()]).toEqual([
    ['x', 1],
    ['y', 2],
  ]);
});

test('quoteMeta quotes what Go quotes', () => {
  expect(quoteMeta('a.b+c*d?e(f)g|h[i]j{k}l^m$n\\o-p/q')).toBe(
    'a\\.b\\+c\\*d\\?e\\(f\\)g\\|h\\[i\\]j\\{k\\}l\\^m\\$n\\\\o-p/q',
  );
});
