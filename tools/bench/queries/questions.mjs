/** What is asked: `steps` of `stepS` seconds up to the end of the data; 0 steps is an instant query. */
export const QUESTIONS = [
  { name: 'raw range', query: 'bench_temperature', steps: 120, stepS: 15 },
  { name: 'rate range, all series', query: 'rate(bench_requests_total[5m])', steps: 120, stepS: 15 },
  { name: 'sum by rate', query: 'sum by (i) (rate(bench_requests_total[5m]))', steps: 240, stepS: 15 },
  { name: 'rate of an hour', query: 'sum by (i) (rate(bench_requests_total[1h]))', steps: 60, stepS: 60 },
  {
    name: 'histogram_quantile',
    query: 'histogram_quantile(0.9, sum by (le, i) (rate(bench_latency_seconds_bucket[5m])))',
    steps: 120,
    stepS: 30,
  },
  { name: 'topk', query: 'topk(10, rate(bench_requests_total[5m]))', steps: 120, stepS: 30 },
  { name: 'avg_over_time of an hour', query: 'avg_over_time(bench_temperature[1h])', steps: 60, stepS: 60 },
  {
    name: 'sum_over_time of an hour',
    query: 'sum(sum_over_time(bench_temperature[1h]))',
    steps: 60,
    stepS: 60,
  },
  {
    name: 'max_over_time of an hour',
    query: 'max by (i) (max_over_time(bench_temperature[1h]))',
    steps: 60,
    stepS: 60,
  },
  {
    name: 'quantile_over_time',
    query: 'quantile_over_time(0.9, bench_temperature[10m])',
    steps: 60,
    stepS: 60,
  },
  { name: 'stddev_over_time', query: 'avg(stddev_over_time(bench_temperature[30m]))', steps: 60, stepS: 60 },
  {
    name: 'join one to one',
    query: 'bench_requests_total / ignoring(code) bench_requests_total',
    steps: 60,
    stepS: 30,
  },
  {
    name: 'join with group_left',
    query: 'bench_requests_total * on (i) group_left sum by (i) (bench_temperature)',
    steps: 60,
    stepS: 30,
  },
  { name: 'count by pod', query: 'count by (pod) (bench_latency_seconds_bucket)', steps: 60, stepS: 30 },
  { name: 'quantile over series', query: 'quantile by (i) (0.9, bench_temperature)', steps: 120, stepS: 30 },
  {
    name: 'subquery',
    query: 'max_over_time(sum by (i) (rate(bench_requests_total[1m]))[10m:30s])',
    steps: 30,
    stepS: 60,
  },
  {
    name: 'regex',
    query: 'sum by (code) (rate(bench_requests_total{pod=~"pod-0..[0-4].*"}[5m]))',
    steps: 120,
    stepS: 30,
  },
  { name: 'comparison', query: 'count(bench_temperature > 3)', steps: 120, stepS: 30 },
  { name: 'instant sum', query: 'sum(bench_requests_total)', steps: 0 },
  { name: 'instant sum by rate', query: 'sum by (i) (rate(bench_requests_total[5m]))', steps: 0 },
  { name: 'instant, all series', query: 'bench_requests_total', steps: 0 },
  { name: 'instant topk', query: 'topk(10, bench_requests_total)', steps: 0 },
  { name: 'one series', query: 'rate(bench_requests_total{pod="pod-00007-7"}[5m])', steps: 240, stepS: 15 },
];

/** What a panel of a dashboard asks. */
export const SMALL = Array.from({ length: 20 }, (_, at) => ({
  query: `sum by (code) (rate(bench_requests_total{i="${at}"}[5m]))`,
  steps: 120,
  stepS: 30,
}));

export const HEAVY = Array.from({ length: 10 }, () => ({
  query: 'sum by (i) (rate(bench_requests_total[5m]))',
  steps: 240,
  stepS: 15,
}));
