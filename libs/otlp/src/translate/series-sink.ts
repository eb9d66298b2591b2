import {
  hasExactCounts,
  histogramFault,
  type Labels,
  type MetricMetadata,
  type NativeHistogram,
} from '@narthex/model';
import { APPEND_OUTCOME, type Appender, type Exemplar, type SeriesRef } from '@narthex/storage';
import { type Fault, faultOf, TOO_FAR_AHEAD } from './faults.js';

/** When a sample was taken, and when its series began to count: 0 where that is not known. */
export interface SampleTime {
  readonly startMs: number;
  readonly timestampMs: number;
}

/** What comes beside a sample. */
export interface Beside {
  readonly metadata: MetricMetadata;
  readonly exemplars: readonly Exemplar[];
}

export interface SeriesSinkOptions {
  readonly appender: Appender;
  /** Samples behind this time are refused. */
  readonly latestMs: number;
  /** A zero is put where a counter began. */
  readonly startZeros: boolean;
}

/** Hands samples with all that belongs to them to an appender, and counts what upstream counts. */
export class SeriesSink {
  samplesWithoutMetadata = 0;
  refusedExemplars = 0;
  readonly #options: SeriesSinkOptions;

  constructor(options: SeriesSinkOptions) {
    this.#options = options;
  }

  /** The fault, if the sample was not taken. */
  float(labels: Labels, time: SampleTime, value: number, beside: Beside): Fault | undefined {
    const { appender, latestMs, startZeros } = this.#options;
    const { startMs, timestampMs } = time;
    if (timestampMs > latestMs) return TOO_FAR_AHEAD;
    const ref = appender.series(labels);
    if (startZeros && startMs !== 0 && startMs < timestampMs) {
      // Whether it was taken does not matter: it mostly has been before.
      appender.startZero(ref, timestampMs, startMs);
    }
    const fault = faultOf(appender.float(ref, timestampMs, value, startMs));
    if (fault === undefined) this.#finish(ref, beside);
    return fault;
  }

  /** The fault, if the histogram was not taken. */
  histogram(
    labels: Labels,
    { startMs, timestampMs }: SampleTime,
    histogram: NativeHistogram,
    beside: Beside,
  ): Fault | undefined {
    const { appender, latestMs } = this.#options;
    if (timestampMs > latestMs) return TOO_FAR_AHEAD;
    // Rounded counts do not add up: such a histogram is kept as one of floats.
    const integer = hasExactCounts(histogram);
    const wrong = histogramFault(histogram, integer);
    if (wrong !== undefined) return { status: 500, text: wrong };
    const ref = appender.series(labels);
    const fault = faultOf(appender.histogram(ref, timestampMs, histogram, integer, startMs));
    if (fault === undefined) this.#finish(ref, beside);
    return fault;
  }

  #finish(ref: SeriesRef, { metadata, exemplars }: Beside): void {
    const { appender } = this.#options;
    if (isEmpty(metadata)) this.samplesWithoutMetadata++;
    else appender.metadata(ref, metadata);
    for (const exemplar of exemplars) {
      const outcome = appender.exemplar(ref, exemplar);
      // One that is there already, or that nobody wants, is no loss.
      const isLoss = outcome === APPEND_OUTCOME.outOfOrder || outcome === APPEND_OUTCOME.outOfBounds;
      if (isLoss) this.refusedExemplars++;
    }
  }
}

function isEmpty({ type, unit, help }: MetricMetadata): boolean {
  return type === 'unknown' && unit === '' && help === '';
}
