import { type MetricType, quoteGo } from '@narthex/model';
import { type Appender } from '@narthex/storage';
import {
  type MetricData,
  type MetricsData,
  type OtlpMetric,
  type ResourceMetrics,
  type ScopeMetrics,
  TEMPORALITY,
  temporalityOf,
} from '../data/metrics-data.js';
import { type Steps } from '../data/steps.js';
import { TranslationError } from '../errors.js';
import { metricName, NAME_STRATEGIES, type NameStrategy } from '../names/metric-name.js';
import { metadataUnit } from '../names/units.js';
import { type Fault } from './faults.js';
import { LabelMaker } from './label-maker.js';
import { type MetricContext, PointWriter } from './point-writer.js';
import { SeriesSink } from './series-sink.js';
import { type OtlpSettings } from './settings.js';
import { TargetInfo, timeSpanOf } from './target-info.js';

export interface TranslatorOptions {
  readonly appender: Appender;
  readonly settings: OtlpSettings;
  /** Samples behind this time are refused. */
  readonly latestMs: number;
  readonly lookbackDeltaMs: number;
  /** Deltas are stored as they are. */
  readonly acceptDeltas: boolean;
  readonly startZeros: boolean;
}

/** How many points are translated in one go. */
const POINTS_A_STEP = 50;

/**
 * Translates metrics of OTLP into series and appends them, as upstream does
 * (https://prometheus.io/docs/guides/opentelemetry/). What goes wrong with a metric ends that metric, and the others are
 * tried still, so that the answer names everything; nothing of such a request is to be kept.
 */
export class Translator {
  readonly faults: Fault[] = [];
  readonly warnings = new Set<string>();
  readonly sink: SeriesSink;
  readonly #options: TranslatorOptions;
  readonly #strategy: NameStrategy;
  readonly #labels: LabelMaker;
  readonly #points: PointWriter;
  readonly #targetInfo: TargetInfo;

  constructor(options: TranslatorOptions) {
    this.#options = options;
    const { appender, settings, latestMs, lookbackDeltaMs, startZeros } = options;
    this.#strategy = NAME_STRATEGIES[settings.translationStrategy];
    const labels = new LabelMaker(settings);
    const sink = new SeriesSink({ appender, latestMs, startZeros });
    this.sink = sink;
    this.#labels = labels;
    this.#points = new PointWriter({ labels, sink, warn: (warning) => this.warnings.add(warning) });
    this.#targetInfo = new TargetInfo({ labels, sink, lookbackDeltaMs });
  }

  /** @throws StorageError */
  *translate(data: MetricsData): Steps<void> {
    for (const resource of data) yield* this.#translateResource(resource);
  }

  *#translateResource(resource: ResourceMetrics): Steps<void> {
    if (!this.#tries(() => this.#labels.enterResource(resource.attributes))) return;
    for (const scope of resource.scopes) yield* this.#translateScope(scope);
    const span = timeSpanOf(resource);
    if (span === undefined) return;
    try {
      this.#note(yield* this.#targetInfo.write(resource.attributes, span));
    } catch (error) {
      this.#noteError(error);
    }
  }

  *#translateScope(scope: ScopeMetrics): Steps<void> {
    if (!this.#tries(() => this.#labels.enterScope(scope))) return;
    for (const metric of scope.metrics) {
      try {
        yield* this.#translateMetric(metric);
      } catch (error) {
        this.#noteError(error);
      }
      yield;
    }
  }

  *#translateMetric(metric: OtlpMetric): Steps<void> {
    const { name, data } = metric;
    if (data === undefined) {
      throw new TranslationError(
        `could not get aggregation temporality for ${name} as it has unsupported metric type Empty`,
      );
    }
    const temporality = temporalityOf(data) ?? TEMPORALITY.cumulative;
    if (!this.#accepts(temporality)) {
      throw new TranslationError(`invalid temporality and type combination for metric ${quoteGo(name)}`);
    }
    const context: MetricContext = {
      name: metricName(metric, this.#strategy),
      temporality,
      metadata: { type: typeOf(data), unit: metadataUnit(metric.unit), help: metric.description },
    };
    if (data.points.length === 0) throw new TranslationError(`empty data points. ${name} is dropped`);
    let count = 0;
    for (const write of this.#writes(context, data)) {
      const fault = write();
      if (fault !== undefined) {
        this.faults.push(fault);
        return;
      }
      if (++count % POINTS_A_STEP === 0) yield;
    }
  }

  /** For each point what writes it. */
  *#writes(context: MetricContext, data: MetricData): Generator<() => Fault | undefined> {
    const points = this.#points;
    switch (data.kind) {
      case 'gauge':
        for (const point of data.points) yield () => points.number(context, point, false);
        return;
      case 'sum':
        for (const point of data.points) yield () => points.number(context, point, true);
        return;
      case 'histogram': {
        const { convertHistogramsToNhcb } = this.#options.settings;
        for (const point of data.points) {
          yield () =>
            convertHistogramsToNhcb ? points.customBuckets(context, point) : points.histogram(context, point);
        }
        return;
      }
      case 'exponentialHistogram':
        for (const point of data.points) yield () => points.exponential(context, point);
        return;
      case 'summary':
        for (const point of data.points) yield () => points.summary(context, point);
    }
  }

  #accepts(temporality: number): boolean {
    if (temporality === TEMPORALITY.cumulative) return true;
    return this.#options.acceptDeltas && temporality === TEMPORALITY.delta;
  }

  /** False when it went wrong, which is noted. */
  #tries(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#noteError(error);
      return false;
    }
  }

  #note(fault: Fault | undefined): void {
    if (fault !== undefined) this.faults.push(fault);
  }

  #noteError(error: unknown): void {
    if (!(error instanceof TranslationError)) throw error;
    this.faults.push({ status: 500, text: error.message });
  }
}

function typeOf(data: MetricData): MetricType {
  if (temporalityOf(data) === TEMPORALITY.delta) return 'unknown';
  switch (data.kind) {
    case 'sum':
      return data.monotonic ? 'counter' : 'gauge';
    case 'exponentialHistogram':
      return 'histogram';
    default:
      return data.kind;
  }
}
