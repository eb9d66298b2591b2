import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RefTable } from './ref-table.js';
import { SeriesStore } from './series-store.js';

/** Labels as they would be sent, as texts. */
function labelsOf(store: SeriesStore, ref: number): string[] | undefined {
  const row = store.rowOf(ref);
  if (row < 0 || store.isDropped(row)) return undefined;
  return [...store.labelsOf(row)].map((symbol) => textOf(store, symbol));
}

function textOf(store: SeriesStore, symbol: number): string {
  const bytes = store.symbols.encoded(symbol);
  const head = bytes[0]! < 0x80 ? 1 : 2;
  return new TextDecoder().decode(bytes.subarray(head));
}

test('a table of numbers does what a map does', () => {
  const refs = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(fc.tuple(refs, fc.boolean()), { maxLength: 400 }), (steps) => {
      const table = new RefTable();
      const model = new Map<number, number>();
      for (const [index, [ref, isRemoval]] of steps.entries()) {
        if (isRemoval && model.delete(ref)) table.remove(ref);
        if (!isRemoval && !model.has(ref)) {
          model.set(ref, index);
          table.add(ref, index);
        }
      }
      for (const [ref] of steps) expect(table.get(ref)).toBe(model.get(ref) ?? -1);
      expect(table.size).toBe(model.size);
    }),
  );
});

test('a table grows', () => {
  const table = new RefTable();
  for (let ref = 1; ref <= 10_000; ref++) table.add(ref * 8, ref);
  for (let ref = 1; ref <= 10_000; ref += 2) table.remove(ref * 8);
  for (let ref = 1; ref <= 10_000; ref++) expect(table.get(ref * 8)).toBe(ref % 2 === 0 ? ref : -1);
});

describe('series', () => {
  test('keep their labels until no segment has them and nothing of them waits', () => {
    const store = new SeriesStore(false);
    store.add(1, 0, ['__name__', 'a', 'job', 'x']);
    store.add(2, 0, ['__name__', 'b', 'job', 'x']);
    store.add(3, 0, undefined);
    store.add(4, 5, ['__name__', 'd']);
    const waiting = store.rowOf(2);
    store.hold(waiting);
    store.removeBefore(5);
    expect([1, 2, 3, 4].map((ref) => store.rowOf(ref) >= 0)).toEqual([false, false, false, true]);
    expect([...store.labelsOf(waiting)].map((symbol) => textOf(store, symbol))).toEqual([
      '__name__',
      'b',
      'job',
      'x',
    ]);
    store.letGo(waiting);
    expect(store.symbols.find('x')).toBeUndefined();
    expect(store.symbols.size).toBe(2);
    expect(store.size).toBe(1);
  });

  test('are kept where a later checkpoint has them', () => {
    const store = new SeriesStore(false);
    store.add(1, 0, ['a', 'b']);
    store.touch(store.rowOf(1), 7);
    store.touch(store.rowOf(1), 3);
    store.removeBefore(7);
    expect(labelsOf(store, 1)).toEqual(['a', 'b']);
    store.removeBefore(8);
    expect(store.rowOf(1)).toBe(-1);
  });

  test('come and go by the thousand, and the texts with them', () => {
    const store = new SeriesStore(false);
    for (let round = 0; round < 5; round++) {
      for (let i = 1; i <= 3000; i++) {
        const ref = 10_000 * round + i;
        store.add(ref, round, ['__name__', `metric_${i % 50}`, 'pod', `${'p'.repeat(140)}-${round}-${i}`]);
        store.setMetadata(store.rowOf(ref), { type: 'counter', help: `Help ${i % 50}.`, unit: '' });
      }
      store.removeBefore(round);
    }
    expect(store.size).toBe(3000);
    expect(store.symbols.size).toBe(2 + 50 + 3000 + 50 + 1);
    expect(labelsOf(store, 40_007)).toEqual(['__name__', 'metric_7', 'pod', `${'p'.repeat(140)}-4-7`]);
    store.removeBefore(100);
    expect(store.symbols.size).toBe(0);
  });

  test('take new metadata in place of the old', () => {
    const store = new SeriesStore(false);
    store.add(1, 0, ['__name__', 'a']);
    const row = store.rowOf(1);
    expect(store.hasMetadata(row)).toBe(false);
    store.setMetadata(row, { type: 'gauge', help: 'Old.', unit: 's' });
    store.setMetadata(row, { type: 'counter', help: 'New.', unit: 's' });
    expect(store.typeOf(row)).toBe(1);
    expect(textOf(store, store.helpOf(row))).toBe('New.');
    expect(store.symbols.find('Old.')).toBeUndefined();
    expect(store.symbols.find('s')).toBeDefined();
  });
});

test('whole labels are kept once, as 1.0 sends them', () => {
  const store = new SeriesStore(true);
  store.add(1, 0, ['__name__', 'a', 'job', 'x']);
  store.add(2, 0, ['__name__', 'b', 'job', 'x']);
  expect(store.symbols.size).toBe(3);
  const [, job] = store.labelsOf(store.rowOf(2));
  expect(Buffer.from(store.symbols.encoded(job!)).toString('hex')).toBe('0a080a036a6f62120178');
  store.removeBefore(1);
  expect(store.symbols.size).toBe(0);
});
