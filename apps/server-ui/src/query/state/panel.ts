/** What one query panel asks and how it shows the answer; all of it lives in the address. */
export interface Panel {
  readonly expr: string;
  readonly tab: PanelTab;
  /** End of the graph and moment of the table, in milliseconds; null follows the present. */
  readonly endMs: number | null;
  readonly rangeMs: number;
  readonly resolution: Resolution;
  readonly displayMode: DisplayMode;
  /** A fixed lower end of the value axis; null lets the data decide. */
  readonly yAxisMin: number | null;
  readonly showExemplars: boolean;
  readonly showTree: boolean;
}

export type PanelTab = 'table' | 'graph' | 'explain';
export type DisplayMode = 'lines' | 'stacked' | 'heatmap';
export type Density = 'low' | 'medium' | 'high';

export type Resolution =
  | { readonly type: 'auto'; readonly density: Density }
  | { readonly type: 'fixed'; readonly stepMs: number }
  | { readonly type: 'custom'; readonly stepMs: number };

export const defaultPanel: Panel = {
  expr: '',
  tab: 'table',
  endMs: null,
  rangeMs: 3_600_000,
  resolution: { type: 'auto', density: 'medium' },
  displayMode: 'lines',
  yAxisMin: null,
  showExemplars: false,
  showTree: false,
};

/** Points across the range, as upstream's densities. */
const pointsPerRange: Readonly<Record<Density, number>> = { low: 100, medium: 250, high: 750 };

/** The step of a range query, in milliseconds. */
export function effectiveStepMs(resolution: Resolution, rangeMs: number): number {
  if (resolution.type !== 'auto') return resolution.stepMs;
  return Math.max(Math.floor(rangeMs / pointsPerRange[resolution.density]), 1);
}

/** The ranges that the buttons beside the range step through, in milliseconds. */
const second = 1000;
const day = 86_400 * second;
export const rangeSteps: readonly number[] = [
  ...[1, 10, 60, 300, 900, 1800, 3600, 7200, 21_600, 43_200].map((seconds) => seconds * second),
  ...[1, 2, 7, 14, 28, 56, 112, 182, 365, 730].map((days) => days * day),
];

/** The next larger (or smaller) range step; the range itself at the end of the list. */
export function nextRangeMs(rangeMs: number, direction: 'longer' | 'shorter'): number {
  return direction === 'longer'
    ? (rangeSteps.find((step) => step > rangeMs) ?? rangeMs)
    : (rangeSteps.findLast((step) => step < rangeMs) ?? rangeMs);
}
