import { type FamilySample, type MetricFamily } from '@narthex/exposition';
import { Labels, type MetricType } from '@narthex/model';

export type LabelValues = Readonly<Record<string, string>>;

/** A metric of a family: one line, or all lines of a histogram or summary. */
export interface FamilyMetric {
  /** Without `le` and `quantile`. Empty values are kept, since upstream prints them. */
  readonly labels: Labels;
  readonly samples: readonly FamilySample[];
}

/** A family while it is being gathered. */
export interface GatheredFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly metrics: FamilyMetric[];
}

/** Where a collector puts what it found. A family comes into being with its first metric. */
export class FamilySet {
  readonly #families = new Map<string, GatheredFamily>();

  gauge(name: string, help: string, value: number, labels: LabelValues = {}): void {
    this.#add(name, 'gauge', help, value, labels);
  }

  counter(name: string, help: string, value: number, labels: LabelValues = {}): void {
    this.#add(name, 'counter', help, value, labels);
  }

  untyped(name: string, help: string, value: number, labels: LabelValues = {}): void {
    this.#add(name, 'unknown', help, value, labels);
  }

  /** Adds a metric to its family. One with another type or help is a family of its own, for the merge to judge. */
  add(name: string, type: MetricType, help: string, metric: FamilyMetric): void {
    const first = this.#families.get(name);
    const key =
      first === undefined || (first.type === type && first.help === help) ? name : `${name} ${type} ${help}`;
    let family = this.#families.get(key);
    if (family === undefined) {
      family = { name, type, help, metrics: [] };
      this.#families.set(key, family);
    }
    family.metrics.push(metric);
  }

  families(): IterableIterator<GatheredFamily> {
    return this.#families.values();
  }

  #add(name: string, type: MetricType, help: string, value: number, labels: LabelValues): void {
    const withLabels = labelsOf(labels);
    this.add(name, type, help, { labels: withLabels, samples: [{ suffix: '', labels: withLabels, value }] });
  }
}

/** Labels sorted by name, the empty ones included. */
export function labelsOf(values: LabelValues): Labels {
  const entries = Object.entries(values);
  if (entries.length > 1) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Labels.fromSortedPairs(entries.flat());
}

/** The family as it is written, its metrics in upstream's order: fewer labels first, then by label values. */
export function writtenFamily({ name, type, help, metrics }: GatheredFamily): MetricFamily {
  const sorted =
    metrics.length > 1 ? [...metrics].sort((a, b) => compareMetrics(a.labels, b.labels)) : metrics;
  return { name, type, help, samples: sorted.flatMap(({ samples }) => samples) };
}

function compareMetrics(a: Labels, b: Labels): number {
  if (a.size !== b.size) return a.size - b.size;
  for (let at = 0; at < a.size; at++) {
    const left = a.valueAt(at);
    const right = b.valueAt(at);
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
