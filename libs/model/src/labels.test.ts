import { describe, expect, test } from '@jest/globals';
import { Labels, LabelsBuilder } from './labels.js';
import { compareText } from './text-order.js';

describe('labels', () => {
  test('are sorted, without empty values, whatever order they came in', () => {
    const labels = Labels.of({ b: '2', __name__: 'up', a: '1', gone: '' });
    expect(labels.pairs()).toEqual(['__name__', 'up', 'a', '1', 'b', '2']);
    expect(labels.toString()).toBe('{__name__="up", a="1", b="2"}');
    expect(labels.size).toBe(3);
    expect([labels.get('b'), labels.get('gone'), labels.has('gone')]).toEqual(['2', '', false]);
  });

  test.each([
    [{ a: '1' }, { a: '1' }, 0],
    [{ a: '1' }, { a: '2' }, -1],
    [{ a: '1' }, { a: '1', b: '1' }, -1],
    [{ a: '1', c: '1' }, { a: '1', b: '2' }, 1],
    [{}, { a: '1' }, -1],
  ])('%j against %j', (a, b, sign) => {
    expect(Math.sign(Labels.of(a).compare(Labels.of(b)))).toBe(sign);
    expect(Labels.of(a).equals(Labels.of(b))).toBe(sign === 0);
    expect(Labels.of(a).key === Labels.of(b).key).toBe(sign === 0);
  });

  test('quote names and values as Go does', () => {
    const labels = Labels.of([
      ['my.label', 'say "hi"\n'],
      ['ok', 'ä\u0001'],
    ]);
    expect(labels.toString()).toBe('{"my.label"="say \\"hi\\"\\n", ok="ä\\x01"}');
  });

  test('a name like a prototype member is a name like any other', () => {
    const labels = Labels.of([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(labels.get('__proto__')).toBe('x');
    expect(JSON.stringify(labels)).toBe('{"__proto__":"x","constructor":"y"}');
    expect(Labels.EMPTY.get('toString')).toBe('');
  });

  test('a builder changes, removes and keeps its base', () => {
    const base = Labels.of({ a: '1', b: '2' });
    const built = new LabelsBuilder(base).set('c', '3').set('a', '9').delete('b').labels();
    expect(built.toObject()).toEqual(Labels.of({ a: '9', c: '3' }).toObject());
    expect(base.get('a')).toBe('1');
    expect(new LabelsBuilder(base).labels()).toBe(base);
  });
});

test('text is ordered by code point, as UTF-8 bytes are', () => {
  const texts = ['\u{1f600}', '\uffff', 'a', '\ud7ff', '\ue000', '', 'aa', 'B'];
  const byBytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect([...texts].sort(compareText)).toEqual(byBytes);
});

test('empty values are kept where they are asked for, and take labels away', () => {
  const given = Labels.withEmptyValues([
    ['b', ''],
    ['a', 'x'],
    ['b', 'y'],
    ['c', ''],
  ]);
  expect(given.toJSON()).toEqual({ a: 'x', b: 'y', c: '' });
  const builder = new LabelsBuilder(Labels.of({ c: 'z', d: 'w' }));
  for (const [name, value] of given) builder.set(name, value);
  expect(builder.labels().toJSON()).toEqual({ a: 'x', b: 'y', d: 'w' });
  expect(Labels.of(given).toJSON()).toEqual({ a: 'x', b: 'y' });
});
