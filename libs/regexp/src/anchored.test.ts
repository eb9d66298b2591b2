import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { AnchoredRegexp, compileAnchored } from './anchored.js';
import { readSyntax } from './syntax.js';

describe('matches', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['', [''], ['a', '\n']],
    ['foo', ['foo'], ['', 'fo', 'fooo', 'Foo', 'foo\n']],
    ['^foo$', ['foo'], ['xfoo', 'foo\n']],
    ['(?:^foo|bar$)', ['foo', 'bar'], ['fo', 'foobar']],
    ['foo.*', ['foo', 'foobar', 'foo\nbar'], ['fo', 'xfoo']],
    ['.*foo', ['foo', 'a\nfoo'], ['foox', 'fo']],
    ['.*foo.*', ['foo', 'xfoox', '\nfoo\n'], ['fo', 'f oo']],
    ['.+', ['a', '\n', '😀'], ['']],
    ['.*', ['', 'a', '\n\n'], []],
    ['foo.+', ['foox', 'foo\n'], ['foo', 'fo']],
    ['.+foo', ['xfoo'], ['foo']],
    ['a.+a', ['aba', 'aaa'], ['aa', 'a']],
    ['a.*a', ['aa', 'axa'], ['a', 'ab']],
    ['a.*b.*a', ['aba', 'axbxa'], ['aa', 'ab', 'ba']],
    ['.+b.+', ['abc', 'bbb'], ['bb', 'ab', 'ba', 'b']],
    ['.+.+', ['ab', '😀x'], ['a', '😀', '']],
    ['.*.+', ['a'], ['']],
    ['a|b|c', ['a', 'b', 'c'], ['', 'ab', 'd']],
    ['foo(bar|baz)', ['foobar', 'foobaz'], ['foo', 'bar', 'foobarbaz']],
    ['(foo|bar).*', ['foo', 'barx'], ['baz']],
    ['(?i)foo', ['foo', 'FOO', 'Foo'], ['fo', 'fooo']],
    ['(?i)foo.*|bar', ['FOOx', 'BAR'], ['xfoo', 'barx']],
    ['(?i:foo)bar', ['FOObar', 'foobar'], ['FOOBAR']],
    ['(?i)k', ['k', 'K', '\u212a'], ['x']],
    ['(?i)straße', ['STRAßE', 'straße', 'STRAẞE'], ['strasse']],
    ['(?i)ÄB', ['äb', 'Äb'], ['ab']],
    ['a?b', ['b', 'ab'], ['a', 'aab']],
    ['v[1-3]', ['v1', 'v3'], ['v', 'v4', 'v12']],
    ['[^a]', ['b', '\n'], ['a', '']],
    ['(?-s:.)', ['a'], ['\n', '']],
    ['(?-s).*', ['a', ''], ['\n', 'a\nb']],
    ['(?m)^a$', ['a'], ['a\nb']],
    ['a$b', [], ['a$b', 'ab']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{1,2}', ['a', 'aa'], ['', 'aaa']],
    ['(a|b){2}', ['aa', 'ab', 'ba', 'bb'], ['a', 'aba']],
    ['\\d+', ['1', '42'], ['', 'a']],
    ['foo\\.bar', ['foo.bar'], ['fooxbar']],
    ['\\x41', ['A'], ['a']],
    ['\\Qa.b\\E', ['a.b'], ['axb']],
    ['[\\]\\-x]', [']', '-', 'x'], ['\\', '']],
    ['[]a]', [']', 'a'], ['b']],
    ['a|', ['a', ''], ['b']],
    ['a{,2}', ['a{,2}'], ['a', 'aa']],
    ['(?P<x>a)b', ['ab'], ['a']],
    ['(?U)a.*b', ['ab', 'axb'], ['a']],
    ['[[:digit:]]x', ['1x'], ['ax']],
    ['日本|語', ['日本', '語'], ['日', '本語']],
  ])('%s', (pattern, accepted, refused) => {
    const regexp = compileAnchored(pattern);
    for (const value of accepted) expect([value, regexp.matches(value)]).toEqual([value, true]);
    for (const value of refused) expect([value, regexp.matches(value)]).toEqual([value, false]);
  });

  test('a pattern that backtracks for ever elsewhere takes linear time', () => {
    expect(compileAnchored('(a*)*b').matches('a'.repeat(50_000))).toBe(false);
    expect(compileAnchored('(x+x+)+y').matches('x'.repeat(50_000))).toBe(false);
  });

  test('only Alertmanager lets a dot stop at a newline', () => {
    expect(compileAnchored('a.*', 'matcher').matches('a\n')).toBe(true);
    expect(compileAnchored('a.*', 'relabel').matches('a\n')).toBe(true);
    expect(compileAnchored('a.*', 'alertmanager').matches('a\n')).toBe(false);
    expect(compileAnchored('a.*', 'alertmanager').matches('ab')).toBe(true);
    expect(compileAnchored('.*', 'alertmanager').matches('\n')).toBe(false);
    expect(compileAnchored('.*', 'alertmanager').matchesEverything).toBe(false);
  });
});

describe('what an index may use', () => {
  test.each<[string, readonly string[], string]>([
    ['foo', ['foo'], 'foo'],
    ['', [''], ''],
    ['a|b|c', ['a', 'b', 'c'], ''],
    ['a|b|a', ['a', 'b'], ''],
    ['foo(bar|baz)', ['foobar', 'foobaz'], 'fooba'],
    ['foo|', ['foo', ''], ''],
    ['prod-(eu|us)-[12]', ['prod-eu-1', 'prod-eu-2', 'prod-us-1', 'prod-us-2'], 'prod-'],
    ['colou?r', ['color', 'colour'], 'colo'],
    ['^(foo|fob)$', ['foo', 'fob'], 'fo'],
    ['foo.*', [], 'foo'],
    ['foo[0-9]+', [], 'foo'],
    ['(?i)foo', [], ''],
    ['(?i)123', ['123'], ''],
    ['(foo|fog).*', [], 'fo'],
    ['.*', [], ''],
    ['a+b', [], 'a'],
    ['a*b', [], ''],
    ['[0-9][0-9][0-9]', [], ''],
    ['\\d', [], ''],
    ['(😀a|😁a)', ['😀a', '😁a'], ''],
  ])('%s', (pattern, setMatches, prefix) => {
    const regexp = compileAnchored(pattern);
    expect(regexp.setMatches).toEqual(setMatches);
    expect(regexp.prefix).toBe(prefix);
  });

  test('a long list of literals stays a set, a large product does not', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `node-${index}`);
    const regexp = compileAnchored(names.join('|'));
    expect(regexp.setMatches).toEqual(names);
    expect(compileAnchored(`(?:${names.join('|')}):9100`).setMatches).toHaveLength(5000);
    expect(compileAnchored('[a-z][a-z]').setMatches).toEqual([]);
    expect(compileAnchored('[a-p][a-p]').setMatches).toHaveLength(256);
  });

  test.each<[string, boolean, boolean]>([
    ['.*', true, false],
    ['(.*)', true, false],
    ['^.*$', true, false],
    ['.*.*', true, false],
    ['foo|.*', true, false],
    ['.+', false, true],
    ['.*.+', false, true],
    ['(?s).+', false, true],
    ['(?-s).*', false, false],
    ['foo', false, false],
  ])('%s: everything %p, all but empty %p', (pattern, everything, nonEmpty) => {
    const regexp = compileAnchored(pattern);
    expect([regexp.matchesEverything, regexp.matchesNonEmpty]).toEqual([everything, nonEmpty]);
  });
});

describe('expand', () => {
  test.each<[string, string, string, string | undefined]>([
    ['(.*)', 'abc', '$1', 'abc'],
    ['(.*)', '', '$1', ''],
    ['(.*):(\\d+)', 'host:80', '${1}-$2', 'host-80'],
    ['(.*):(\\d+)', 'host', '$1', undefined],
    ['(?P<host>[^:]+)(:.*)?', 'h', '$host$2!', 'h!'],
    ['(a)', 'a', '$1x', ''],
    ['(a)', 'a', '${1}x', 'ax'],
    ['(a|b)c', 'bc', '$0=$1', 'bc=b'],
    ['foo.*', 'foo\nbar', 'x$0', 'xfoo\nbar'],
  ])('%s on %j with %s', (pattern, value, template, expected) => {
    expect(compileAnchored(pattern, 'relabel').expand(value, template)).toBe(expected);
  });

  test('groups by number and by name', () => {
    const regexp = new AnchoredRegexp('(?P<a>x)(y)?');
    expect(regexp.submatches('x')).toEqual(['x', 'x', undefined]);
    expect(regexp.submatches('z')).toBeUndefined();
    expect([...regexp.groupNames()]).toEqual([['a', 1]]);
  });
});

describe('the fast roads say what the engine says', () => {
  const atom = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'k', 'K', 'é', '1', '_', '😀', '\\.', 'ab') },
    {
      weight: 3,
      arbitrary: fc.constantFrom('.*', '.+', '.', '.*?', '[ab]', '[^a]', '[a-c1]', '\\d', '^', '$', '\\b'),
    },
  );
  const piece = fc
    .tuple(atom, fc.constantFrom('', '', '', '?', '+', '{2}', '{0,2}'))
    .map(([text, times]) => (/[*+?^$]$/.test(text) ? text : text + times));
  const pattern = fc.letrec<{ alternation: string; part: string; sequence: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      piece,
      tie('alternation').map((inner) => `(${inner})`),
      tie('alternation').map((inner) => `(?i:${inner})`),
      tie('alternation').map((inner) => `(?-s:${inner})?`),
    ),
    sequence: fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
    alternation: fc
      .array(tie('sequence'), { minLength: 1, maxLength: 3 })
      .map((options) => options.join('|')),
  })).alternation;
  const character = fc.constantFrom('a', 'b', 'A', 'k', 'K', '\u212a', 'é', 'É', '1', '_', '.', '\n', '😀');
  const value = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(''));
  const flags = fc.constantFrom('', '', '(?i)', '(?-s)', '(?m)');

  test('random patterns and values', () => {
    fc.assert(
      fc.property(flags, pattern, fc.array(value, { maxLength: 8 }), (flag, body, values) => {
        const source = flag + body;
        const slow = RE2JS.compile(source, RE2JS.DOTALL);
        const regexp = compileAnchored(source);
        for (const candidate of [...values, ...regexp.setMatches.slice(0, 20)]) {
          const expected = slow.matches(candidate);
          expect([source, candidate, regexp.matches(candidate)]).toEqual([source, candidate, expected]);
          if (expected) expect(candidate.startsWith(regexp.prefix)).toBe(true);
          if (regexp.setMatches.length > 0) {
            expect(regexp.setMatches.includes(candidate)).toBe(expected);
          }
        }
        expect(regexp.matchesEverything && !slow.matches('')).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  test('what the reading accepts, the engine accepts', () => {
    const tokens = [
      'a',
      'b',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '1',
      '2',
      ',',
      '*',
      '+',
      '?',
      '|',
      '^',
      '$',
      '.',
      '\\',
    ];
    const more = [
      '-',
      ':',
      '(?',
      '(?i)',
      '(?P<',
      '>',
      '(?:',
      '(?-s:',
      'd',
      'Q',
      'p',
      'x',
      '[:alpha:]',
      '[^',
      'é',
      '😀',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens, ...more), { maxLength: 8 }), (parts) => {
        const source = parts.join('');
        if (readSyntax(source, true) !== undefined) RE2JS.compile(source);
      }),
      { numRuns: 20_000 },
    );
  });

  test('enclosed forms', () => {
    fc.assert(
      fc.property(pattern, value, (body, candidate) => {
        const newline = RE2JS.compile(`^(?s:${body})$`).testExact(candidate);
        expect(compileAnchored(body, 'relabel').matches(candidate)).toBe(newline);
        const noNewline = RE2JS.compile(`^(?:${body})$`).testExact(candidate);
        expect(compileAnchored(body, 'alertmanager').matches(candidate)).toBe(noNewline);
      }),
      { numRuns: 500 },
    );
  });
});
