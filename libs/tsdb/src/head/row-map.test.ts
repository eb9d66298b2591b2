import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RowMap } from './row-map.js';

test('holds what a Map holds', () => {
  const step = fc.record({ row: fc.integer({ min: 1, max: 300 }), value: fc.option(fc.nat()) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const rows = new RowMap<number>();
      const plain = new Map<number, number>();
      for (const { row, value } of steps) {
        // Rows of 120 bytes, in granules of eight.
        if (value === null) expect(rows.delete(15 * row)).toBe(plain.delete(15 * row));
        else {
          rows.set(15 * row, value);
          plain.set(15 * row, value);
        }
      }
      expect(rows.size).toBe(plain.size);
      for (let row = 0; row <= 300; row++) expect(rows.get(15 * row)).toBe(plain.get(15 * row));
    }),
  );
});
