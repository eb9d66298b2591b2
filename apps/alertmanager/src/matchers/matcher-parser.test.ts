import { describe, expect, test } from '@jest/globals';
import { RecordingLogger, silentLogger } from '@narthex/testkit';
import { compareMatchers, formatMatchers } from './label-matcher';
import { MatcherParser, type MatcherMode } from './matcher-parser';

/**
 * Input, and what the real `amtool` makes of it in each mode: the sorted matchers, or `!` and the complaint.
 */
const table: readonly (readonly [string, string, string, string])[] = [
  ['foo=bar', '{foo="bar"}', '{foo="bar"}', '{foo="bar"}'],
  ['foo="bar"', '{foo="bar"}', '{foo="bar"}', '{foo="bar"}'],
  ['foo=~"a|b"', '{foo=~"a|b"}', '{foo=~"a|b"}', '{foo=~"a|b"}'],
  ['foo!="bar"', '{foo!="bar"}', '{foo!="bar"}', '{foo!="bar"}'],
  ['foo!~b.*', '{foo!~"b.*"}', '{foo!~"b.*"}', '{foo!~"b.*"}'],
  ['{foo="bar"}', '{foo="bar"}', '{foo="bar"}', '{foo="bar"}'],
  ['{foo="bar",}', '{foo="bar"}', '{foo="bar"}', '{foo="bar"}'],
  ['{foo="bar", baz!="x"}', '{baz!="x",foo="bar"}', '{baz!="x",foo="bar"}', '{baz!="x",foo="bar"}'],
  ['foo=bar,baz=x', '{baz="x",foo="bar"}', '{baz="x",foo="bar"}', '{baz="x",foo="bar"}'],
  ['foo="a,b"', '{foo="a,b"}', '{foo="a,b"}', '{foo="a,b"}'],
  ['"foo bar"="x"', '{"foo bar"="x"}', '!bad matcher format: "foo bar"="x"', '{"foo bar"="x"}'],
  ['foo="a\\"b"', '{foo="a\\"b"}', '{foo="a\\"b"}', '{foo="a\\"b"}'],
  ['foo="a\\nb"', '{foo="a\\nb"}', '{foo="a\\nb"}', '{foo="a\\nb"}'],
  [
    'foo=a"b',
    '!matcher value contains unescaped double quote: a"b',
    '!matcher value contains unescaped double quote: a"b',
    '!5:7: "b: missing end ": expected a comma or close brace',
  ],
  [
    'foo="a',
    '!matcher value contains unescaped double quote: "a',
    '!matcher value contains unescaped double quote: "a',
    '!4:6: "a: missing end ": expected label value',
  ],
  [
    'foo',
    '!bad matcher format: foo',
    '!bad matcher format: foo',
    "!end of input: expected an operator such as '=', '!=', '=~' or '!~'",
  ],
  [
    '=bar',
    '!bad matcher format: =bar',
    '!bad matcher format: =bar',
    '!0:1: unexpected =: expected label name',
  ],
  ['foo==bar', '{foo="=bar"}', '{foo="=bar"}', '!4:5: unexpected =: expected label value'],
  ['foo=', '{foo=""}', '{foo=""}', '!end of input: expected label value'],
  ['foo=""', '{foo=""}', '{foo=""}', '{foo=""}'],
  ['{foo="bar"', '{foo="bar"}', '{foo="bar"}', '!0:10: end of input: expected close brace'],
  ['foo="bar"}', '{foo="bar"}', '{foo="bar"}', '!0:10: }: expected opening brace'],
  ['{}', '{}', '{}', '{}'],
  ['', '{}', '{}', '{}'],
  [
    'foo=~(',
    '!error parsing regexp: missing closing ): `^(?:()$`',
    '!error parsing regexp: missing closing ): `^(?:()$`',
    '!failed to create matcher: error parsing regexp: missing closing ): `^(?:()$`',
  ],
  [
    'foo=~"("',
    '!error parsing regexp: missing closing ): `^(?:()$`',
    '!error parsing regexp: missing closing ): `^(?:()$`',
    '!failed to create matcher: error parsing regexp: missing closing ): `^(?:()$`',
  ],
  ['Σ=x', '{Σ="x"}', '!bad matcher format: Σ=x', '{Σ="x"}'],
  ['foo=Σ', '{foo="Σ"}', '{foo="Σ"}', '{foo="Σ"}'],
  ['foo="\\xff"', '{foo="\\\\xff"}', '{foo="\\\\xff"}', '!4:10: "\\xff": invalid input'],
  ['foo="\\d"', '{foo="\\\\d"}', '{foo="\\\\d"}', '!4:8: "\\d": invalid input'],
  ['foo=~"\\d+"', '{foo=~"\\\\d+"}', '{foo=~"\\\\d+"}', '!5:10: "\\d+": invalid input'],
  ['foo=~\\d', '{foo=~"\\\\d"}', '{foo=~"\\\\d"}', '!5:6: \\: invalid input: expected label value'],
  [
    'foo!bar',
    '!bad matcher format: foo!bar',
    '!bad matcher format: foo!bar',
    "!3:4: !: expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'",
  ],
  [
    'foo!',
    '!bad matcher format: foo!',
    '!bad matcher format: foo!',
    "!3:4: unexpected end of input, expected one of '=~': expected an operator such as '=', '!=', '=~' or '!~'",
  ],
  [
    'foo=bar baz',
    '{foo="bar baz"}',
    '{foo="bar baz"}',
    '!8:11: unexpected baz: expected a comma or close brace',
  ],
  [
    '{{foo="bar"}}',
    '!bad matcher format: {foo="bar"}',
    '!bad matcher format: {foo="bar"}',
    '!1:2: unexpected {: expected label name',
  ],
  [
    'foo=bar,,baz=x',
    '!bad matcher format: ',
    '!bad matcher format: ',
    '!8:9: unexpected ,: expected a matcher or close brace after comma',
  ],
  [',foo=bar', '!bad matcher format: ', '!bad matcher format: ', '!0:1: unexpected ,: expected label name'],
  [
    'foo="bar" baz="x"',
    '!matcher value contains unescaped double quote: "bar" baz="x"',
    '!matcher value contains unescaped double quote: "bar" baz="x"',
    '!10:13: unexpected baz: expected a comma or close brace',
  ],
  ['foo:bar=x', '{foo:bar="x"}', '{foo:bar="x"}', '{foo:bar="x"}'],
  ['foo=`x`', '{foo="`x`"}', '{foo="`x`"}', '!4:5: `: invalid input: expected label value'],
  ["foo='x'", '{foo="\'x\'"}', '{foo="\'x\'"}', "!4:5: ': invalid input: expected label value"],
  ['1foo=x', '{1foo="x"}', '!bad matcher format: 1foo=x', '{1foo="x"}'],
  ['foo = "bar" ', '{foo="bar"}', '{foo="bar"}', '{foo="bar"}'],
  ['foo="\\u00e9"', '{foo="\\\\u00e9"}', '{foo="\\\\u00e9"}', '{foo="é"}'],
  ['a-b=x', '{a-b="x"}', '!bad matcher format: a-b=x', '{a-b="x"}'],
  ['foo={bar}', '{foo="{bar"}', '{foo="{bar"}', '!4:5: unexpected {: expected label value'],
  ['foo=bar}', '{foo="bar"}', '{foo="bar"}', '!0:8: }: expected opening brace'],
];

function read(mode: MatcherMode, input: string): string {
  const parser = new MatcherParser({ mode, logger: silentLogger() });
  try {
    return formatMatchers(parser.parseAll(input, 'test').sort(compareMatchers));
  } catch (error) {
    return `!${(error as Error).message}`;
  }
}

describe('parseAll', () => {
  test.each(table)('%s', (input, fallback, classic, utf8) => {
    expect([read('fallback', input), read('classic', input), read('utf8', input)]).toEqual([
      fallback,
      classic,
      utf8,
    ]);
  });

  test('warns where only the classic parser understands', () => {
    const logger = new RecordingLogger();
    new MatcherParser({ mode: 'fallback', logger }).parseAll('foo=bar baz', 'config');
    expect(logger.lines).toMatchObject([
      { level: 'warn', fields: { input: 'foo=bar baz', suggestion: 'foo="bar baz"' } },
    ]);
  });
});

describe('parseOne', () => {
  const parser = new MatcherParser({ mode: 'fallback', logger: silentLogger() });

  test.each([
    ['{a=b}', 'unexpected open or close brace: {a=b}'],
    ['foo', 'bad matcher format: foo'],
    ['a=~"("', 'error parsing regexp: missing closing ): `^(?:()$`'],
  ])('refuses %s', (input, message) => {
    expect(() => parser.parseOne(input, 'api')).toThrow(message);
  });

  test('an absent label counts as empty, and a dot matches no newline', () => {
    expect(parser.parseOne('a=""', 'api').matches('')).toBe(true);
    expect(parser.parseOne('a!="x"', 'api').matches('')).toBe(true);
    expect(parser.parseOne('a=~".*"', 'api').matches('x\ny')).toBe(false);
  });
});
