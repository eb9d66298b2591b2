import { describe, expect, test } from '@jest/globals';
import { TemplateEscapeError } from '../errors.js';
import { func } from '../values/function.js';
import { types } from '../values/type.js';
import { HtmlTemplateSet } from './html-template-set.js';
import { safeCss, safeHtmlAttribute, safeJs, safeTypes, safeUrl } from './safe-types.js';

describe('safe content goes through in its own place only', () => {
  const data = new Map([
    ['css', safeCss('a(b); c: url(x)')],
    ['js', safeJs('f("</a>")')],
    ['jsString', safeTypes.jsString.of('a\\n"')],
    ['url', safeUrl('javascript:x y')],
    ['attribute', safeHtmlAttribute('dir="ltr"')],
    ['sourceSet', safeTypes.sourceSet.of('a b,c')],
  ]);

  test.each([
    ['<p style="x: {{.css}}">{{.css}}</p>', '<p style="x: a(b); c: url(x)">a(b); c: url(x)</p>'],
    [
      '<script>{{.js}}; {{.css}}</script>{{.js}}',
      '<script>f("</a>"); "a(b); c: url(x)"</script>f(&#34;&lt;/a&gt;&#34;)',
    ],
    ['<script>x = "{{.jsString}}" + {{.jsString}}</script>', '<script>x = "a\\n\\u0022" + "a\\n""</script>'],
    ['<a href="{{.url}}" title="{{.url}}">', '<a href="javascript:x%20y" title="javascript:x y">'],
    ['<a href="{{.js}}">', '<a href="f%28%22%3c/a%3e%22%29">'],
    ['<a {{.attribute}} {{.url}}>', '<a dir="ltr" ZgotmplZ>'],
    ['<img srcset="{{.sourceSet}}">', '<img srcset="a b,c">'],
  ])('%s', (text, expected) => {
    expect(new HtmlTemplateSet().parse('t', text).execute('t', data)).toBe(expected);
  });
});

test('a template that cannot be escaped fails each time, until it is mended', () => {
  const set = new HtmlTemplateSet().parse('t', '{{template "x"}}').parse('x', '{{if .}}<a {{end}}');
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(() => set.execute('t', null)).toThrow(TemplateEscapeError);
    expect(() => set.execute('t', null)).toThrow(
      'html/template:x:1:5: {{if}} branches end in different contexts',
    );
  }
  set.parse('x', '{{if .}}<a>{{end}}ok');
  expect(set.execute('t', null)).toBe('ok');
});

test('a clone escapes its own templates', () => {
  const base = new HtmlTemplateSet({ functions: new Map([['f', func([types.any], (value) => value)]]) });
  base.parse('x', '<b>{{f .}}</b>');
  expect(base.execute('x', '<')).toBe('<b>&lt;</b>');
  const clone = base.clone().parse('x', '<b title="{{f .}}">');
  expect([clone.execute('x', '"'), base.execute('x', '"')]).toEqual(['<b title="&#34;">', '<b>&#34;</b>']);
  expect([clone.has('x'), clone.names()]).toEqual([true, ['x']]);
});

test('the names of escapers are not for templates', () => {
  expect(() => new HtmlTemplateSet().parse('t', '{{_html_template_htmlescaper 1}}')).toThrow(
    'template: t:1: function "_html_template_htmlescaper" not defined',
  );
});
