import { type Column } from './align';

/** One line of the tooltip. */
export interface HoveredSeries {
  readonly index: number;
  readonly value: number;
  readonly nearest: boolean;
}

/**
 * The series to name beside the cursor: those drawn at this point, the highest on the chart first, at most `limit`
 * around the one nearest to the cursor.
 * @param columns the values themselves
 * @param drawn where they stand on the chart; other than the values when stacked
 */
export function hoveredSeries(
  columns: readonly Column[],
  drawn: readonly Column[],
  visible: readonly boolean[],
  at: { readonly index: number; readonly nearest: number | undefined },
  limit: number,
): readonly HoveredSeries[] {
  const heightOf = (index: number): number => drawn[index]?.[at.index] ?? 0;
  const here = columns
    .map((column, index) => ({ index, value: column[at.index] ?? null }))
    .filter(
      (entry): entry is { index: number; value: number } =>
        entry.value !== null && visible[entry.index] !== false,
    )
    .sort((a, b) => heightOf(b.index) - heightOf(a.index))
    .map(({ index, value }) => ({ index, value, nearest: index === at.nearest }));
  const middle = here.findIndex(({ nearest }) => nearest);
  const first = Math.max(0, Math.min(middle - Math.floor(limit / 2), here.length - limit));
  return here.slice(first, first + limit);
}
