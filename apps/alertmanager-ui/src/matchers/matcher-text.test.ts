import { describe, expect, test } from '@jest/globals';
import { formatMatcher, formatMatchers, matchersOf, parseMatcher, parseMatchers } from './matcher-text';

describe('parseMatcher', () => {
  test.each([
    ['a=b', 'a="b"'],
    [' a = "b" ', 'a="b"'],
    ['a="b",', 'a="b"'],
    ['a!="b"', 'a!="b"'],
    ['a=~"b|c"', 'a=~"b|c"'],
    ['a!~b.*', 'a!~"b.*"'],
    ['a=', 'a=""'],
    ['a="x\\"y\\\\z\\n"', 'a="x\\"y\\\\z\\n"'],
    ['"a b"="c"', '"a b"="c"'],
    ['a=b c', 'a="b c"'],
  ])('%s reads %s', (text, shown) => {
    const matcher = parseMatcher(text);
    expect(matcher && formatMatcher(matcher)).toBe(shown);
  });

  test.each(['', 'a', '=b', 'a="b', 'a=b"c', 'a b=c', 'a!b'])('%s is none', (text) => {
    expect(parseMatcher(text)).toBeUndefined();
  });
});

test.each([
  ['{a="b",c=~"d,e"}', '{a="b",c=~"d,e"}'],
  ['a="b", c!=d', '{a="b",c!="d"}'],
  ['{}', ''],
  ['', ''],
  ['{a="b",nonsense}', '{a="b"}'],
])('parseMatchers %s', (text, shown) => {
  expect(formatMatchers(parseMatchers(text))).toBe(shown);
});

test('matchers of labels', () => {
  expect(formatMatchers(matchersOf({ b: '2', a: '1' }))).toBe('{a="1",b="2"}');
});
