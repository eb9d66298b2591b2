import {
  addHistograms,
  detectsReset,
  IncompatibleHistogramsError,
  type Labels,
  type NativeHistogram,
  scaleHistogram,
  subtractHistograms,
} from '@narthex/model';
import { customBucketsReconciled, mixedExponentialCustom } from '../engine/annotation-texts.js';
import { type Annotations } from '../engine/annotations.js';
import { type PositionRange } from '../syntax/position.js';
import { metricNameOf } from './range-function.js';

/** Where to tell what came up while histograms of one series were put together. */
export interface HistogramNotes {
  readonly annotations: Annotations;
  readonly position: PositionRange;
  readonly labels: Labels;
}

/** Adds, with remarks on what had to be reconciled; undefined, with a warning, when the two do not go together. */
export function addNoted(
  a: NativeHistogram,
  b: NativeHistogram,
  notes: HistogramNotes,
): NativeHistogram | undefined {
  return noted(notes, 'addition', () => addHistograms(a, b));
}

/** Subtracts, as {@link addNoted} adds. */
export function subtractNoted(
  a: NativeHistogram,
  b: NativeHistogram,
  notes: HistogramNotes,
): NativeHistogram | undefined {
  return noted(notes, 'subtraction', () => subtractHistograms(a, b));
}

/** A histogram and when it was taken. */
export interface HistogramPoint {
  readonly timeMs: number;
  readonly histogram: NativeHistogram;
}

/**
 * The histogram on the line between two; a counter that was reset between them is taken to begin at zero. Undefined,
 * with a warning, when the two do not go together.
 */
export function interpolateHistograms(
  from: HistogramPoint,
  to: HistogramPoint,
  timeMs: number,
  isCounter: boolean,
  notes: HistogramNotes,
): NativeHistogram | undefined {
  if (timeMs === from.timeMs) return from.histogram;
  if (timeMs === to.timeMs) return to.histogram;
  const share = (timeMs - from.timeMs) / (to.timeMs - from.timeMs);
  if (isCounter && detectsReset(to.histogram, from.histogram)) return scaleHistogram(to.histogram, share);
  const difference = subtractNoted(to.histogram, from.histogram, notes);
  return difference === undefined
    ? undefined
    : addNoted(scaleHistogram(difference, share), from.histogram, notes);
}

function noted(
  { annotations, position, labels }: HistogramNotes,
  operation: 'addition' | 'subtraction',
  operate: () => { readonly histogram: NativeHistogram; readonly boundsReconciled: boolean },
): NativeHistogram | undefined {
  try {
    const { histogram, boundsReconciled } = operate();
    if (boundsReconciled) annotations.add(customBucketsReconciled(operation, position));
    return histogram;
  } catch (error) {
    if (!(error instanceof IncompatibleHistogramsError)) throw error;
    annotations.add(mixedExponentialCustom(metricNameOf(labels), position));
    return undefined;
  }
}
