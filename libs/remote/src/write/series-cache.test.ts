import { describe, expect, test } from '@jest/globals';
import { type SeriesRef } from '@narthex/storage';
import { ManualClock } from '@narthex/testkit';
import fc from 'fast-check';
import { LabelHash } from './label-hash.js';
import { SeriesCache } from './series-cache.js';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe('SeriesCache', () => {
  test('answers as a map does, whatever the hashes', () => {
    const few = fc.integer({ min: -3, max: 3 });
    const calls = fc.array(fc.tuple(fc.oneof(few, word), fc.oneof(few, word), fc.boolean()), {
      maxLength: 2000,
    });
    fc.assert(
      fc.property(calls, (list) => {
        const cache = new SeriesCache({ clock: new ManualClock() });
        const model = new Map<string, number>();
        list.forEach(([low, high, put], i) => {
          const key = `${low},${high}`;
          if (put) {
            cache.put(low, high, (i + 1) as SeriesRef);
            model.set(key, i + 1);
          }
          expect(cache.find(low, high)).toBe(model.get(key) ?? 0);
        });
        expect(cache.size).toBe(model.size);
      }),
    );
  });

  test('is bounded: what does not occur goes', () => {
    const cache = new SeriesCache({ clock: new ManualClock(), maxSeries: 100 });
    const hash = new LabelHash(1, 2);
    for (let i = 1; i <= 1000; i++) {
      cache.put(Math.imul(i, 0x9e3779b1), i, i as SeriesRef);
      // One that occurs all the time stays.
      cache.put(hash.low, hash.high, 7 as SeriesRef);
      cache.tidy();
    }
    expect(cache.size).toBeLessThanOrEqual(202);
    expect(cache.find(hash.low, hash.high)).toBe(7);
    expect(cache.find(Math.imul(5, 0x9e3779b1), 5)).toBe(0);
  });

  test('the older generation goes when all of it has moved', async () => {
    const clock = new ManualClock();
    const cache = new SeriesCache({ clock, generationMs: 10 });
    for (let i = 1; i <= 3; i++) cache.put(i, i, i as SeriesRef);
    cache.note = 5;
    await clock.advance(10);
    cache.tidy();
    for (let i = 1; i <= 3; i++) expect(cache.find(i, i)).toBe(i);
    expect(cache.note).toBe(5);
    expect(cache.size).toBe(3);
  });
});

describe('LabelHash', () => {
  test('tells texts apart that hardly differ', () => {
    const hash = new LabelHash(3, 4);
    const seen = new Set<string>();
    const base = Buffer.from('__name__http_requests_totalinstance10.0.0.1:9100');
    for (let at = 0; at < base.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = Buffer.from(base);
        bytes[at]! ^= 1 << bit;
        hash.ofBytes(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
        seen.add(`${hash.low} ${hash.high}`);
      }
    }
    for (let end = 0; end < base.length; end++) {
      hash.ofBytes(base, new DataView(base.buffer, base.byteOffset, base.length), 0, end);
      seen.add(`${hash.low} ${hash.high}`);
    }
    expect(seen.size).toBe(9 * base.length);
  });

  test('either half spreads a hundred thousand names evenly', () => {
    const hash = new LabelHash(5, 6);
    const buckets = [new Uint32Array(256), new Uint32Array(256)] as const;
    for (let i = 0; i < 100_000; i++) {
      const bytes = Buffer.from(`instance10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:9100`);
      hash.ofBytes(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
      buckets[0][hash.low >>> 24]!++;
      buckets[1][hash.high >>> 24]!++;
    }
    for (const counts of buckets) {
      expect(Math.max(...counts)).toBeLessThan(500);
      expect(Math.min(...counts)).toBeGreaterThan(290);
    }
  });
});
