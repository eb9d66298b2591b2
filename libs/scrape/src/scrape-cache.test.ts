import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LINE_KIND, ScrapeCache } from './scrape-cache';

/** Reads lines as a scrape does, through the cache. Tells how many were predicted, and which refs went stale. */
function scrape(
  cache: ScrapeCache,
  lines: readonly string[],
  refOf: (line: string) => number,
  fails = false,
) {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let predicted = 0;
  let at = 0;
  cache.begin();
  for (const text of lines) {
    const end = at + text.length;
    let line = cache.predict(bytes, view, at, bytes.length);
    if (line !== -1 && bytes[at + cache.lengths[line]!] === 0x0a) predicted++;
    else {
      line = cache.find(bytes, view, at, end);
      if (line === -1) line = cache.add(text.length, LINE_KIND.series, refOf(text));
    }
    // Plain checks: an expectation a line would take most of the time.
    if (cache.lengths[line] !== text.length || cache.refs[line] !== refOf(text))
      throw new Error(`wrong line for ${text}`);
    cache.note(line);
    cache.markLive(line);
    at = end + 1;
  }
  const stale: number[] = [];
  stale.push(...cache.takeStale());
  cache.end(!fails);
  return { predicted, stale: stale.sort((a, b) => a - b) };
}

const refOf = (line: string) => Number(line.slice(line.indexOf('#') + 1));

test('a scrape like the one before is predicted line by line', () => {
  const cache = new ScrapeCache();
  const lines = Array.from({ length: 500 }, (_, i) => `series{number="${i}"}#${i}`);
  expect(scrape(cache, lines, refOf)).toEqual({ predicted: 0, stale: [] });
  expect(scrape(cache, lines, refOf)).toEqual({ predicted: 500, stale: [] });
});

test('a line that has come or gone costs one or two predictions, not the rest', () => {
  const cache = new ScrapeCache();
  const lines = Array.from({ length: 100 }, (_, i) => `s#${i}`);
  scrape(cache, lines, refOf);
  expect(scrape(cache, ['new#1000', ...lines], refOf).predicted).toBe(99);
  expect(scrape(cache, ['new#1000', ...lines.slice(0, 50), ...lines.slice(51)], refOf)).toEqual({
    predicted: 99,
    stale: [50],
  });
});

test('a failed scrape makes stale what it did not come to, and forgets nothing', () => {
  const cache = new ScrapeCache();
  scrape(cache, ['a#1', 'b#2'], refOf);
  expect(scrape(cache, ['b#2', 'c#3'], refOf, true).stale).toEqual([1]);
  expect(scrape(cache, ['b#2', 'c#3'], refOf, true).stale).toEqual([]);
  expect(scrape(cache, ['c#3'], refOf).stale).toEqual([2]);
  expect(scrape(cache, ['a#1'], refOf).stale).toEqual([3]);
});

test('scrapes that fail and bring new lines each time do not fill the cache without end', () => {
  const cache = new ScrapeCache();
  scrape(cache, ['a#1'], refOf);
  let largest = 0;
  for (let i = 0; i < 20; i++) {
    const lines = Array.from({ length: 500 }, (_, line) => `x#${1000 * i + line}`);
    scrape(cache, lines, refOf, true);
    largest = Math.max(largest, cache.size);
  }
  expect(largest).toBeLessThan(2000);
});

describe('against a model', () => {
  const line = fc.integer({ min: 0, max: 40 }).map((i) => `${'name'.repeat(i % 4)}{x="${i}"}#${i}`);
  const body = fc.record({ lines: fc.uniqueArray(line, { maxLength: 30 }), fails: fc.boolean() });

  test('finds every line, and tells exactly what went stale', () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 12 }), (bodies) => {
        const cache = new ScrapeCache();
        let live = new Set<number>();
        for (const { lines, fails } of bodies) {
          const seen = new Set(lines.map(refOf));
          const expected = [...live].filter((ref) => !seen.has(ref)).sort((a, b) => a - b);
          expect(scrape(cache, lines, refOf, fails).stale).toEqual(expected);
          live = seen;
          if (!fails) expect(cache.size).toBe(lines.length);
          expect(cache.liveCount).toBe(live.size);
        }
      }),
      { numRuns: 500 },
    );
  });
});
