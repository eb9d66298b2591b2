import {
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
  Summary,
} from '@narthex/client';
import { type BucketCounts } from './maintenance/chunk-statistics.js';

interface NamedValue extends MetricValue<string> {
  readonly metricName: string;
  readonly sharedLabels: Readonly<Record<string, string>>;
}

interface CountedHistogram {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly NamedValue[];
}

export interface BucketHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly bounds: readonly number[];
  readonly registry: Registry;
  /** What was counted up to now. */
  readonly read: () => BucketCounts;
}

/** A histogram whose counts come from elsewhere, many at a time: the client library takes one observation a call. */
export class BucketHistogram extends Histogram {
  readonly #options: BucketHistogramOptions;

  constructor(options: BucketHistogramOptions) {
    const { name, help, bounds, registry } = options;
    super({ name, help, buckets: [...bounds], registers: [registry] });
    this.#options = options;
  }

  /** What the registry asks when it prints, and the base class when it gives values. */
  getForPromString(): Promise<CountedHistogram> {
    const { name, help } = this.#options;
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values: this.#values() });
  }

  #values(): NamedValue[] {
    const { name, bounds, read } = this.#options;
    const { counts, sum } = read();
    let total = 0;
    const values: NamedValue[] = counts.map((count, at) => {
      total += count;
      return named(`${name}_bucket`, total, { le: bounds[at] ?? '+Inf' });
    });
    values.push(named(`${name}_sum`, sum));
    values.push(named(`${name}_count`, total));
    return values;
  }
}

export interface DurationSummaryOptions {
  readonly name: string;
  readonly help: string;
  readonly registry: Registry;
  /** How often it took place, and how long that took in all. */
  readonly read: () => { readonly count: number; readonly totalMs: number };
}

/** Durations without quantiles, whose sum comes from elsewhere. */
export class DurationSummary extends Summary {
  readonly #options: DurationSummaryOptions;

  constructor(options: DurationSummaryOptions) {
    const { name, help, registry } = options;
    super({ name, help, percentiles: [], registers: [registry] });
    this.#options = options;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    const { name, read } = this.#options;
    const { count, totalMs } = read();
    const values = [named(`${name}_sum`, totalMs / 1000), named(`${name}_count`, count)];
    return { ...(await super.get()), values };
  }
}

function named(metricName: string, value: number, labels: NamedValue['labels'] = {}): NamedValue {
  return { metricName, value, labels, sharedLabels: {} };
}
