import { type Clock } from '@narthex/process';
import { type Attributes } from '../data/attributes.js';
import {
  type ExponentialPoint,
  type HistogramPoint,
  type MetricData,
  type MetricsData,
  type NumberPoint,
  type OtlpMetric,
  TEMPORALITY,
  temporalityOf,
} from '../data/metrics-data.js';
import { type Steps } from '../data/steps.js';
import { type Add, addExponentials, addHistograms, addNumbers } from './add-points.js';
import { metricIdentity, streamIdentity } from './stream-identity.js';

/** A stream that has not been heard of for so long is forgotten: what comes then is a new one. */
const MAX_STALE_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 60_000;
const POINTS_A_STEP = 50;

interface Stream<P> {
  total: P;
  seenMs: number;
}

interface AnyPoint {
  readonly attributes: Attributes;
  readonly startNs: bigint;
  readonly timeNs: bigint;
  readonly flags: number;
  readonly exemplars: NumberPoint['exemplars'];
}

/** True when there is anything in it that only tells of what changed. */
export function hasDeltas(data: MetricsData): boolean {
  return data.some(({ scopes }) => scopes.some(({ metrics }) => metrics.some(isDelta)));
}

function isDelta({ data }: OtlpMetric): boolean {
  return data !== undefined && temporalityOf(data) === TEMPORALITY.delta;
}

/**
 * Adds up deltas, so that every point tells the total of its stream, as the processor `deltatocumulative` of OpenTelemetry's
 * collector does with its defaults (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#sums-delta-to-cumulative).
 * Points that come late, or from before their stream began, are dropped. The totals are in memory alone: after a restart
 * they begin anew, which looks as a counter's reset.
 */
export class DeltaToCumulative {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #numbers = new Map<string, Stream<NumberPoint>>();
  readonly #histograms = new Map<string, Stream<HistogramPoint>>();
  readonly #exponentials = new Map<string, Stream<ExponentialPoint>>();
  #sweptMs: number;

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
    this.#sweptMs = clock.nowMs();
  }

  /** How many streams are kept. */
  get size(): number {
    return this.#numbers.size + this.#histograms.size + this.#exponentials.size;
  }

  /** The same metrics with totals for deltas. Metrics of which no point is left are left out. */
  *convert(data: MetricsData): Steps<MetricsData> {
    this.#sweep();
    const resources = [];
    for (const resource of data) {
      const scopes = [];
      for (const scope of resource.scopes) {
        const metrics: OtlpMetric[] = [];
        for (const metric of scope.metrics) {
          if (!isDelta(metric)) {
            metrics.push(metric);
            continue;
          }
          const id = metricIdentity(resource, scope.scope, metric);
          const converted = yield* this.#convertMetric(id, metric.data!);
          if (converted.points.length > 0) metrics.push({ ...metric, data: converted });
        }
        scopes.push({ ...scope, metrics });
      }
      resources.push({ ...resource, scopes });
    }
    return resources;
  }

  *#convertMetric(id: string, data: MetricData): Steps<MetricData> {
    const temporality = TEMPORALITY.cumulative;
    switch (data.kind) {
      case 'sum':
        return {
          ...data,
          temporality,
          points: yield* this.#addAll(this.#numbers, id, data.points, addNumbers),
        };
      case 'histogram': {
        const points = yield* this.#addAll(this.#histograms, id, data.points, addHistograms);
        return { ...data, temporality, points };
      }
      case 'exponentialHistogram': {
        const points = yield* this.#addAll(this.#exponentials, id, data.points, addExponentials);
        return { ...data, temporality, points };
      }
      default:
        return data;
    }
  }

  *#addAll<P extends AnyPoint>(
    streams: Map<string, Stream<P>>,
    metric: string,
    points: readonly P[],
    add: Add<P>,
  ): Steps<readonly P[]> {
    const totals: P[] = [];
    for (const [i, point] of points.entries()) {
      const id = streamIdentity(metric, point.attributes);
      const seenMs = this.#clock.nowMs();
      const stream = streams.get(id);
      if (stream === undefined) {
        streams.set(id, { total: point, seenMs });
        totals.push(point);
      } else {
        stream.seenMs = seenMs;
        const { total } = stream;
        if (point.startNs >= total.startNs && point.timeNs > total.timeNs) {
          stream.total = { ...add(total, point), timeNs: point.timeNs };
          // What a point says of itself alone does not add up.
          totals.push({ ...stream.total, flags: point.flags, exemplars: point.exemplars });
        }
      }
      if (i % POINTS_A_STEP === 0) yield;
    }
    return totals;
  }

  #sweep(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#sweptMs < SWEEP_EVERY_MS) return;
    this.#sweptMs = nowMs;
    for (const streams of [this.#numbers, this.#histograms, this.#exponentials]) {
      for (const [id, { seenMs }] of streams) if (nowMs - seenMs > MAX_STALE_MS) streams.delete(id);
    }
  }
}
