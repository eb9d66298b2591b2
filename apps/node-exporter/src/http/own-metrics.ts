import { Counter, Gauge, type MetricValue, type Registry } from '@narthex/client';
import { type FamilySample } from '@narthex/exposition';
import { type MetricType } from '@narthex/model';
import { FamilySet, labelsOf } from '../families/family-set.js';

/** How the exporter serves its page, under the names of Go's promhttp. */
export class HandlerMetrics {
  readonly #requests: Counter<'code'>;
  readonly #inFlight: Gauge;
  readonly #errors: Counter<'cause'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'promhttp_metric_handler_requests_total',
      help: 'Total number of scrapes by HTTP status code.',
      labelNames: ['code'],
      registers,
    });
    this.#inFlight = new Gauge({
      name: 'promhttp_metric_handler_requests_in_flight',
      help: 'Current number of scrapes being served.',
      registers,
    });
    this.#errors = new Counter({
      name: 'promhttp_metric_handler_errors_total',
      help: 'Total number of internal errors encountered by the promhttp metric handler.',
      labelNames: ['cause'],
      registers,
    });
    for (const code of ['200', '500', '503']) this.#requests.inc({ code }, 0);
    for (const cause of ['encoding', 'gathering']) this.#errors.inc({ cause }, 0);
  }

  started(): void {
    this.#inFlight.inc();
  }

  ended(status: number): void {
    this.#inFlight.dec();
    this.#requests.inc({ code: String(status) });
  }

  gatheringFailed(): void {
    this.#errors.inc({ cause: 'gathering' });
  }
}

type NamedValue = MetricValue<string> & { readonly metricName?: string };

/** The families of a registry whose names `keep` accepts. */
export async function registryFamilies(
  registry: Registry,
  keep: (name: string) => boolean,
): Promise<FamilySet> {
  const families = new FamilySet();
  for (const { name, type, help, values } of await registry.getMetricsAsJSON()) {
    if (!keep(name)) continue;
    // Lines of one histogram or summary follow each other; they stay together.
    const metrics = new Map<string, FamilySample[]>();
    for (const { value, labels, metricName = name } of values as NamedValue[]) {
      const texts = Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, printed(text)]));
      const { le: _le, quantile: _quantile, ...own } = texts;
      const key = JSON.stringify(Object.entries(own).sort());
      const samples = metrics.get(key) ?? [];
      metrics.set(key, samples);
      samples.push({ suffix: metricName.slice(name.length), labels: labelsOf(texts), value });
    }
    for (const [key, samples] of metrics) {
      const own = Object.fromEntries(JSON.parse(key) as [string, string][]);
      // The declared type of this field is a number, and its value a word.
      families.add(name, String(type) as MetricType, help, { labels: labelsOf(own), samples });
    }
  }
  return families;
}

function printed(value: string | number | undefined): string {
  return value === Infinity ? '+Inf' : String(value ?? '');
}
