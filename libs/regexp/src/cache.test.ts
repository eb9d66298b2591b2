import { expect, test } from '@jest/globals';
import { RegexpCache } from './cache.js';

test('keeps the patterns used last', () => {
  const cache = new RegexpCache({ capacity: 2 });
  const first = cache.compileAnchored('a');
  cache.compileAnchored('b');
  expect(cache.compileAnchored('a')).toBe(first);
  cache.compileAnchored('c');
  expect(cache.size).toBe(2);
  expect(cache.compileAnchored('a')).toBe(first);
  expect(() => cache.compileAnchored('(')).toThrow('missing closing )');
  expect(cache.size).toBe(2);
});
