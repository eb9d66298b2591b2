import { type LabelSet } from '../api/types-query';

const metricNamePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelNamePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Quotes a string as PromQL reads it back. */
export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A label's name as it stands inside braces: bare where PromQL allows it, else quoted. */
export function labelNameText(name: string): string {
  return labelNamePattern.test(name) ? name : quote(name);
}

export interface SeriesParts {
  /** The metric's name before the braces; empty where there is none or it needs quotes. */
  readonly name: string;
  /** A metric name that stands quoted inside the braces. */
  readonly quotedName: string | undefined;
  /** The other labels, sorted by name. */
  readonly labels: readonly (readonly [string, string])[];
}

/** Takes a label set apart for display. */
export function seriesParts(metric: LabelSet): SeriesParts {
  const name = metric.__name__ ?? '';
  const bare = name === '' || metricNamePattern.test(name);
  const labels = Object.entries(metric)
    .filter(([label]) => label !== '__name__')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { name: bare ? name : '', quotedName: bare ? undefined : name, labels };
}

/** A selector that finds exactly this label set: `up{job="node"}`, `{"odd.name", job="node"}`, `{}`. */
export function formatSeries(metric: LabelSet): string {
  const { name, quotedName, labels } = seriesParts(metric);
  const matchers = labels.map(([label, value]) => `${labelNameText(label)}=${quote(value)}`);
  if (quotedName !== undefined) matchers.unshift(quote(quotedName));
  if (matchers.length === 0) return name === '' ? '{}' : name;
  return `${name}{${matchers.join(', ')}}`;
}

/** The labels, the metric's name among them, that all of these series share. */
export function commonLabels(metrics: readonly LabelSet[]): LabelSet {
  const [first, ...rest] = metrics;
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([label, value]) => rest.every((metric) => metric[label] === value)),
  );
}

/** A label set without the labels given. */
export function withoutLabels(metric: LabelSet, omit: LabelSet): LabelSet {
  return Object.fromEntries(Object.entries(metric).filter(([label]) => !(label in omit)));
}
