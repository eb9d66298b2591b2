import { type FloatSample, type Histogram, type LabelSet, type QueryResult } from '../../api/types-query';
import { parseSampleValue } from '../../format/number';
import { formatSeries } from '../../format/series';

/** One sample of a row; the time only where it says more than the query's own. */
export interface TableSample {
  readonly timestampMs: number | undefined;
  readonly value: string | Histogram;
}

/** One row of the result table; scalars and strings have no labels. */
export interface TableRow {
  readonly metric: LabelSet | undefined;
  readonly samples: readonly TableSample[];
}

export type SortKey = 'server' | 'series' | 'ascending' | 'descending';

/** The rows of an instant query's answer, whatever its type. */
export function resultRows(data: QueryResult): readonly TableRow[] {
  switch (data.resultType) {
    case 'vector':
      return data.result.map(({ metric, value, histogram }) => ({
        metric,
        samples: [{ timestampMs: undefined, value: histogram?.[1] ?? value?.[1] ?? '' }],
      }));
    case 'matrix':
      return data.result.map(({ metric, values = [], histograms = [] }) => ({
        metric,
        samples: [...values, ...histograms]
          .toSorted(([a], [b]) => a - b)
          .map(([seconds, value]) => ({ timestampMs: Math.round(seconds * 1000), value })),
      }));
    case 'scalar':
    case 'string':
      return [{ metric: undefined, samples: [scalarSample(data.result)] }];
  }
}

function scalarSample([, value]: FloatSample): TableSample {
  return { timestampMs: undefined, value };
}

function sortValue(row: TableRow): number {
  const value = row.samples.at(-1)?.value ?? '';
  const number = parseSampleValue(typeof value === 'string' ? value : value.count);
  // Not a number sorts below everything, whichever way the rest goes.
  return Number.isNaN(number) ? -Infinity : number;
}

/** Sorts rows for display; the server's own order (of `sort()` or `topk()`, for instance) is kept unless asked. */
export function sortRows(rows: readonly TableRow[], key: SortKey): readonly TableRow[] {
  switch (key) {
    case 'server':
      return rows;
    case 'series': {
      const named = rows.map((row) => ({ row, name: formatSeries(row.metric ?? {}) }));
      return named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(({ row }) => row);
    }
    case 'ascending':
      return rows.toSorted((a, b) => compare(sortValue(a), sortValue(b)));
    case 'descending':
      return rows.toSorted((a, b) => compare(sortValue(b), sortValue(a)));
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
