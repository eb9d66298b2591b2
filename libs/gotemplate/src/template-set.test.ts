import { describe, expect, test } from '@jest/globals';
import {
  AsynchronousFunctionError,
  TemplateExecutionError,
  TemplateFunctionError,
  TemplateLimitError,
  TemplateParseError,
} from './errors.js';
import { HtmlTemplateSet } from './html/html-template-set.js';
import { safeHtml } from './html/safe-types.js';
import { TemplateSet } from './template-set.js';
import { func, method, variadicFunc } from './values/function.js';
import { type GoValue, type TemplateFunction } from './values/value.js';
import { mapOf, namedMap, sliceOf, structType, types } from './values/type.js';

function later(value: GoValue): Promise<GoValue> {
  return Promise.resolve().then(() => value);
}

function functions(...entries: [string, TemplateFunction][]): ReadonlyMap<string, TemplateFunction> {
  return new Map(entries);
}

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

describe('missing keys', () => {
  const text = '{{.a}}|{{.b}}|{{.c.d}}|{{with .b}}yes{{else}}no{{end}}';
  const untyped = new Map<string, GoValue>([['a', 1n]]);
  const typed = mapOf(types.string, types.string).of(new Map([['a', 'x']]));

  test.each<['default' | 'zero', GoValue, string, string]>([
    ['default', untyped, '{{.a}}|{{.b}}|{{.b.c}}', '1|<no value>|<no value>'],
    ['zero', untyped, '{{.a}}|{{.b}}', '1|<no value>'],
    ['default', typed, '{{.a}}|{{.b}}|{{with .b}}yes{{else}}no{{end}}', 'x|<no value>|no'],
    ['zero', typed, '{{.a}}|{{.b}}|{{with .b}}yes{{else}}no{{end}}', 'x||no'],
  ])('%s', (missingKey, data, template, expected) => {
    expect(new TemplateSet({ missingKey }).parse('t', template).execute('t', data)).toBe(expected);
  });

  test('error', () => {
    const set = new TemplateSet({ missingKey: 'error' }).parse('t', text);
    expect(() => set.execute('t', untyped)).toThrow(
      'template: t:1:9: executing "t" at <.b>: map has no entry for key "b"',
    );
    expect(() => set.execute('t', null)).toThrow(
      'executing "t" at <.a>: nil pointer evaluating interface {}.a',
    );
  });
});

describe('several templates', () => {
  test('a later text replaces what it defines, but not by nothing', () => {
    const set = new TemplateSet()
      .parse('a.tmpl', '{{define "x"}}one{{end}}{{define "y"}}why{{end}}')
      .parse('b.tmpl', '{{define "x"}}two{{end}}{{define "y"}} {{end}}')
      .parse('main', '{{template "x"}} {{template "y"}}');
    expect(set.execute('main', null)).toBe('two why');
    expect(set.names()).toEqual(['a.tmpl', 'b.tmpl', 'main', 'x', 'y']);
    expect(set.has('x')).toBe(true);
    expect(set.has('z')).toBe(false);
  });

  test('a clone goes its own way', () => {
    const base = new TemplateSet().parse('x', 'base');
    const clone = base.clone().parse('x', 'clone').parse('y', 'new');
    expect([base.execute('x', null), clone.execute('x', null), base.has('y')]).toEqual([
      'base',
      'clone',
      false,
    ]);
    const withFunctions = base
      .clone({ functions: functions(['f', func([], () => 'f!')]) })
      .parse('z', '{{f}}');
    expect(withFunctions.execute('z', null)).toBe('f!');
  });

  test('errors name the text and the template they are in', () => {
    const set = new TemplateSet()
      .parse('lib.tmpl', '\n{{define "inner"}}é {{len .}}{{end}}')
      .parse('main', '{{template "inner" 3}}');
    const error = errorOf(() => set.execute('main', null));
    expect(error).toBeInstanceOf(TemplateExecutionError);
    expect(error.message).toBe(
      'template: lib.tmpl:2:23: executing "inner" at <len .>: error calling len: len of type int',
    );
    expect(errorOf(() => set.execute('nope', null)).message).toBe(
      'template: no template "nope" associated with template "nope"',
    );
  });

  test('a text that does not parse changes nothing', () => {
    const set = new TemplateSet().parse('x', 'old');
    expect(errorOf(() => set.parse('x', '{{define "y"}}new{{end}}{{if}}'))).toBeInstanceOf(
      TemplateParseError,
    );
    expect(set.names()).toEqual(['x']);
    expect(set.execute('x', null)).toBe('old');
  });
});

describe('functions', () => {
  const set = new TemplateSet({
    functions: functions(
      [
        'add',
        variadicFunc([types.int], types.int, (first, ...rest) =>
          rest.reduce((sum, term) => sum + term, first),
        ),
      ],
      ['half', func([types.float64], (value) => value / 2)],
      ['fail', func([], () => Promise.reject(new TemplateFunctionError('no luck')))],
      ['throws', func([types.any], () => thrown())],
      ['len', func([types.any], () => 'mine')],
      ['adder', func([types.int], (by) => func([types.int], (value) => value + by))],
      ['slow', func([types.any], later)],
      ['strings', func([sliceOf(types.string)], (items) => items.join('+'))],
      ['nothing', func([], () => null)],
    ),
  });

  function thrown(): GoValue {
    throw new TemplateFunctionError('broken');
  }

  test.each([
    ['{{add 1}} {{add 1 2 3}} {{5 | add 1}}', '1 6 6'],
    ['{{half 3}} {{half 3.0}} {{half 1e1}}', '1.5 1.5 5'],
    ['{{len 3}}', 'mine'],
    ['{{call (adder 2) 3}} {{3 | call (adder 2)}}', '5 5'],
    ['{{nothing}} {{print nothing}} {{if nothing}}a{{else}}b{{end}}', '<no value> <nil> b'],
    ['{{or true (throws 1)}} {{and false (throws 1)}}', 'true false'],
  ])('%s', (text, expected) => {
    expect(set.clone().parse('t', text).execute('t', null)).toBe(expected);
  });

  test.each([
    ['{{add}}', 'at <add>: wrong number of args for add: want at least 1 got 0'],
    ['{{add 1.5}}', 'at <1.5>: expected integer; found 1.5'],
    ['{{add 1 "a"}}', 'at <"a">: expected integer; found "a"'],
    ['{{half true}}', 'at <true>: expected float; found true'],
    ['{{half (add 1)}}', 'at <1>: wrong type for value; expected float64; got int'],
    ['{{throws 1}}', 'at <throws 1>: error calling throws: broken'],
    ['{{strings "a"}}', `at <"a">: can't handle "a" for arg of type []string`],
    ['{{adder 1}}', "at <{{adder 1}}>: can't print {{adder 1}} of type func()"],
    ['{{call (adder 2)}}', 'at <call (adder 2)>: error calling call: wrong number of args: got 0 want 1'],
    ['{{call (adder 2) "a"}}', 'error calling call: arg 0: value has type string; should be int'],
  ])('%s fails', (text, message) => {
    expect(errorOf(() => set.clone().parse('t', text).execute('t', null)).message).toContain(message);
  });

  test('what a function threw is the cause', () => {
    const error = errorOf(() => set.clone().parse('t', '{{throws 1}}').execute('t', null));
    expect(error.cause).toBeInstanceOf(TemplateFunctionError);
  });

  test('functions may answer later', async () => {
    const text = '{{range slow .}}[{{slow . | print}}]{{end}}{{if eq (slow 1) 1}}{{add (slow 2) 1}}{{end}}';
    const parsed = set.clone().parse('t', text);
    await expect(parsed.executeAsync('t', [1n, 'a'])).resolves.toBe('[1][a]3');
    expect(errorOf(() => parsed.execute('t', [1n]))).toBeInstanceOf(AsynchronousFunctionError);
    await expect(set.clone().parse('t', 'x{{fail}}').executeAsync('t', null)).rejects.toThrow(
      'template: t:1:3: executing "t" at <fail>: error calling fail: no luck',
    );
  });

  test('a function may carry out a template of the same set', async () => {
    const html: HtmlTemplateSet = new HtmlTemplateSet({
      functions: functions([
        'tmpl',
        func([types.string, types.any], async (name, data) => safeHtml(await html.executeAsync(name, data))),
      ]),
    });
    html.parse('main', '{{define "x"}}<b>{{.}}</b>{{end}}<p>{{tmpl "x" .}}</p>');
    await expect(html.executeAsync('main', '<')).resolves.toBe('<p><b>&lt;</b></p>');
  });
});

describe('host values', () => {
  class Secret {
    readonly password = 'x';
  }

  test('only what is declared can be reached', () => {
    const type = structType<{ readonly Name: string; readonly hidden: string }>({
      name: 'pkg.T',
      fields: ['Name'],
    });
    const value = type.of({ Name: 'n', hidden: 'h' });
    const set = new TemplateSet().parse('t', '{{.Name}}');
    expect(set.execute('t', value)).toBe('n');
    for (const name of ['hidden', 'constructor', '__proto__', 'toString', 'valueOf', 'type', 'value']) {
      expect(() => set.clone().parse('t', `{{.${name}}}`).execute('t', value)).toThrow(
        `can't evaluate field ${name} in type pkg.T`,
      );
      expect(set.clone().parse('t', `{{.${name}}}`).execute('t', new Map())).toBe('<no value>');
    }
    expect(new Secret().password).toBe('x');
  });

  test('pointers print as what they point to', () => {
    const type = structType<{ readonly A: bigint; readonly B: GoValue }>({
      name: 'pkg.T',
      fields: ['A', 'B'],
      pointer: true,
    });
    const value = type.of({ A: 1n, B: ['x', null] });
    const set = new TemplateSet().parse('t', '{{.}} {{printf "%v %+v %T" . . .}} {{eq . .}} {{.A}}');
    expect(set.execute('t', value)).toBe('{1 [x <nil>]} &{1 [x <nil>]} &{A:1 B:[x <nil>]} *pkg.T true 1');
    expect(() => new TemplateSet().parse('t', '{{.C}}').execute('t', value)).toThrow(
      "can't evaluate field C in type *pkg.T",
    );
  });

  test('methods see the value and the arguments', () => {
    const type = namedMap<string>({
      name: 'pkg.M',
      element: types.string,
      text: (map) => `M(${map.size})`,
      methods: {
        Get: method(
          [types.string, types.string],
          (self: ReadonlyMap<string, string>, key, or) => self.get(key) ?? or,
        ),
        Later: method([], (self: ReadonlyMap<string, string>) => later(BigInt(self.size))),
      },
    });
    const value = type.of(new Map([['a', '1']]));
    const set = new TemplateSet({ missingKey: 'zero' });
    expect(set.parse('t', '{{.Get "a" "z"}}{{.Get "b" "z"}}{{.a}}{{.b}}{{.}}').execute('t', value)).toBe(
      '1z1M(1)',
    );
    return expect(set.parse('t', '{{.Later}}').executeAsync('t', value)).resolves.toBe('1');
  });
});

describe('limits', () => {
  test.each([
    ['steps', '{{range 1000000}}{{end}}', { maxSteps: 1000 }, 'template: t: exceeded maximum steps (1000)'],
    [
      'depth',
      '{{define "r"}}{{template "r"}}{{end}}{{template "r"}}',
      {},
      'exceeded maximum template depth (400)',
    ],
    ['output', '{{range 100}}0123456789{{end}}', { maxOutputLength: 500 }, 'exceeded maximum output (500)'],
    ['width', '{{printf "%999999d" 1}}', { maxOutputLength: 500 }, 'exceeded maximum output (500)'],
  ])('%s', (_, text, limits, message) => {
    const error = errorOf(() => new TemplateSet({ limits }).parse('t', text).execute('t', null));
    expect(error).toBeInstanceOf(TemplateLimitError);
    expect(error.message).toContain(message);
  });

  test('the stack is a limit like the others', () => {
    const nested = `${'{{if true}}'.repeat(400)}{{template "r"}}${'{{end}}'.repeat(400)}`;
    const set = new TemplateSet().parse('t', `{{define "r"}}${nested}{{end}}{{template "r"}}`);
    expect(errorOf(() => set.execute('t', null))).toBeInstanceOf(TemplateLimitError);
  });

  test('nesting in the text is bounded when it is parsed', () => {
    const parentheses = `{{${'('.repeat(2000)}1${')'.repeat(2000)}}}`;
    expect(errorOf(() => new TemplateSet().parse('t', parentheses))).toBeInstanceOf(TemplateParseError);
    const blocks = '{{if true}}'.repeat(2000) + '{{end}}'.repeat(2000);
    expect(errorOf(() => new TemplateSet().parse('t', blocks))).toBeInstanceOf(TemplateParseError);
  });
});
