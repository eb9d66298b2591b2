import { type MetricObjectWithValues, type MetricValue, type Registry } from '@narthex/client';
import { compileAnchored, RegexpError } from '@narthex/regexp';
import { type Endpoint } from './endpoint.js';
import { sendData } from './envelope.js';
import { invalidParameter } from './errors.js';

type Family = MetricObjectWithValues<MetricValue<string>>;
type Labelled = Readonly<Record<string, string | number>>;

/** `/status/self_metrics`: the server's own metrics as messages of `io.prometheus.client`, in ProtoJSON. */
export function selfMetricsEndpoint(registry: Pick<Registry, 'getMetricsAsJSON'>): Endpoint {
  return {
    path: '/status/self_metrics',
    methods: ['GET'],
    handle: async (parameters, response) => {
      const wanted = matcherOf(parameters.get('metric_name_pattern'));
      const families = (await registry.getMetricsAsJSON()) as Family[];
      const shown = families.filter(({ name, values }) => values.length > 0 && wanted(name));
      sendData(response, shown.sort((a, b) => (a.name < b.name ? -1 : 1)).map(familyJson));
    },
  };
}

function matcherOf(pattern: string): (name: string) => boolean {
  if (pattern === '') return () => true;
  try {
    const regexp = compileAnchored(pattern);
    return (name) => regexp.matches(name);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw invalidParameter('metric_name_pattern', error.message);
  }
}

function familyJson(family: Family): unknown {
  const type = String(family.type).toUpperCase();
  return { name: family.name, help: family.help, type, metric: metricsOf(family, type) };
}

function metricsOf({ name, values }: Family, type: string): unknown[] {
  if (type === 'HISTOGRAM') return grouped(values, 'le').map((group) => histogramJson(name, group));
  if (type === 'SUMMARY') return grouped(values, 'quantile').map((group) => summaryJson(name, group));
  const kind = type.toLowerCase();
  return values.map(({ labels, value }) => ({
    ...labelJson(labels as Labelled),
    [kind]: { value: number(value) },
  }));
}

interface Group {
  readonly labels: Labelled;
  readonly values: MetricValue<string>[];
}

/** Puts together what differs in one label only. */
function grouped(values: readonly MetricValue<string>[], bound: string): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const value of values) {
    const labels = Object.fromEntries(
      Object.entries(value.labels as Labelled).filter(([name]) => name !== bound),
    );
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key) ?? { labels, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function histogramJson(name: string, { labels, values }: Group): unknown {
  const bucket = values
    .filter((value) => nameOf(value) === `${name}_bucket`)
    .map(({ labels: all, value }) => ({
      cumulativeCount: String(value),
      upperBound: number(boundOf((all as Labelled).le)),
    }))
    .filter(({ upperBound }) => upperBound !== 'Infinity');
  return { ...labelJson(labels), histogram: { ...sums(name, values), bucket } };
}

function summaryJson(name: string, { labels, values }: Group): unknown {
  const quantile = values
    .filter((value) => (value.labels as Labelled).quantile !== undefined)
    .map(({ labels: all, value }) => ({
      quantile: Number((all as Labelled).quantile),
      value: number(value),
    }));
  return { ...labelJson(labels), summary: { ...sums(name, values), quantile } };
}

function sums(name: string, values: readonly MetricValue<string>[]): Readonly<Record<string, unknown>> {
  const of = (suffix: string): number => values.find((each) => nameOf(each) === name + suffix)?.value ?? 0;
  return { sampleCount: String(of('_count')), sampleSum: number(of('_sum')) };
}

function nameOf(value: MetricValue<string>): string | undefined {
  return (value as { readonly metricName?: string }).metricName;
}

function boundOf(le: string | number | undefined): number {
  return le === '+Inf' || le === undefined ? Infinity : Number(le);
}

function labelJson(labels: Labelled): Readonly<Record<string, unknown>> {
  const label = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value: String(value) }));
  return label.length === 0 ? {} : { label };
}

/** ProtoJSON has words for what JSON has no numbers for. */
function number(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
