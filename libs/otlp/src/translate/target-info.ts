import { type Labels, METRIC_NAME } from '@narthex/model';
import { type Attributes } from '../data/attributes.js';
import { milliseconds, type ResourceMetrics } from '../data/metrics-data.js';
import { type Steps } from '../data/steps.js';
import { type Fault } from './faults.js';
import { type LabelMaker } from './label-maker.js';
import { withLabel } from './sorted-labels.js';
import { type SeriesSink } from './series-sink.js';

const NAME = 'target_info';
const NS_PER_MS = 1_000_000n;
const SAMPLES_A_STEP = 100;
/** More samples for one resource are not made: a point without a time would ask for millions. */
const MOST_SAMPLES = 10_000n;

/** Earliest and latest time of a resource's points, in nanoseconds. */
export interface TimeSpan {
  readonly earliestNs: bigint;
  readonly latestNs: bigint;
}

/** Undefined when there are no points. */
export function timeSpanOf({ scopes }: ResourceMetrics): TimeSpan | undefined {
  let earliestNs: bigint | undefined;
  let latestNs = 0n;
  for (const { metrics } of scopes) {
    for (const { data } of metrics) {
      for (const { timeNs } of data?.points ?? []) {
        if (earliestNs === undefined || timeNs < earliestNs) earliestNs = timeNs;
        if (timeNs > latestNs) latestNs = timeNs;
      }
    }
  }
  return earliestNs === undefined ? undefined : { earliestNs, latestNs };
}

export interface TargetInfoOptions {
  readonly labels: LabelMaker;
  readonly sink: SeriesSink;
  /** How far back queries look for a sample: two are written in this time. */
  readonly lookbackDeltaMs: number;
}

/**
 * Writes the series `target_info`, whose labels tell what is known of a resource. Resources of one request that look the
 * same share its samples.
 */
export class TargetInfo {
  readonly #options: TargetInfoOptions;
  readonly #written = new Set<string>();

  constructor(options: TargetInfoOptions) {
    this.#options = options;
  }

  /** Samples from the earliest to the latest time, near enough that queries find one in between. */
  *write(attributes: Attributes, { earliestNs, latestNs }: TimeSpan): Steps<Fault | undefined> {
    const { labels, lookbackDeltaMs } = this.#options;
    const target = labels.ofTarget(attributes);
    if (target === undefined) return undefined;
    const series = withLabel(target, METRIC_NAME, NAME);
    const everyNs = (BigInt(lookbackDeltaMs) * NS_PER_MS) / 2n;
    const most = latestNs - MOST_SAMPLES * everyNs;
    let count = 0;
    for (let atNs = earliestNs < most ? most : earliestNs; atNs < latestNs; atNs += everyNs) {
      const fault = this.#append(series, milliseconds(atNs));
      if (fault !== undefined) return fault;
      if (++count % SAMPLES_A_STEP === 0) yield;
    }
    return this.#append(series, milliseconds(latestNs));
  }

  #append(series: Labels, timestampMs: number): Fault | undefined {
    const key = `${timestampMs} ${series.key}`;
    if (this.#written.has(key)) return undefined;
    this.#written.add(key);
    const metadata = { type: 'gauge', unit: '', help: 'Target metadata' } as const;
    return this.#options.sink.float(series, { startMs: 0, timestampMs }, 1, { metadata, exemplars: [] });
  }
}
