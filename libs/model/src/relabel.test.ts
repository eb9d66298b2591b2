import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Labels } from './labels';
import { md5Tail } from './md5';
import { relabel, RelabelRule } from './relabel';
import { type RelabelFields } from './relabel-fields';

type Row = [
  title: string,
  input: Record<string, string>,
  rules: RelabelFields[],
  output: Record<string, string> | undefined,
];

const rows: Row[] = [
  [
    'replace puts groups into target and value',
    { a: 'foo', b: 'bar', c: 'baz' },
    [{ sourceLabels: ['a'], regex: 'f(.*)', targetLabel: 'd', replacement: 'ch${1}-ch${1}' }],
    { a: 'foo', b: 'bar', c: 'baz', d: 'choo-choo' },
  ],
  [
    'values are joined by the separator',
    { a: 'foo', b: 'bar' },
    [{ sourceLabels: ['a', 'b'], separator: '|', targetLabel: 'c' }],
    { a: 'foo', b: 'bar', c: 'foo|bar' },
  ],
  [
    'no match, no change',
    { a: 'foo' },
    [{ sourceLabels: ['a'], regex: 'o', targetLabel: 'b', replacement: 'x' }],
    { a: 'foo' },
  ],
  ['an empty result removes the target', { a: 'foo' }, [{ sourceLabels: ['x'], targetLabel: 'a' }], {}],
  [
    'a constant without sources',
    { a: 'foo' },
    [{ targetLabel: 'b', replacement: 'x' }],
    { a: 'foo', b: 'x' },
  ],
  [
    'the target may name groups',
    { a: 'some-name:value' },
    [{ sourceLabels: ['a'], regex: '(\\w+)-(\\w+):(.*)', targetLabel: '${1}_$2', replacement: '$3' }],
    { a: 'some-name:value', some_name: 'value' },
  ],
  [
    'an empty target is passed over',
    { a: 'x' },
    [{ sourceLabels: ['a'], targetLabel: '$2', replacement: 'y' }],
    { a: 'x' },
  ],
  [
    'dots match newlines',
    { a: 'x\ny' },
    [{ sourceLabels: ['a'], targetLabel: 'b' }],
    { a: 'x\ny', b: 'x\ny' },
  ],
  ['keep', { a: 'foo' }, [{ sourceLabels: ['a'], regex: 'foo', action: 'keep' }], { a: 'foo' }],
  ['keep drops', { a: 'foox' }, [{ sourceLabels: ['a'], regex: 'foo', action: 'keep' }], undefined],
  ['drop', { a: 'foo' }, [{ sourceLabels: ['a'], regex: 'f.*', action: 'drop' }], undefined],
  ['drop keeps', { a: 'foo' }, [{ sourceLabels: ['a'], regex: 'f', action: 'drop' }], { a: 'foo' }],
  [
    'keepequal',
    { a: 'm', b: 'm' },
    [{ sourceLabels: ['a'], targetLabel: 'b', action: 'keepequal' }],
    { a: 'm', b: 'm' },
  ],
  [
    'keepequal drops',
    { a: 'm', b: 'n' },
    [{ sourceLabels: ['a'], targetLabel: 'b', action: 'keepequal' }],
    undefined,
  ],
  [
    'dropequal',
    { a: 'm', b: 'm' },
    [{ sourceLabels: ['a'], targetLabel: 'b', action: 'dropequal' }],
    undefined,
  ],
  [
    'dropequal keeps',
    { a: 'm' },
    [{ sourceLabels: ['a'], targetLabel: 'b', action: 'dropequal' }],
    { a: 'm' },
  ],
  [
    'hashmod',
    { a: 'foo', c: 'baz' },
    [{ sourceLabels: ['c'], targetLabel: 'd', modulus: 1000n, action: 'hashmod' }],
    { a: 'foo', c: 'baz', d: '976' },
  ],
  [
    'labelmap',
    { __meta_a: '1', __meta_my_b: '2', c: '3' },
    [{ regex: '__meta_(.+)', action: 'labelmap' }],
    { __meta_a: '1', __meta_my_b: '2', a: '1', my_b: '2', c: '3' },
  ],
  [
    'labelmap with a replacement',
    { __meta_sd_bar: 'aaa', __meta_sd_baz: 'bbb', __meta_foo: 'ccc' },
    [{ regex: '__meta_(sd.*)', replacement: '${1}_x', action: 'labelmap' }],
    { __meta_sd_bar: 'aaa', __meta_sd_baz: 'bbb', __meta_foo: 'ccc', sd_bar_x: 'aaa', sd_baz_x: 'bbb' },
  ],
  ['labeldrop', { a: '1', ab: '2', b: '3' }, [{ regex: 'a.*', action: 'labeldrop' }], { b: '3' }],
  ['labelkeep', { a: '1', ab: '2', b: '3' }, [{ regex: 'a.*', action: 'labelkeep' }], { a: '1', ab: '2' }],
  [
    'letter case as Go changes it',
    { a: 'Ärgernis Straße İ ΣΑΣ' },
    [
      { sourceLabels: ['a'], targetLabel: 'low', action: 'lowercase' },
      { sourceLabels: ['a'], targetLabel: 'up', action: 'uppercase' },
    ],
    { a: 'Ärgernis Straße İ ΣΑΣ', low: 'ärgernis straße i σασ', up: 'ÄRGERNIS STRAßE İ ΣΑΣ' },
  ],
  [
    'a later rule sees what an earlier one did',
    { a: 'foo' },
    [
      { sourceLabels: ['a'], targetLabel: 'b' },
      { sourceLabels: ['b'], regex: 'foo', action: 'drop' },
    ],
    undefined,
  ],
];

describe('relabel', () => {
  test.each(rows)('%s', (_title, input, rules, output) => {
    const made = rules.map((fields) => new RelabelRule(fields));
    expect(relabel(Labels.of(input), made)?.toObject()).toEqual(output && Labels.of(output).toObject());
  });

  test.each<[RelabelFields, string]>([
    [{ action: 'hashmod', targetLabel: 'b' }, 'relabel configuration for hashmod requires non-zero modulus'],
    [{}, "relabel configuration for replace action requires 'target_label' value"],
    [
      { action: 'uppercase', targetLabel: 'b', replacement: 'x' },
      "'replacement' can not be set for uppercase action",
    ],
    [{ action: 'labelmap', replacement: '' }, '"" is invalid \'replacement\' for labelmap action'],
    [
      { action: 'keepequal', targetLabel: 'b', regex: 'x' },
      "keepequal action requires only 'source_labels' and `target_label`, and no other fields",
    ],
    [
      { action: 'labelkeep', sourceLabels: [] },
      "labelkeep action requires only 'regex', and no other fields",
    ],
    [{ action: 'keep', sourceLabels: [''] }, '"" is not a valid label name'],
    [{ action: 'keep', regex: 'a(' }, 'error parsing regexp: missing closing ): `^(?s:a()$`'],
  ])('%j is refused', (fields, message) => {
    expect(() => new RelabelRule(fields)).toThrow(message);
  });
});

test('the tail of MD5 agrees with OpenSSL at every padding', () => {
  for (let length = 0; length < 150; length++) {
    const text = 'é'.repeat(length >> 1) + 'x'.repeat(length & 1);
    const digest = createHash('md5').update(text).digest();
    expect(md5Tail(text)).toBe(digest.readBigUInt64BE(8));
  }
});
