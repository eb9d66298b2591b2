import { describe, expect, test } from '@jest/globals';
import { Labels, Matcher } from '@narthex/model';
import { type Exemplar } from '@narthex/storage';
import fc from 'fast-check';
import { EXEMPLAR_FAULT } from './exemplar-rules.js';
import { ExemplarStore } from './exemplar-store.js';

const series = (name: string): Labels => Labels.of({ __name__: name });
const ANY = [[new Matcher('=~', '__name__', '.+')]];

function exemplar(timestampMs: number, value: number, trace = 'x', hasTimestamp = true): Exemplar {
  return { labels: Labels.of({ trace_id: trace }), value, timestampMs, hasTimestamp };
}

describe('what may follow the newest exemplar', () => {
  const { none, duplicate, outOfOrder, tooLong } = EXEMPLAR_FAULT;
  test.each([
    ['later', exemplar(2000, 1), none],
    ['earlier', exemplar(999, 1), outOfOrder],
    ['the same', exemplar(1000, 5), duplicate],
    ['a greater value at its time', exemplar(1000, 6), none],
    ['a smaller value at its time', exemplar(1000, 4), outOfOrder],
    ['labels behind its own', exemplar(1000, 5, 'y'), none],
    ['labels before its own', exemplar(1000, 5, 'w'), outOfOrder],
    ['128 characters', exemplar(2000, 1, '😀'.repeat(120)), none],
    ['129 characters', exemplar(2000, 1, '😀'.repeat(121)), tooLong],
  ])('%s', (_, next, fault) => {
    const store = new ExemplarStore(5);
    store.add(series('a'), exemplar(1000, 5));
    expect(store.judge(series('a').key, next)).toBe(fault);
    expect(store.add(series('a'), next)).toBe(fault);
    expect(store.length).toBe(fault === none ? 2 : 1);
    expect(store.counters.outOfOrder).toBe(fault === outOfOrder ? 1 : 0);
  });

  test('the same without a time of its own, scraped later', () => {
    const store = new ExemplarStore(5);
    store.add(series('a'), exemplar(1000, 5, 'x', false));
    expect(store.add(series('a'), exemplar(2000, 5, 'x', false))).toBe(duplicate);
    expect(store.add(series('b'), exemplar(2000, 5, 'x', false))).toBe(none);
  });
});

describe('the ring', () => {
  test('keeps the newest, as a list would, in all its sizes', () => {
    const step = fc.oneof(
      fc.record({ name: fc.constantFrom('a', 'b', 'c'), timestampMs: fc.nat({ max: 50 }) }),
      fc.record({ resize: fc.integer({ min: 0, max: 8 }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.array(step, { maxLength: 60 }), (size, steps) => {
        const store = new ExemplarStore(size);
        let capacity = size;
        let model: (readonly [string, number])[] = [];
        for (const each of steps) {
          if ('resize' in each) {
            capacity = each.resize;
            model = capacity === 0 ? [] : model.slice(-capacity);
            expect(store.resize(capacity)).toBe(model.length);
          } else {
            const { name, timestampMs } = each;
            const newest = model.filter(([known]) => known === name).at(-1)?.[1];
            store.add(series(name), exemplar(timestampMs, 1));
            if (capacity > 0 && (newest === undefined || timestampMs > newest))
              model = [...model, [name, timestampMs] as const].slice(-capacity);
          }
          expect(store.length).toBe(model.length);
          expect(store.seriesCount).toBe(new Set(model.map(([name]) => name)).size);
          expect(store.oldestTimeMs).toBe(model[0]?.[1] ?? 0);
          const found = store
            .select(10, 40, ANY)
            .flatMap(({ seriesLabels, exemplars }) =>
              exemplars.map(({ timestampMs }) => [seriesLabels.get('__name__'), timestampMs]),
            );
          const inRange = model.filter(([, timestampMs]) => timestampMs >= 10 && timestampMs <= 40);
          const sorted = ['a', 'b', 'c'].flatMap((name) => inRange.filter(([known]) => known === name));
          expect(found).toEqual(sorted);
          expect([...store.all()].map(({ exemplar: { timestampMs } }) => timestampMs)).toEqual(
            model.map(([, timestampMs]) => timestampMs),
          );
        }
      }),
    );
  });

  test('gives the series that any of the lists means', () => {
    const store = new ExemplarStore(5);
    for (const name of ['c', 'a', 'b']) store.add(series(name), exemplar(1, 1));
    const names = (...lists: string[]): string[] =>
      store
        .select(
          0,
          10,
          lists.map((name) => [new Matcher('=', '__name__', name)]),
        )
        .map(({ seriesLabels }) => seriesLabels.get('__name__'));
    expect(names('b', 'c')).toEqual(['b', 'c']);
    expect(names('b', 'b')).toEqual(['b']);
    expect(names('z')).toEqual([]);
    expect(names()).toEqual([]);
  });
});
