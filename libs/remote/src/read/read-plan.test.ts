import { expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { outgoingLabels, responseTypeOf, storedMatchers } from './read-plan.js';
import { type WireMatcher } from './read-request.js';

const external = Labels.of({ zone: 'z1' });
const matched = (...matchers: WireMatcher[]): string[] =>
  storedMatchers({ startMs: 0, endMs: 1, matchers, hints: undefined }, external).map(String);

test('types of answers', () => {
  expect([responseTypeOf([]), responseTypeOf([0]), responseTypeOf([7, 1, 0])]).toEqual([0, 0, 1]);
  expect(() => responseTypeOf([7, 9])).toThrow(
    'server does not support any of the requested response types: [7 9]; supported: map[SAMPLES:{} STREAMED_XOR_CHUNKS:{}]',
  );
});

test('external labels are not stored', () => {
  expect(
    matched(
      { type: 0, name: 'zone', value: 'z1' },
      { type: 0, name: 'zone', value: 'z2' },
      { type: 1, name: 'zone', value: 'z1' },
      { type: 2, name: 'a', value: 'b.*' },
    ),
  ).toEqual(['zone=""', 'zone="z2"', 'zone!="z1"', 'a=~"b.*"']);
  expect(outgoingLabels(Labels.of({ a: '1', zz: '2' }), external)).toEqual([
    ['a', '1'],
    ['zone', 'z1'],
    ['zz', '2'],
  ]);
  expect(outgoingLabels(Labels.of({ zone: 'own' }), external)).toEqual([['zone', 'own']]);
});

test('matchers that cannot be', () => {
  expect(() => matched({ type: 9, name: 'a', value: '' })).toThrow('invalid matcher type');
  expect(() => matched({ type: 2, name: 'a', value: '[' })).toThrow('missing closing ]');
});
