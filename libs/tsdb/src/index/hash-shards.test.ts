import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HashShards } from './hash-shards.js';

function keysOf(shards: HashShards, hash: number): number[] {
  const keys: number[] = [];
  for (let key = shards.first(hash); key !== 0; key = shards.next()) keys.push(key);
  return keys.sort((a, b) => a - b);
}

test('behaves as a map from hash to keys, whatever comes and goes', () => {
  // Few hashes, of few shards: long runs, wrapped around the end of the tables.
  const hash = fc
    .tuple(fc.constantFrom(0, 1, 255), fc.integer({ min: 0, max: 20 }))
    .map(([shard, low]) => ((shard << 24) | low) >>> 0);
  const step = fc.record({ hash, remove: fc.boolean(), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const shards = new HashShards();
      const model: { hash: number; key: number }[] = [];
      steps.forEach(({ hash: at, remove, pick }, index) => {
        if (remove && model.length > 0) {
          const [gone] = model.splice(pick % model.length, 1);
          shards.remove(gone!.hash, gone!.key);
        } else {
          model.push({ hash: at, key: index + 1 });
          shards.add(at, index + 1);
        }
      });
      expect(shards.size).toBe(model.length);
      for (const at of new Set([...steps.map((one) => one.hash), 77])) {
        expect(keysOf(shards, at)).toEqual(model.filter((one) => one.hash === at).map((one) => one.key));
      }
    }),
  );
});

test('a key that is not there is not removed', () => {
  const shards = new HashShards();
  shards.add(5, 1);
  shards.remove(5, 2);
  shards.remove(6, 1);
  expect(keysOf(shards, 5)).toEqual([1]);
});
