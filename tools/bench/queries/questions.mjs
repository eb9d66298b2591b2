/**
 * What is asked: at every step of `stepS` seconds over all the data; 0 is an instant query at its end. A small one is
 * asked many times in a row, as one alone is below what the system can measure.
 */
export const QUESTIONS = [
  { name: 'raw range', query: 'bench_temperature', stepS: 60 },
  { name: 'raw range, every sample', query: 'bench_temperature', stepS: 15 },
  { name: 'rate, all series', query: 'rate(bench_requests_total[5m])', stepS: 60 },
  { name: 'sum by rate', query: 'sum by (i) (rate(bench_requests_total[5m]))', stepS: 60 },
  { name: 'sum by rate, every 15 s', query: 'sum by (i) (rate(bench_requests_total[5m]))', stepS: 15 },
  { name: 'rate of an hour', query: 'sum by (i) (rate(bench_requests_total[1h]))', stepS: 60 },
  {
    name: 'histogram_quantile',
    query: 'histogram_quantile(0.9, sum by (le, i) (rate(bench_latency_seconds_bucket[5m])))',
    stepS: 60,
  },
  { name: 'topk', query: 'topk(10, rate(bench_requests_total[5m]))', stepS: 60 },
  { name: 'avg_over_time of an hour', query: 'avg_over_time(bench_temperature[1h])', stepS: 60 },
  { name: 'sum_over_time of an hour', query: 'sum(sum_over_time(bench_temperature[1h]))', stepS: 60 },
  { name: 'max_over_time of an hour', query: 'max by (i) (max_over_time(bench_temperature[1h]))', stepS: 60 },
  { name: 'quantile_over_time', query: 'quantile_over_time(0.9, bench_temperature[10m])', stepS: 60 },
  { name: 'stddev_over_time', query: 'avg(stddev_over_time(bench_temperature[30m]))', stepS: 60 },
  {
    name: 'join one to one',
    query: 'bench_requests_total / on (pod, code) bench_requests_total',
    stepS: 120,
  },
  {
    name: 'join with group_left',
    query: 'bench_requests_total * on (i) group_left sum by (i) (bench_temperature)',
    stepS: 120,
  },
  { name: 'count by pod', query: 'count by (pod) (bench_latency_seconds_bucket)', stepS: 60 },
  { name: 'quantile over series', query: 'quantile by (i) (0.9, bench_temperature)', stepS: 60 },
  {
    name: 'subquery',
    query: 'max_over_time(sum by (i) (rate(bench_requests_total[1m]))[10m:30s])',
    stepS: 300,
  },
  {
    name: 'regex selector',
    query: 'sum by (code) (rate(bench_requests_total{pod=~"pod-0..[0-4].*"}[5m]))',
    stepS: 60,
  },
  { name: 'comparison', query: 'count(bench_temperature > 3)', stepS: 60 },
  { name: 'instant sum', query: 'sum(bench_requests_total)', stepS: 0, times: 5 },
  { name: 'instant sum by rate', query: 'sum by (i) (rate(bench_requests_total[5m]))', stepS: 0, times: 5 },
  { name: 'instant, all series', query: 'bench_requests_total', stepS: 0, times: 5 },
  { name: 'instant topk', query: 'topk(10, bench_requests_total)', stepS: 0, times: 5 },
  {
    name: 'one series, six hours',
    query: 'rate(bench_requests_total{pod="pod-00007-7"}[5m])',
    stepS: 60,
    times: 20,
  },
  { name: 'one series, instant', query: 'bench_requests_total{pod="pod-00007-7"}', stepS: 0, times: 20 },
];

/** What a panel of a dashboard asks. */
export const SMALL = Array.from({ length: 20 }, (_, at) => ({
  query: `sum by (code) (rate(bench_requests_total{i="${at}"}[5m]))`,
  stepS: 60,
  hours: 1,
}));

export const HEAVY = Array.from({ length: 20 }, () => ({
  query: 'sum by (i) (rate(bench_requests_total[5m]))',
  stepS: 15,
}));
