import {
  compareText,
  formatFloat,
  isPlainMetricName,
  METRIC_NAME,
  parseFloatGo,
  quoteGo,
} from '@narthex/model';
import { ToolError } from '../errors.js';

/** Labels as the API sends them. */
export type ApiLabels = Readonly<Record<string, string>>;
/** Which ends of a bucket belong to it: upper, lower, none, both; its ends and what is in it. */
export type ApiBucket = readonly [boundaries: number, lower: string, upper: string, count: string];

export interface ApiHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly ApiBucket[];
}

type ApiPoint<T> = readonly [seconds: number, value: T];

export interface ApiSample {
  readonly metric: ApiLabels;
  readonly value?: ApiPoint<string>;
  readonly histogram?: ApiPoint<ApiHistogram>;
}

export interface ApiSeries {
  readonly metric: ApiLabels;
  readonly values?: readonly ApiPoint<string>[];
  readonly histograms?: readonly ApiPoint<ApiHistogram>[];
}

/** What a query gives. */
export type ApiResult =
  | { readonly resultType: 'scalar'; readonly result: ApiPoint<string> }
  | { readonly resultType: 'vector'; readonly result: readonly ApiSample[] }
  | { readonly resultType: 'matrix'; readonly result: readonly ApiSeries[] };

/** @throws ToolError for a result that cannot be shown */
export function apiResult(data: unknown): ApiResult {
  const { resultType } = (data ?? {}) as { readonly resultType?: unknown };
  if (resultType === 'scalar' || resultType === 'vector' || resultType === 'matrix') return data as ApiResult;
  throw new ToolError(`unexpected value type ${JSON.stringify(resultType)}`);
}

/** As upstream prints results for people. */
export function resultText(value: ApiResult): string {
  switch (value.resultType) {
    case 'scalar':
      return `scalar: ${pointText(value.result, valueText)}`;
    case 'vector':
      return value.result.map(sampleText).join('\n');
    case 'matrix':
      return [...value.result]
        .sort((a, b) => compareMetrics(a.metric, b.metric))
        .map(({ metric, values = [], histograms = [] }) => {
          const points = [
            ...values.map((point) => pointText(point, valueText)),
            ...histograms.map((point) => pointText(point, histogramText)),
          ];
          return `${metricText(metric)} =>\n${points.join('\n')}`;
        })
        .join('\n');
  }
}

function sampleText({ metric, value, histogram }: ApiSample): string {
  const point = histogram === undefined ? pointText(value!, valueText) : pointText(histogram, histogramText);
  return `${metricText(metric)} => ${point}`;
}

function pointText<T>([seconds, value]: ApiPoint<T>, text: (value: T) => string): string {
  return `${text(value)} @[${formatFloat(seconds)}]`;
}

/** A value is written without an exponent, however large. */
export function valueText(value: string): string {
  return formatFloat(parseFloatGo(value));
}

function histogramText({ count, sum, buckets = [] }: ApiHistogram): string {
  const shown = buckets.map(([boundaries, lower, upper, inside]) => {
    const opening = boundaries === 1 || boundaries === 3 ? '[' : '(';
    const closing = boundaries === 0 || boundaries === 3 ? ']' : ')';
    return `${opening}${lower},${upper}${closing}:${inside}`;
  });
  const [total, sumText] = [count, sum].map((number) => parseFloatGo(number).toFixed(6));
  return `Count: ${total}, Sum: ${sumText}, Buckets: [${shown.join(' ')}]`;
}

/** `name{label="value"}` */
export function metricText({ [METRIC_NAME]: name = '', ...labels }: ApiLabels): string {
  const shown = labelList(labels);
  if (name === '') return `{${shown}}`;
  if (!isPlainMetricName(name)) return `${name}{${shown}}`;
  return shown === '' ? name : `${name}{${shown}}`;
}

/** `{__name__="name", label="value"}` */
export function labelSetText(labels: ApiLabels): string {
  return `{${labelList(labels)}}`;
}

function labelList(labels: ApiLabels): string {
  return Object.keys(labels)
    .sort(compareText)
    .map((name) => `${name}=${quoteGo(labels[name]!)}`)
    .join(', ');
}

/** Fewer labels first, then label by label. */
function compareMetrics(a: ApiLabels, b: ApiLabels): number {
  const [names, others] = [Object.keys(a), Object.keys(b)];
  if (names.length !== others.length) return names.length - others.length;
  for (const name of [...new Set([...names, ...others])].sort(compareText)) {
    const [left, right] = [a[name], b[name]];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left !== right) return compareText(left, right);
  }
  return 0;
}
