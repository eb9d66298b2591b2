import { describe, expect, test } from '@jest/globals';
import { TemplateFunctionError } from '../errors.js';
import { safeHtml } from '../html/safe-types.js';
import { TemplateSet } from '../template-set.js';
import { func, variadicFunc } from '../values/function.js';
import { type GoKey, type GoType, type GoValue, type TemplateFunction, TypedValue } from '../values/value.js';
import { mapOf, namedSlice, structType, types } from '../values/type.js';

/**
 * Annotations of an alerting rule as the real promtool expands them (`promtool test rules`), with the variables that
 * stand in front of each text and functions that query.
 */
const labelsType = mapOf(types.string, types.string);
type Labels = ReadonlyMap<GoKey, string>;

const sampleType = structType<{ readonly Labels: GoValue; readonly Value: number }>({
  name: 'template.sample',
  fields: ['Labels', 'Value'],
  pointer: true,
});
const resultType: GoType<readonly GoValue[]> = namedSlice({
  name: 'template.queryResult',
  element: sampleType,
});

const dataType = structType<Readonly<Record<'Labels' | 'ExternalLabels' | 'ExternalURL' | 'Value', GoValue>>>(
  {
    name:
      'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; ' +
      'Value interface {} }',
    fields: ['Labels', 'ExternalLabels', 'ExternalURL', 'Value'],
  },
);

const seriesLabels: Labels = new Map([
  ['__name__', 'm'],
  ['instance', 'i:1'],
  ['job', '<j>'],
]);

async function query(text: string): Promise<GoValue> {
  await Promise.resolve();
  if (text !== 'm' && text !== 'nope')
    throw new TemplateFunctionError('1:3: parse error: unexpected end of input');
  const sample = sampleType.of({ Labels: labelsType.of(seriesLabels), Value: 5 });
  return resultType.of(text === 'm' ? [sample] : []);
}

function first(result: readonly GoValue[]): GoValue {
  const [sample] = result;
  if (sample === undefined) throw new TemplateFunctionError('first() called on vector with no elements');
  return sample;
}

function labelOf(name: string, sample: { readonly Labels: GoValue }): GoValue {
  const labels = sample.Labels;
  return labels instanceof TypedValue ? (labelsType.unwrap(labels).get(name) ?? '') : '';
}

const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['query', func([types.string], query)],
  ['first', func([resultType], first)],
  ['value', func([sampleType], (sample) => sample.Value)],
  ['label', func([types.string, sampleType], labelOf)],
  ['safeHtml', func([types.string], safeHtml)],
  ['toUpper', func([types.string], (text) => text.toUpperCase())],
  ['args', variadicFunc([], types.any, (...args) => new Map(args.map((arg, index) => [`arg${index}`, arg])))],
]);

const data = dataType.of({
  Labels: labelsType.of(seriesLabels),
  ExternalLabels: labelsType.of(new Map([['x', 'y']])),
  ExternalURL: 'http://e/p',
  Value: 5,
});

const prelude =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

const set = new TemplateSet({ functions, missingKey: 'zero' });

describe('annotations expand as upstream expands them', () => {
  test.each([
    ['{{ $labels.instance }} {{ $value }}', 'i:1 5'],
    ['{{ .Labels.job }} {{ .Value | printf "%.2f" }}', '<j> 5.00'],
    ['{{ $labels.nope }}|', '|'],
    ['{{ $labels }}', 'map[__name__:m instance:i:1 job:<j>]'],
    [
      '{{ printf "%T %T %T" $labels $value . }}',
      'map[string]string float64 struct { Labels map[string]string; ExternalLabels map[string]string; ' +
        'ExternalURL string; Value interface {} }',
    ],
    ['{{ if gt $value 1.0 }}big{{ end }}', 'big'],
    ['{{ with query "m" }}{{ . | first | value }}{{ end }}', '5'],
    [
      '{{ range query "m" }}{{ .Labels.instance }}={{ .Value }};{{ . }}{{ end }}',
      'i:1=5;{map[__name__:m instance:i:1 job:<j>] 5}',
    ],
    ['{{ query "m" | first | label "job" }}', '<j>'],
    [
      '{{ printf "%T" (query "m") }} {{ with query "m" }}{{ printf "%T" (index . 0) }}{{ end }}',
      'template.queryResult *template.sample',
    ],
    ['{{ $externalLabels }} {{ $externalURL }}', 'map[x:y] http://e/p'],
    ['{{ .ExternalLabels.x }}|{{ .ExternalURL }}', 'y|http://e/p'],
    ['{{ define "x" }}{{ . }}{{ end }}{{ template "x" $value }}', '5'],
    ['{{ args 1 "a" }} {{ (args 1 "a").arg0 }}', 'map[arg0:1 arg1:a] 1'],
    ['{{ safeHtml "<b>" }} {{ safeHtml "<b>" | printf "%T" }}', '<b> template.HTML'],
    ['{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}', '__name__=m;instance=i:1;job=<j>;'],
    ['{{ len $labels }} {{ index $labels "job" }} {{ index $labels "zz" }}|', '3 <j> |'],
    ['{{ html $labels.job }}', '&lt;j&gt;'],
    ['{{ print $labels.job $value }}', '<j>5'],
  ])('%s', async (text, expected) => {
    const parsed = set.clone().parse('__alert_A', prelude + text);
    await expect(parsed.executeAsync('__alert_A', data)).resolves.toBe(expected);
  });

  test.each([
    [
      '{{ .Nope }}',
      '115: executing "__alert_A" at <.Nope>: can\'t evaluate field Nope in type struct { Labels map[string]string; ' +
        'ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
    ],
    ['{{ $value.X }}', `121: executing "__alert_A" at <$value.X>: can't evaluate field X in type float64`],
    [
      '{{ $labels.instance.X }}',
      '122: executing "__alert_A" at <$labels.instance.X>: can\'t evaluate field X in type string',
    ],
    [
      '{{ if gt $value 1 }}big{{ end }}',
      '118: executing "__alert_A" at <gt $value 1>: error calling gt: incompatible types for comparison: float64 and int',
    ],
    [
      '{{ query "nope" | first }}',
      '130: executing "__alert_A" at <first>: error calling first: first() called on vector with no elements',
    ],
    [
      '{{ range query "m" }}{{ .Foo }}{{ end }}',
      `136: executing "__alert_A" at <.Foo>: can't evaluate field Foo in type *template.sample`,
    ],
    [
      '{{ query "m{" }}',
      '115: executing "__alert_A" at <query "m{">: error calling query: 1:3: parse error: unexpected end of input',
    ],
    [
      '{{ toUpper (safeHtml "x") }}',
      '133: executing "__alert_A" at <"x">: wrong type for value; expected string; got template.HTML',
    ],
    [
      '{{ first nil }}',
      '115: executing "__alert_A" at <first nil>: error calling first: first() called on vector with no elements',
    ],
    [
      '{{ template "nope" . }}',
      '124: executing "__alert_A" at <{{template "nope" .}}>: template "nope" not defined',
    ],
  ])('%s fails', async (text, message) => {
    const parsed = set.clone().parse('__alert_A', prelude + text);
    await expect(parsed.executeAsync('__alert_A', data)).rejects.toThrow(`template: __alert_A:1:${message}`);
  });
});
