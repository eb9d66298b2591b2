import { type Metric, type Registry } from 'prom-client';
import { WindowQuantiles } from './window-quantiles.js';

export interface WindowSummaryOptions {
  readonly name: string;
  readonly help: string;
  /** The one label that there is, and its values. */
  readonly label: string;
  readonly values: readonly string[];
  readonly quantiles: readonly number[];
  readonly maxAgeSeconds: number;
  readonly ageBuckets: number;
  /** The clock, in ms since any moment. */
  readonly nowMs: () => number;
  readonly registers: readonly Registry[];
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Series {
  readonly quantiles: WindowQuantiles;
  sum: number;
  count: number;
}

/**
 * A summary over a window of time for what is observed very often. prom-client's keeps a digest, a tree, of which every
 * observation costs some ten microseconds; this one counts in buckets. All its series are there from the beginning, as
 * those of upstream's are.
 */
export class WindowSummary {
  readonly type = 'summary';
  readonly name: string;
  readonly help: string;
  readonly #options: WindowSummaryOptions;
  readonly #series: ReadonlyMap<string, Series>;

  constructor(options: WindowSummaryOptions) {
    this.name = options.name;
    this.help = options.help;
    this.#options = options;
    this.#series = new Map(
      options.values.map((value) => [value, { quantiles: new WindowQuantiles(options), sum: 0, count: 0 }]),
    );
    for (const registry of options.registers) registry.registerMetric(this as unknown as Metric);
  }

  /** @param label one of the label's values; what is observed for another is nowhere counted */
  observe(label: string, value: number): void {
    const series = this.#series.get(label);
    if (series === undefined) return;
    series.quantiles.observe(value);
    series.sum += value;
    series.count++;
  }

  /** What the registry asks for. */
  get(): Promise<unknown> {
    const { name, help, label, quantiles } = this.#options;
    const values: Sample[] = [];
    for (const [value, series] of this.#series) {
      const labels = { [label]: value };
      series.quantiles.at(quantiles).forEach((found, index) => {
        values.push({ metricName: name, labels: { quantile: quantiles[index]!, ...labels }, value: found });
      });
      values.push({ metricName: `${name}_sum`, labels, value: series.sum });
      values.push({ metricName: `${name}_count`, labels, value: series.count });
    }
    return Promise.resolve({ name, help, type: this.type, values, aggregator: 'sum' });
  }

  /** Forgets everything, as the registry asks for. */
  reset(): void {
    for (const series of this.#series.values()) {
      series.quantiles.clear();
      series.sum = 0;
      series.count = 0;
    }
  }
}
