import { describe, expect, test } from '@jest/globals';
import { decodeConfig } from './load.js';
import { byteSize, duration } from './quantity-fields.js';
import { relabelRules } from './relabel.js';
import { choice, flag, float, integer, parsed, text } from './scalar-fields.js';
import { given, list, optional, section } from './section.js';

const fields = section('config.plain', {
  text: text({ default: 'a' }),
  flag: flag({ default: true }),
  integer: integer({ default: 1 }),
  float: float({ default: 1.5 }),
  duration: duration({ default: 1000 }),
  size: byteSize({ default: 1024 }),
  choice: choice(['a', 'b'], { default: 'a', refuse: (word) => word }),
  parsed: parsed('x', { parse: (word) => word, print: (word) => word }),
  given: given(text({ default: 'a' })),
  optional: optional(text({ default: 'a' })),
  list: list(text()),
  inner: section('config.inner', { flag: flag({ default: true }) }),
});
const names = [
  'text',
  'flag',
  'integer',
  'float',
  'duration',
  'size',
  'choice',
  'parsed',
  'given',
  'optional',
];
const everyField = (value: string): string =>
  [...names, 'list', 'inner'].map((name) => `${name}: ${value}\n`).join('');
const decode = (yaml: string, library: 'v2' | 'v3') =>
  decodeConfig(yaml, { file: 'a.yml', folder: '', library }, fields).value;

describe('null', () => {
  const defaults = {
    text: 'a',
    flag: true,
    integer: 1,
    float: 1.5,
    duration: 1000,
    size: 1024,
    choice: 'a',
    parsed: 'x',
    given: undefined,
    optional: undefined,
    list: [],
    inner: { flag: true },
  };
  const zero = { text: '', flag: false, integer: 0, float: 0, duration: 0, size: 0, choice: '', given: '' };

  test('a field that is left out has its default', () => {
    expect(decode('', 'v2')).toEqual(defaults);
  });

  test.each(['', '~', 'null', 'Null'])('%j is the zero value of a scalar', (value) => {
    expect(decode(everyField(value), 'v2')).toEqual({ ...defaults, ...zero });
  });

  test('the newer library leaves the default', () => {
    expect(decode(everyField('null'), 'v3')).toEqual(defaults);
  });
});

describe('null in a relabelling rule', () => {
  const rulesOf = (rule: string) =>
    decodeConfig(
      `rules:\n- ${rule}\n`,
      { file: 'a.yml', folder: '' },
      section('x', { rules: relabelRules() }),
    ).value.rules;

  test('separator, replacement and regex are empty', () => {
    const [rule] = rulesOf('{target_label: x, separator: , replacement: ~, regex: null}');
    expect([rule?.separator, rule?.replacement, rule?.given.regex]).toEqual(['', '', '']);
  });

  test('an action has to be one', () => {
    expect(() => rulesOf('{target_label: x, action: null}')).toThrow('relabel action cannot be empty');
  });
});
