import { describe, expect, test } from '@jest/globals';
import { checkTextFormat } from './check-text-format.js';

const check = (text: string): void => checkTextFormat(Buffer.from(text));

describe('an exposition to check', () => {
  test.each([
    '',
    '\n \n',
    'x 1\n',
    '  x   1 \t2\n',
    'x{a = "b" , c="d",} +Inf -3\n',
    '# HELP x a\\\\b\\nc\n# TYPE x untyped\nx NaN\n',
    '#foo\n#\n# x y\n# HELP x\n# TYPE x\nx 1\n',
    '# TYPE h histogram\nh_bucket{le="1"} 1\n# HELP h late\nh_count 1\nh_sum 2\n',
    'x{a="1"} 1\nx{a="1"} 1\n',
    // Names in quotes are for the other parser.
    '{"a.b",c="d"} 1\nx{"y.z"="1"} 1\n# HELP "a.b" c\n',
  ])('%j is good', (text) => {
    expect(() => check(text)).not.toThrow();
  });

  // As 3.5.3 has them.
  test.each([
    ['x 1', 1, 'unexpected end of input stream'],
    ['\nx{a="b', 2, 'unexpected end of input stream'],
    ['x{a', 1, 'unexpected end of input stream'],
    ['1x 1\n', 1, 'invalid metric name'],
    ['é 1\n', 1, 'invalid metric name'],
    ['# HELP 1x y\n', 1, 'invalid metric name in comment'],
    ['# HELP x y\n# HELP x z\n', 2, 'second HELP line for metric name "x"'],
    ['x 1\n# TYPE x gauge\n', 2, 'second TYPE line for metric name "x", or TYPE reported after samples'],
    [
      '# TYPE h summary\n# TYPE h_sum gauge\n',
      2,
      'second TYPE line for metric name "h", or TYPE reported after samples',
    ],
    ['# TYPE x foo\n', 1, 'unknown metric type "foo"'],
    ['# HELP x a\\q\n', 1, "invalid escape sequence '\\q'"],
    ['x{1a="b"} 1\n', 1, 'invalid label name for metric "x"'],
    ['x{__name__="b"} 1\n', 1, 'label name "__name__" is reserved'],
    ['x{a:"b"} 1\n', 1, "expected '=' after label name, found ':'"],
    ["x{a='b'} 1\n", 1, "expected '\"' at start of label value, found '\\''"],
    ['x{a="1",a="2"} 1\n', 1, 'duplicate label names for metric "x"'],
    ['x{a="b\n"} 1\n', 1, 'label value "b" contains unescaped new-line'],
    ['x{a="\\q"} 1\n', 1, "invalid escape sequence '\\q'"],
    ['x{a="é"b="c"} 1\n', 1, 'unexpected end of label value "é"'],
    ['# TYPE h histogram\nh_bucket{le="x"} 1\n', 2, 'expected float as value for \'le\' label, got "x"'],
    ['# TYPE s summary\ns{quantile=""} 1\n', 2, 'expected float as value for \'quantile\' label, got ""'],
    ['x abc\n', 1, 'expected float as value, got "abc"'],
    ['x 1_0\n', 1, 'expected float as value, got "1_0"'],
    ['x 1e400\n', 1, 'expected float as value, got "1e400"'],
    ['x\n', 1, 'expected float as value, got ""'],
    ['x 1 1.5\n', 1, 'expected integer as timestamp, got "1.5"'],
    ['x 1 99999999999999999999\n', 1, 'expected integer as timestamp, got "99999999999999999999"'],
    ['x 1 2 3\n', 1, 'spurious string after timestamp: " 3"'],
  ])('%j', (text, line, reason) => {
    expect(() => check(text)).toThrow(`text format parsing error in line ${line}: ${reason}`);
  });

  test('a label value that is no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('x{a="'), Buffer.from([0xff]), Buffer.from('"} 1\n')]);
    expect(() => checkTextFormat(bytes)).toThrow('text format parsing error in line 1: invalid label value');
  });
});
