import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RefMap } from './ref-map.js';
import { SeriesTable } from './series-table.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('table of series', () => {
  test('finds a series by its number and by its labels', () => {
    const table = new SeriesTable();
    const slot = table.add(7, bytes('a'), 5);
    expect([table.slotOf(7), table.find(bytes('a')), table.find(bytes('b')), table.slotOf(8)]).toEqual([
      slot,
      slot,
      0,
      0,
    ]);
    expect([table.refOf(slot), table.newestMs(slot), Buffer.from(table.labelsOf(slot)).toString()]).toEqual([
      7,
      5,
      'a',
    ]);
    expect([table.advance(slot, 4), table.advance(slot, 5), table.advance(slot, 6)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(table.newestMs(slot)).toBe(6);
  });

  test('a slot is used again, and so is the memory of labels', () => {
    const table = new SeriesTable();
    const first = table.add(1, bytes('first'), 0);
    const { labelBytes } = table;
    table.releaseLabels(table.remove(first));
    expect([table.size, table.slotOf(1), table.find(bytes('first'))]).toEqual([0, 0, 0]);
    expect(table.add(2, bytes('other'), 0)).toBe(first);
    expect(table.labelBytes).toBe(labelBytes);
  });

  test('numbers beyond 32 bits are numbers', () => {
    const table = new SeriesTable();
    const slot = table.add(2 ** 40 + 3, bytes('a'), 0);
    expect([table.slotOf(2 ** 40 + 3), table.slotOf(3)]).toEqual([slot, 0]);
  });

  test('does as a map of labels does, whatever comes and goes', () => {
    const step = fc.record({ label: fc.integer({ min: 0, max: 3000 }), removes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4000, size: 'max' }), (steps) => {
        const table = new SeriesTable();
        const model = new Map<string, number>();
        let lastRef = 0;
        for (const { label, removes } of steps) {
          const text = `label ${label}`;
          const ref = model.get(text);
          if (removes && ref !== undefined) {
            table.releaseLabels(table.remove(table.slotOf(ref)));
            model.delete(text);
          } else if (!removes && ref === undefined) {
            table.add(++lastRef, bytes(text), lastRef);
            model.set(text, lastRef);
          }
        }
        expect(table.size).toBe(model.size);
        for (const [text, ref] of model) {
          const slot = table.find(bytes(text));
          expect([table.refOf(slot), table.newestMs(slot), table.slotOf(ref)]).toEqual([ref, ref, slot]);
        }
        expect(
          [...table.slots(100)]
            .flat()
            .map((slot) => table.refOf(slot))
            .sort((a, b) => a - b),
        ).toEqual([...model.values()].sort((a, b) => a - b));
      }),
      { numRuns: 15, seed: 20_261_122 },
    );
  });
});

test('a map of numbers gives pages back', () => {
  const map = new RefMap();
  for (const ref of [1, 255, 256, 2 ** 33]) map.set(ref, ref % 1000 || 1);
  map.set(1, 9);
  expect([map.size, map.get(1), map.get(2), map.get(2 ** 33)]).toEqual([4, 9, 0, 592]);
  expect([...map.entries()]).toEqual([
    [1, 9],
    [255, 255],
    [256, 256],
    [2 ** 33, 592],
  ]);
  for (const ref of [2 ** 33, 1, 1, 255, 3]) map.delete(ref);
  expect([...map.entries()]).toEqual([[256, 256]]);
  expect(map.size).toBe(1);
});
