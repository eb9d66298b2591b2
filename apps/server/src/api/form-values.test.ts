import { expect, test } from '@jest/globals';
import { FormValues } from './form-values.js';

test.each<[string, Readonly<Record<string, readonly string[]>>, string | undefined]>([
  ['a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }, undefined],
  ['a=x+y%20z&&b', { a: ['x y z'], b: [''] }, undefined],
  ['match%5B%5D=%C3%A9', { 'match[]': ['é'] }, undefined],
  ['a=%zz&b=1', { a: [], b: ['1'] }, 'invalid URL escape "%zz"'],
  ['a=1;b=2&c=3', { a: [], c: ['3'] }, 'invalid semicolon separator in query'],
  ['a=%ff', { a: ['\ufffd'] }, undefined],
  ['a=%', { a: [] }, 'invalid URL escape "%"'],
])('%s', (text, values, fault) => {
  const form = new FormValues(text);
  expect(Object.fromEntries(Object.keys(values).map((name) => [name, form.all(name)]))).toEqual(values);
  expect(form.fault).toBe(fault);
});
