import {
  formatFloatG,
  isPlainLabelName,
  isPlainMetricName,
  type Labels,
  type MetricType,
} from '@narthex/model';
import { type FamilySample, type MetricFamily } from './family.js';
import { openMetricsFloat } from './number-text.js';

/** What each format is called in a Content-Type header. */
export const CONTENT_TYPES = {
  text: 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
  protobuf:
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores',
} as const;

const TEXT_TYPES: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

const TOTAL = '_total';

/** Writes one family in the text format 0.0.4, numbers as Go prints them. */
export function writeTextFamily(family: MetricFamily): string {
  const name = quotedIfNeeded(family.name);
  let text = family.help === undefined ? '' : `# HELP ${name} ${escapedHelp(family.help)}\n`;
  text += `# TYPE ${name} ${TEXT_TYPES[family.type]}\n`;
  for (const sample of family.samples) {
    if (sample.histogram !== undefined) continue;
    text += `${seriesText(family.name + sample.suffix, sample.labels)} ${formatFloatG(sample.value)}`;
    text += sample.timestampMs === undefined ? '\n' : ` ${sample.timestampMs}\n`;
  }
  return text;
}

/** Writes one family in OpenMetrics 1.0. The whole body ends with {@link OPENMETRICS_END}. */
export function writeOpenMetricsFamily(family: MetricFamily): string {
  const isCounter = family.type === 'counter';
  const familyName =
    isCounter && family.name.endsWith(TOTAL) ? family.name.slice(0, -TOTAL.length) : family.name;
  const name = quotedIfNeeded(familyName);
  let text = family.help === undefined ? '' : `# HELP ${name} ${escapedValue(family.help)}\n`;
  text += `# TYPE ${name} ${family.type}\n`;
  if (family.unit !== undefined) text += `# UNIT ${name} ${family.unit}\n`;
  for (const sample of family.samples) {
    if (sample.histogram !== undefined) continue;
    const suffix = isCounter && sample.suffix === '' ? TOTAL : sample.suffix;
    text += `${seriesText(familyName + suffix, sample.labels)} ${openMetricsFloat(sample.value)}`;
    if (sample.timestampMs !== undefined) text += ` ${openMetricsFloat(sample.timestampMs / 1000)}`;
    text += `${exemplarText(sample)}\n`;
  }
  return text;
}

export const OPENMETRICS_END = '# EOF\n';

function exemplarText({ exemplar }: FamilySample): string {
  if (exemplar === undefined) return '';
  const time = exemplar.timestampMs === undefined ? '' : ` ${openMetricsFloat(exemplar.timestampMs / 1000)}`;
  return ` # {${labelsText(exemplar.labels)}} ${openMetricsFloat(exemplar.value)}${time}`;
}

/** `name{a="b"}`, or `{"my.name",a="b"}` for a name that needs quotes. */
function seriesText(name: string, labels: Labels): string {
  const list = labelsText(labels);
  if (isPlainMetricName(name)) return list === '' ? name : `${name}{${list}}`;
  return list === '' ? `{"${escapedValue(name)}"}` : `{"${escapedValue(name)}",${list}}`;
}

function labelsText(labels: Labels): string {
  let text = '';
  for (const [name, value] of labels) {
    if (text !== '') text += ',';
    text += `${isPlainLabelName(name) ? name : `"${escapedValue(name)}"`}="${escapedValue(value)}"`;
  }
  return text;
}

function quotedIfNeeded(name: string): string {
  return isPlainMetricName(name) ? name : `"${escapedValue(name)}"`;
}

function escapedHelp(text: string): string {
  return /[\\\n]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') : text;
}

function escapedValue(text: string): string {
  return /[\\\n"]/.test(text) ? escapedHelp(text).replaceAll('"', '\\"') : text;
}
