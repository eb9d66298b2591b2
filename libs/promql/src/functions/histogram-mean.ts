import {
  COUNTER_RESET_HINT,
  divideHistogram,
  HistogramAccumulator,
  IncompatibleHistogramsError,
  type NativeHistogram,
} from '@narthex/model';
import {
  counterResetCollision,
  customBucketsReconciled,
  mixedExponentialCustom,
} from '../engine/annotation-texts.js';
import { type Annotations } from '../engine/annotations.js';
import { type PositionRange } from '../syntax/position.js';

interface Remarks {
  readonly annotations: Annotations;
  readonly position: PositionRange;
}

/** Sums and means of histograms, with remarks on what had to be reconciled. */
export class HistogramMean {
  readonly #remarks: Remarks;
  readonly #metricName: string;

  constructor(remarks: Remarks, metricName: string) {
    this.#remarks = remarks;
    this.#metricName = metricName;
  }

  /** The sum of at least one histogram; undefined, with a warning, when they do not go together. */
  sum(points: readonly NativeHistogram[]): NativeHistogram | undefined {
    return this.#merge(points, () => sumOf(points));
  }

  mean(points: readonly NativeHistogram[]): NativeHistogram | undefined {
    return this.#merge(points, () => meanOf(points));
  }

  #merge(points: readonly NativeHistogram[], merge: () => HistogramAccumulator): NativeHistogram | undefined {
    const { annotations, position } = this.#remarks;
    const { reset, notReset } = COUNTER_RESET_HINT;
    const has = (hint: number): boolean => points.some((point) => point.counterResetHint === hint);
    if (has(reset) && has(notReset)) annotations.add(counterResetCollision('aggregation', position));
    try {
      const sum = merge();
      if (sum.notes.boundsReconciled) annotations.add(customBucketsReconciled('aggregation', position));
      return sum.histogram();
    } catch (error) {
      if (!(error instanceof IncompatibleHistogramsError)) throw error;
      annotations.add(mixedExponentialCustom(this.#metricName, position));
      return undefined;
    }
  }
}

function sumOf(points: readonly NativeHistogram[]): HistogramAccumulator {
  const sum = new HistogramAccumulator(points[0]!, true);
  for (let i = 1; i < points.length; i++) sum.add(points[i]!);
  return sum;
}

/** From the sum, or where that overflows, step by step. */
function meanOf(points: readonly NativeHistogram[]): HistogramAccumulator {
  const sum = new HistogramAccumulator(points[0]!, true);
  for (let i = 1; i < points.length; i++) {
    sum.add(points[i]!);
    if (sum.hasOverflow) return incrementalMean(points, i);
  }
  sum.divide(points.length);
  return sum;
}

function incrementalMean(points: readonly NativeHistogram[], at: number): HistogramAccumulator {
  const mean = sumOf(points.slice(0, at));
  mean.divide(at);
  for (let i = at; i < points.length; i++) {
    mean.scale(i / (i + 1));
    mean.add(divideHistogram(points[i]!, i + 1));
  }
  return mean;
}
