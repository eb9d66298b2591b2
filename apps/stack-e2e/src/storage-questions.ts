import { type StorageData } from './storage-data.js';

export type Question = readonly [path: string, parameters: Readonly<Record<string, string>>];

/** What is asked of a directory with {@link StorageData}; both servers have to give the same answers. */
export function questionsFor({ startS, endS }: StorageData): Question[] {
  const range = (query: string, step = 60, fromS = startS - 300, toS = endS + 600): Question => [
    'query_range',
    { query, start: String(fromS), end: String(toS), step: String(step) },
  ];
  const instant = (query: string, minute: number): Question => [
    'query',
    { query, time: String(startS + 60 * minute) },
  ];
  const within = (from: number, to: number): Record<string, string> => ({
    start: String(startS + 60 * from),
    end: String(startS + 60 * to),
  });
  const ever = within(-60, 180);
  return [
    ...['temperature', 'requests_total', 'stale', 'extremes', 'sometimes', 'only_late'].map((name) =>
      range(name),
    ),
    ...['exponential', 'exponential_floats', 'custom'].map((name) => range(name, 120)),
    // Every sample as it stands.
    ...[
      'temperature',
      'requests_total{job="odd"}',
      'stale',
      'extremes',
      'sometimes',
      'only_late',
      'exponential',
      'exponential_floats',
      'custom',
    ].map((name) => instant(`${name}[4h]`, 120)),
    instant('temperature{instance="host-1"}[40m]', 60),
    instant('temperature{instance="host-1"}[10m] offset 20m', 75),
    instant('custom[30m]', 50),
    instant('only_late[2h]', 74),
    range('count({__name__=~".+"})', 30),
    range('count by (__name__) ({__name__=~".+"})', 120),
    range('sum by (job) (rate(requests_total[5m]))'),
    range('irate(requests_total{instance="host-5"}[2m])'),
    range('increase(requests_total{instance="host-3"}[20m])', 120),
    range('resets(requests_total[30m])', 300),
    range('changes(temperature{instance=~"host-[0-2]"}[10m])', 120),
    range('max_over_time(temperature{job="odd"}[15m])', 120),
    range('count_over_time(temperature[10m])', 60),
    range('sum_over_time(temperature{instance!~"host-1.*"}[1h:5m])', 600),
    range('avg_over_time(temperature[90m])', 900),
    range('last_over_time(temperature{instance="host-1"}[7m])', 30),
    range('present_over_time(only_late[3m])', 30),
    range('absent_over_time(only_late[3m])', 60),
    range('quantile_over_time(0.3, temperature[20m])', 300),
    range('stddev by (job) (temperature)', 300),
    range('topk(2, temperature)', 300),
    range('temperature{instance="host-2"} offset 10m'),
    range('temperature{instance="host-2"} @ start()', 600),
    range('timestamp(temperature{instance="host-1"})', 30),
    range('rate(requests_total[5m]) / on (instance) group_left () temperature', 300),
    range('histogram_quantile(0.9, rate(exponential[10m]))', 120),
    range('histogram_quantile(0.5, rate(custom[10m]))', 120),
    range('histogram_count(custom)', 30),
    range('histogram_sum(sum_over_time(exponential_floats[10m]))', 300),
    range('histogram_fraction(0, 1, custom)', 120),
    range('resets(exponential[30m])', 300),
    range('exponential + exponential_floats', 600),
    ['series', { 'match[]': '{instance=~"host-[12]"}', ...ever }],
    ['series', { 'match[]': 'sometimes', ...within(5, 20) }],
    ['series', { 'match[]': 'only_late', ...ever }],
    ['series', { 'match[]': 'temperature', ...within(-120, -60) }],
    ['series', { 'match[]': '{__name__=~".+"}', ...ever }],
    ['labels', ever],
    ['labels', { 'match[]': 'sometimes', ...within(0, 30) }],
    ['label/__name__/values', ever],
    ['label/minute/values', ever],
    ['label/instance/values', { 'match[]': 'temperature{job="odd"}', ...ever }],
    ['label/job/values', { 'match[]': '{__name__!~"req.*", job!=""}', ...within(60, 75) }],
    ['query_exemplars', { query: 'requests_total', ...ever }],
    ['query_exemplars', { query: 'requests_total{instance="host-4"}', ...within(20, 40) }],
    ['query_exemplars', { query: 'rate(requests_total{job="odd"}[5m])', ...within(60, 90) }],
  ];
}

interface Answer {
  readonly status: string;
  readonly data: { readonly result?: { readonly metric?: unknown }[] } | { seriesLabels?: unknown }[];
}

/** An answer in a form that does not depend on the machine: order of vectors, last digits of sums and powers. */
export async function answerOf(url: string, [path, parameters]: Question): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const { data, status } = JSON.parse(await response.text(), (_, value: unknown) => rounded(value)) as Answer;
  const list = Array.isArray(data) ? data : data.result;
  list?.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { code: response.status, status, data };
}

function rounded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^-?\d+\.\d+(e[+-]\d+)?$/.test(value)) return value;
  return Number(value).toPrecision(12);
}
