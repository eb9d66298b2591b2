import { type Metric, type Registry } from 'prom-client';

export interface SliceHistogramOptions {
  readonly name: string;
  readonly help: string;
  /** The one label that there is, and its values. */
  readonly label: string;
  readonly values: readonly string[];
  /** Upper bounds, in order. */
  readonly buckets: readonly number[];
  readonly registers: readonly Registry[];
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Series {
  /** By bucket, what is in it and in none before; the last is that of everything above. */
  readonly counts: Float64Array;
  sum: number;
}

/**
 * A histogram for what is observed very often, over the known values of one label: an observation is one addition, where
 * prom-client's looks its labels up by their text. All its series are there from the beginning.
 */
export class SliceHistogram {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #options: SliceHistogramOptions;
  readonly #series: ReadonlyMap<string, Series>;

  constructor(options: SliceHistogramOptions) {
    this.name = options.name;
    this.help = options.help;
    this.#options = options;
    const size = options.buckets.length + 1;
    this.#series = new Map(
      options.values.map((value) => [value, { counts: new Float64Array(size), sum: 0 }]),
    );
    for (const registry of options.registers) registry.registerMetric(this as unknown as Metric);
  }

  /** @param label one of the label's values; what is observed for another is nowhere counted */
  observe(label: string, value: number): void {
    const series = this.#series.get(label);
    if (series === undefined) return;
    const { buckets } = this.#options;
    let bucket = 0;
    while (bucket < buckets.length && value > buckets[bucket]!) bucket++;
    series.counts[bucket]!++;
    series.sum += value;
  }

  /** What the registry asks for. */
  get(): Promise<unknown> {
    const { name, help, label, buckets } = this.#options;
    const values: Sample[] = [];
    for (const [value, { counts, sum }] of this.#series) {
      const labels = { [label]: value };
      let count = 0;
      counts.forEach((within, index) => {
        count += within;
        values.push({
          metricName: `${name}_bucket`,
          labels: { le: buckets[index] ?? '+Inf', ...labels },
          value: count,
        });
      });
      values.push({ metricName: `${name}_sum`, labels, value: sum });
      values.push({ metricName: `${name}_count`, labels, value: count });
    }
    return Promise.resolve({ name, help, type: this.type, values, aggregator: 'sum' });
  }

  /** Forgets everything, as the registry asks for. */
  reset(): void {
    for (const series of this.#series.values()) {
      series.counts.fill(0);
      series.sum = 0;
    }
  }
}
