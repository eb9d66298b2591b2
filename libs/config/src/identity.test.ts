import { Labels, RelabelRule } from '@narthex/model';
import { expect, test } from '@jest/globals';
import { configIdentity } from './identity';
import { Secret } from './secret';

test.each<[string, unknown, unknown, boolean]>([
  ['equal secrets', { password: new Secret('a') }, { password: new Secret('a') }, true],
  ['different secrets', { password: new Secret('a') }, { password: new Secret('b') }, false],
  ['a secret and its text', { password: new Secret('a') }, { password: 'a' }, false],
  ['labels', Labels.of({ a: 'b' }), Labels.of({ a: 'c' }), false],
  ['rules', new RelabelRule({ targetLabel: 'a' }), new RelabelRule({ targetLabel: 'b' }), false],
  ['equal rules', [new RelabelRule({ targetLabel: 'a' })], [new RelabelRule({ targetLabel: 'a' })], true],
  ['maps', new Map([['a', [1]]]), new Map([['a', [2]]]), false],
  ['absent and undefined', { a: undefined }, {}, true],
  ['a modulus', { modulus: 1n }, { modulus: 2n }, false],
])('%s', (_what, a, b, same) => {
  expect(configIdentity(a) === configIdentity(b)).toBe(same);
});
