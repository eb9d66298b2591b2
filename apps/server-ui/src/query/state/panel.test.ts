import { describe, expect, test } from '@jest/globals';
import { defaultPanel, effectiveStepMs, nextRangeMs, type Resolution } from './panel';
import { addPanel, changePanel, duplicatePanel, keyed, removePanel } from './panel-list';

test.each<[Resolution, number, number]>([
  [{ type: 'auto', density: 'low' }, 3_600_000, 36_000],
  [{ type: 'auto', density: 'medium' }, 3_600_000, 14_400],
  [{ type: 'auto', density: 'high' }, 3_600_000, 4800],
  [{ type: 'auto', density: 'medium' }, 100, 1],
  [{ type: 'fixed', stepMs: 60_000 }, 3_600_000, 60_000],
  [{ type: 'custom', stepMs: 1500 }, 3_600_000, 1500],
])('effectiveStepMs(%j, %d)', (resolution, rangeMs, expected) => {
  expect(effectiveStepMs(resolution, rangeMs)).toBe(expected);
});

test.each([
  [3_600_000, 'longer', 7_200_000],
  [3_600_000, 'shorter', 1_800_000],
  [5_400_000, 'longer', 7_200_000],
  [5_400_000, 'shorter', 3_600_000],
  [500, 'shorter', 500],
  [1e15, 'longer', 1e15],
] as const)('nextRangeMs(%d, %s)', (rangeMs, direction, expected) => {
  expect(nextRangeMs(rangeMs, direction)).toBe(expected);
});

describe('the list of panels', () => {
  const panel = (expr: string): typeof defaultPanel => ({ ...defaultPanel, expr });
  const list = keyed([panel('a'), panel('b')], [4, 7]);
  const shape = (entries: ReturnType<typeof keyed>): string =>
    entries.map((entry) => `${entry.key}:${entry.panel.expr}`).join(' ');

  test('keeps keys that fit and numbers panels where they do not', () => {
    expect(shape(list)).toBe('4:a 7:b');
    expect(shape(keyed([panel('a'), panel('b')], [4]))).toBe('0:a 1:b');
    expect(shape(keyed([panel('a'), panel('b')], [4, 4]))).toBe('0:a 1:b');
  });
  test('has one empty panel when there is none', () => expect(shape(keyed([], []))).toBe('0:'));
  test('adds at the end', () => expect(shape(addPanel(list))).toBe('4:a 7:b 8:'));
  test('duplicates below, with the text being edited', () => {
    expect(shape(duplicatePanel(list, 4, 'a+1'))).toBe('4:a 8:a+1 7:b');
  });
  test('removes, and leaves an empty one behind the last', () => {
    expect(shape(removePanel(list, 4))).toBe('7:b');
    expect(shape(removePanel(removePanel(list, 4), 7))).toBe('8:');
  });
  test('changes one panel only', () => expect(shape(changePanel(list, 7, { expr: 'c' }))).toBe('4:a 7:c'));
});
