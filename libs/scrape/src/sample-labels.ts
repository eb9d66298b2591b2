import {
  compareText,
  isPlainLabelName,
  isPlainMetricName,
  Labels,
  LabelsBuilder,
  METRIC_NAME,
  quoteGo,
  relabelBuilder,
  type RelabelRule,
} from '@narthex/model';
import { ScrapeError } from './errors.js';
import { type ScrapeConfig } from './scrape-config.js';

const EXPORTED_PREFIX = 'exported_';

/** What becomes of the labels that a target exposes. */
export interface SampleLabelOptions {
  readonly targetLabels: Labels;
  readonly honorLabels: boolean;
  readonly rules: readonly RelabelRule[];
}

/** The labels of a series as they are stored; undefined when relabelling drops it. */
export function storedLabels(exposed: Labels, options: SampleLabelOptions): Labels | undefined {
  const { targetLabels, honorLabels, rules } = options;
  const merged = rules.length === 0 ? mergedPairs(exposed, targetLabels, honorLabels) : undefined;
  if (merged !== undefined) return merged.length === 0 ? undefined : Labels.fromSortedPairs(merged);
  const builder = new LabelsBuilder(exposed);
  const conflicts: [string, string][] = [];
  for (const [name, value] of exposed) if (value === '') builder.delete(name);
  for (const [name, value] of targetLabels) {
    const present = exposed.get(name);
    if (honorLabels && isExposed(exposed, name)) continue;
    if (present !== '') conflicts.push([name, present]);
    builder.set(name, value);
  }
  if (conflicts.length > 0) renameConflicts(builder, conflicts);
  if (!relabelBuilder(builder, rules)) return undefined;
  const labels = builder.labels();
  return labels.size === 0 ? undefined : labels;
}

/** The usual case in one pass over both lists; undefined when a label has to be renamed. */
function mergedPairs(exposed: Labels, target: Labels, honorLabels: boolean): string[] | undefined {
  const own = exposed.pairs();
  const added = target.pairs();
  const merged: string[] = [];
  let i = 0;
  for (let j = 0; j < added.length; j += 2) {
    const name = added[j]!;
    let order = -1;
    for (; i < own.length && (order = compareText(own[i]!, name)) < 0; i += 2) {
      if (own[i + 1] !== '') merged.push(own[i]!, own[i + 1]!);
    }
    if (i < own.length && order === 0) {
      if (own[i + 1] !== '' && !honorLabels) return undefined;
      const value = honorLabels ? own[i + 1]! : added[j + 1]!;
      if (value !== '') merged.push(name, value);
      i += 2;
    } else {
      merged.push(name, added[j + 1]!);
    }
  }
  for (; i < own.length; i += 2) if (own[i + 1] !== '') merged.push(own[i]!, own[i + 1]!);
  return merged;
}

/** Whether the target exposes the label, be it with an empty value, as the Pushgateway does with `instance`. */
function isExposed(exposed: Labels, name: string): boolean {
  for (let i = 0; i < exposed.size; i++) if (exposed.nameAt(i) === name) return true;
  return false;
}

/** Shorter names first, so that what is renamed already makes way no further. */
function renameConflicts(builder: LabelsBuilder, conflicts: [string, string][]): void {
  conflicts.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of conflicts) {
    let renamed = EXPORTED_PREFIX + name;
    while (builder.get(renamed) !== '') renamed = EXPORTED_PREFIX + renamed;
    builder.set(renamed, value);
  }
}

/** The labels of a series that the scrape makes up itself, such as `up`. */
export function reportLabels(metricName: string, targetLabels: Labels): Labels {
  const builder = new LabelsBuilder(targetLabels);
  return builder.set(METRIC_NAME, metricName).labels();
}

/** @throws ScrapeError with upstream's words when the labels cannot name a series. */
export function checkNames(labels: Labels, validation: 'utf8' | 'legacy' | ''): void {
  const name = labels.get(METRIC_NAME);
  if (name === '') throw new ScrapeError(`missing metric name (${METRIC_NAME} label)`);
  if (validation !== 'legacy') return;
  for (const [label] of labels) {
    if (!isPlainLabelName(label) || !isPlainMetricName(name)) {
      throw new ScrapeError(`invalid metric name or label names: ${labels.toString()}`);
    }
  }
}

export type LabelLimits = Pick<
  ScrapeConfig,
  'label_limit' | 'label_name_length_limit' | 'label_value_length_limit'
>;

/** What is wrong with the number or length of the labels, in upstream's words. Lengths are those of UTF-8. */
export function labelLimitFault(labels: Labels, limits: LabelLimits): string | undefined {
  const metric = shortened(labels.get(METRIC_NAME));
  const {
    label_limit: count,
    label_name_length_limit: nameLength,
    label_value_length_limit: valueLength,
  } = limits;
  if (count > 0 && labels.size > count) {
    return `label_limit exceeded (metric: ${metric}, number of labels: ${labels.size}, limit: ${count})`;
  }
  if (nameLength === 0 && valueLength === 0) return undefined;
  for (const [name, value] of labels) {
    const where = `metric: ${metric}, label name: ${shortened(name)}`;
    const bytes = Buffer.byteLength(name);
    if (nameLength > 0 && bytes > nameLength) {
      return `label_name_length_limit exceeded (${where}, length: ${bytes}, limit: ${nameLength})`;
    }
    const valueBytes = Buffer.byteLength(value);
    if (valueLength > 0 && valueBytes > valueLength) {
      const shown = quoteGo(shortened(value));
      return `label_value_length_limit exceeded (${where}, value: ${shown}, length: ${valueBytes}, limit: ${valueLength})`;
    }
  }
  return undefined;
}

const SHOWN_CHARACTERS = 50;

/** The first fifty characters, none of them cut through. */
function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : Array.from(text).slice(0, SHOWN_CHARACTERS).join('');
}
