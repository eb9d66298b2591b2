import { type MatrixSeries } from '../../api/types-query';
import { parseSampleValue } from '../../format/number';

/** The grid of a range query, in seconds. */
export interface QueryGrid {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One series on the grid; null where it has no value that could be drawn. */
export type Column = (number | null)[];

export interface AlignedSeries {
  /** Times in seconds, all of the grid's. */
  readonly times: number[];
  readonly columns: Column[];
  /** Series that consist of native histograms, for which there is no line to draw. */
  readonly histogramSeries: number;
}

/** Lays the series of a range query's answer over the query's grid: a missing step becomes a gap. */
export function alignSeries(matrix: readonly MatrixSeries[], grid: QueryGrid): AlignedSeries {
  const length = Math.floor((grid.end - grid.start) / grid.step + 1e-6) + 1;
  const times = Array.from({ length }, (_, index) => grid.start + index * grid.step);
  const columns = matrix.map(({ values = [] }) => {
    const column: Column = Array.from({ length }, () => null);
    for (const [seconds, text] of values) {
      const index = Math.round((seconds - grid.start) / grid.step);
      const value = parseSampleValue(text);
      if (index >= 0 && index < length && Number.isFinite(value)) column[index] = value;
    }
    return column;
  });
  const histogramSeries = matrix.filter(({ histograms = [] }) => histograms.length > 0).length;
  return { times, columns, histogramSeries };
}

/**
 * Piles the visible columns on one another, the first at the bottom. A gap adds nothing to those above it and
 * stays a gap itself; a hidden column is left out.
 */
export function stackColumns(columns: readonly Column[], visible: readonly boolean[]): Column[] {
  const height: number[] = Array.from({ length: columns[0]?.length ?? 0 }, () => 0);
  return columns.map((column, series) =>
    column.map((value, index) => {
      if (visible[series] === false || value === null) return null;
      const sum = (height[index] ?? 0) + value;
      height[index] = sum;
      return sum;
    }),
  );
}
