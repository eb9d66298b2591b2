import { STALE_NAN } from '@narthex/bytes';
import { formatFloat, type Labels, METRIC_NAME, type MetricMetadata } from '@narthex/model';
import { type Exemplar } from '@narthex/storage';
import {
  type ExponentialPoint,
  type HistogramPoint,
  milliseconds,
  NO_RECORDED_VALUE,
  type NumberPoint,
  type SummaryPoint,
} from '../data/metrics-data.js';
import { exemplarsOf } from './exemplars.js';
import { type Fault } from './faults.js';
import { type LabelMaker } from './label-maker.js';
import { exponentialToNative, explicitToNative, type TranslatedHistogram } from './native-histograms.js';
import { withLabel } from './sorted-labels.js';
import { type SampleTime, type SeriesSink } from './series-sink.js';

/** What all points of one metric have in common. */
export interface MetricContext {
  /** As series are called, without what their kind adds. */
  readonly name: string;
  readonly metadata: MetricMetadata;
  readonly temporality: number;
}

export interface PointWriterOptions {
  readonly labels: LabelMaker;
  readonly sink: SeriesSink;
  /** Told of what is odd, but taken. */
  readonly warn: (warning: string) => void;
}

type AnyPoint = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;
const NO_EXEMPLARS: readonly Exemplar[] = [];

/**
 * Makes samples of points (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/). Each method
 * tells the first fault, and throws {@link TranslationError} for a point of which no sample can be made.
 */
export class PointWriter {
  readonly #options: PointWriterOptions;

  constructor(options: PointWriterOptions) {
    this.#options = options;
  }

  number(context: MetricContext, point: NumberPoint, withExemplars: boolean): Fault | undefined {
    const { labels, sink } = this.#options;
    const series = named(labels.ofPoint(point.attributes), context.name);
    const exemplars = withExemplars ? exemplarsOf(point.exemplars) : NO_EXEMPLARS;
    const value = shownValue(point, Number(point.value ?? 0));
    return sink.float(series, timeOf(point), value, { metadata: context.metadata, exemplars });
  }

  exponential(context: MetricContext, point: ExponentialPoint): Fault | undefined {
    return this.#native(context, point, exponentialToNative(point, context.temporality));
  }

  customBuckets(context: MetricContext, point: HistogramPoint): Fault | undefined {
    return this.#native(context, point, explicitToNative(point, context.temporality));
  }

  /** A classic histogram: a series for each bound, for the count, and for the sum where there is one. */
  histogram({ name, metadata }: MetricContext, point: HistogramPoint): Fault | undefined {
    const { sink } = this.#options;
    const base = this.#options.labels.ofPoint(point.attributes);
    const time = timeOf(point);
    const write = (series: Labels, value: number, exemplars: readonly Exemplar[]): Fault | undefined =>
      sink.float(series, time, shownValue(point, value), { metadata, exemplars });
    const bucket = (bound: string): Labels => withLabel(named(base, `${name}_bucket`), 'le', bound);

    const { sum, count, bucketCounts, explicitBounds } = point;
    let fault: Fault | undefined;
    if (sum !== undefined) fault = write(named(base, `${name}_sum`), sum, NO_EXEMPLARS);
    fault ??= write(named(base, `${name}_count`), count, NO_EXEMPLARS);
    const exemplars = exemplarsOf(point.exemplars);
    let used = 0;
    let below = 0;
    for (const [i, bound] of explicitBounds.slice(0, bucketCounts.length).entries()) {
      below += bucketCounts[i]!;
      const from = used;
      while (used < exemplars.length && exemplars[used]!.value <= bound) used++;
      fault ??= write(bucket(formatFloat(bound)), below, exemplars.slice(from, used));
    }
    return fault ?? write(bucket('+Inf'), count, exemplars.slice(used));
  }

  summary({ name, metadata }: MetricContext, point: SummaryPoint): Fault | undefined {
    const { sink, labels } = this.#options;
    const base = labels.ofPoint(point.attributes);
    const time = timeOf(point);
    const write = (series: Labels, value: number): Fault | undefined =>
      sink.float(series, time, shownValue(point, value), { metadata, exemplars: NO_EXEMPLARS });
    let fault =
      write(named(base, `${name}_sum`), point.sum) ?? write(named(base, `${name}_count`), point.count);
    for (const { quantile, value } of point.quantiles) {
      fault ??= write(withLabel(named(base, name), 'quantile', formatFloat(quantile)), value);
    }
    return fault;
  }

  #native(
    { name, metadata }: MetricContext,
    point: HistogramPoint | ExponentialPoint,
    { histogram, warning }: TranslatedHistogram,
  ): Fault | undefined {
    const { labels, sink, warn } = this.#options;
    if (warning !== undefined) warn(warning);
    const series = named(labels.ofPoint(point.attributes), name);
    return sink.histogram(series, timeOf(point), histogram, {
      metadata,
      exemplars: exemplarsOf(point.exemplars),
    });
  }
}

function named(labels: Labels, name: string): Labels {
  return withLabel(labels, METRIC_NAME, name);
}

function timeOf({ startNs, timeNs }: AnyPoint): SampleTime {
  return { startMs: milliseconds(startNs), timestampMs: milliseconds(timeNs) };
}

/** The stale marker where the sender says that there is no value. */
function shownValue({ flags }: AnyPoint, value: number): number {
  return (flags & NO_RECORDED_VALUE) === 0 ? value : STALE_NAN;
}
