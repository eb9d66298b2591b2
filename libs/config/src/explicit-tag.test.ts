import { describe, expect, test } from '@jest/globals';
import { ConfigError } from './errors.js';
import { taggedScalar } from './explicit-tag.js';
import { decodeConfig } from './load.js';
import { labels } from './label-fields.js';
import { section } from './section.js';
import { integer, text } from './scalar-fields.js';

const PREFIX = 'tag:yaml.org,2002:';

describe('a scalar with a tag', () => {
  test.each([
    ['5', 'int', { text: '5', tag: '!!int' }],
    ['5', 'float', { text: '5', tag: '!!float' }],
    ['yes', 'bool', { text: 'yes', tag: '!!bool' }],
    ['~', 'null', { text: '~', tag: '!!null' }],
    ['2001-01-01', 'timestamp', { text: '2001-01-01', tag: '!!str' }],
    ['five', 'int', { refusal: 'cannot decode !!str `five` as a !!int' }],
    ['1.5', 'int', { refusal: 'cannot decode !!float `1.5` as a !!int' }],
    ['7', 'bool', { refusal: 'cannot decode !!int `7` as a !!bool' }],
    ['aGVsbG8=', 'binary', { text: 'hello', tag: '!!str' }],
    ['4pyT', 'binary', { text: '✓', tag: '!!str' }],
    ['8J+YgA==', 'binary', { text: '😀', tag: '!!str' }],
    ['Yf9i', 'binary', { text: 'a\udcffb', tag: '!!str' }],
    // A surrogate and an overlong slash are no UTF-8: each byte stands for itself.
    ['7aCA', 'binary', { text: '\udced\udca0\udc80', tag: '!!str' }],
    ['wK8=', 'binary', { text: '\udcc0\udcaf', tag: '!!str' }],
    ['aGVs\nbG8=', 'binary', { text: 'hello', tag: '!!str' }],
    ['aGVsbG8', 'binary', { refusal: '!!binary value contains invalid base64 data' }],
    ['aGVs*G8=', 'binary', { refusal: '!!binary value contains invalid base64 data' }],
    ['_w==', 'binary', { refusal: '!!binary value contains invalid base64 data' }],
  ])('%j as !!%s', (written, name, expected) => {
    expect(taggedScalar(written, PREFIX + name)).toEqual(expected);
  });

  test('a tag of nobody knows is left alone', () => {
    expect(taggedScalar('5', '!mine')).toEqual({ text: '5', tag: '!!str' });
  });
});

describe('in a file', () => {
  const schema = section('config.plain', {
    name: text(),
    count: integer(),
    external_labels: labels('map[string]string', { checkValues: true }),
  });
  const decode = (yaml: string) => decodeConfig(yaml, { file: 'a.yml', folder: '' }, schema).value;

  test('tags of quoted and plain scalars', () => {
    expect(decode('name: !!binary "aGk="\ncount: !!int "0x10"\n')).toMatchObject({ name: 'hi', count: 16 });
  });

  test.each([
    ['name: !!binary "aaaaa"\n', 'yaml: !!binary value contains invalid base64 data'],
    ['count: !!int "x"\n', 'yaml: cannot decode !!str `x` as a !!int'],
    ['external_labels: {!!binary "/w==": a}\n', '"\\xff" is not a valid label name'],
    ['external_labels: {a: !!binary "YP9i"}\n', '"`\\xffb" is not a valid label value'],
  ])('%j', (yaml, message) => {
    expect(() => decode(yaml)).toThrow(new ConfigError('VALUE', { file: 'a.yml' }, message));
  });
});
