import { describe, expect, test } from '@jest/globals';
import { compileAnchored } from './anchored.js';
import { RegexpError } from './errors.js';

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

// Expectations read off the real promtool: `promql format 'x{a=~"…"}'`.
describe('errors read as in Go', () => {
  test.each<[string, string]>([
    ['(', 'missing closing ): `(`'],
    [')', 'unexpected ): `)`'],
    ['a(b', 'missing closing ): `a(b`'],
    ['foo(bar))', 'unexpected ): `foo(bar))`'],
    ['[a', 'missing closing ]: `[a`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['{2}', 'missing argument to repetition operator: `{2}`'],
    ['a|{1,}', 'missing argument to repetition operator: `{1,}`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{2}{3}', 'invalid nested repetition operator: `{2}{3}`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['a{2,1}', 'invalid repeat count: `{2,1}`'],
    ['((a{100}){100}){100}', 'invalid repeat count: `{100}`'],
    ['(?i', 'invalid or unsupported Perl syntax: `(?i`'],
    ['(?z)', 'invalid or unsupported Perl syntax: `(?z`'],
    ['(?P<>a)', 'invalid named capture: `(?P<>`'],
    ['(?P<n', 'invalid named capture: `(?P<n`'],
    ['(?P<n>', 'missing closing ): `(?P<n>`'],
    ['\\', 'trailing backslash at end of expression: ``'],
    ['\\8', 'invalid escape sequence: `\\8`'],
    ['\\pX', 'invalid character class range: `\\pX`'],
    ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<=a)', 'invalid named capture: `(?<=a)`'],
    ['\\C', 'invalid escape sequence: `\\C`'],
    ['\\x{110000}', 'invalid escape sequence: `\\x{110000`'],
    ['[]a', 'missing closing ]: `[]a`'],
    ['\\é', 'invalid escape sequence: `\\é`'],
    ['\\Z', 'invalid escape sequence: `\\Z`'],
  ])('%s', (pattern, message) => {
    const error = errorOf(() => compileAnchored(pattern));
    expect(error).toBeInstanceOf(RegexpError);
    expect(error).toMatchObject({
      message: `error parsing regexp: ${message}`,
      code: 'regexp_syntax',
      expression: pattern,
    });
  });

  test('the enclosed forms show their anchors', () => {
    expect(() => compileAnchored('(', 'relabel')).toThrow(
      'error parsing regexp: missing closing ): `^(?s:()$`',
    );
    expect(() => compileAnchored('(', 'alertmanager')).toThrow(
      'error parsing regexp: missing closing ): `^(?:()$`',
    );
  });

  test.each(['\\Qab', '[\\d-z]', 'a{,2}', 'a{', '\\07', '\\_', '\\z', '\\A', '(?i-i)', '[a-b-c]', '(?<n>a)'])(
    'accepts %s',
    (pattern) => {
      expect(compileAnchored(pattern).source).toBe(pattern);
    },
  );
});
