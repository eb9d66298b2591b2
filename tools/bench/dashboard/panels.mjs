/** The expressions of a dashboard, as people write them for hosts and services. */
const EXPRESSIONS = [
  'sum(rate(bench_metric_0[1m]))',
  'sum by (mode) (rate(bench_metric_0[1m]))',
  'sum by (job) (rate(bench_metric_1[1m]))',
  'topk(5, sum by (device) (rate(bench_metric_1[1m])))',
  'avg by (mode) (bench_metric_2)',
  'max by (device) (bench_metric_2)',
  'quantile(0.95, bench_metric_2)',
  'bench_metric_2{device="device_1", job="bench_3"}',
  'rate(bench_metric_4{device="device_7"}[1m])',
  'sum(bench_metric_6) / count(bench_metric_6)',
  'sum by (shard) (increase(bench_metric_5[2m]))',
  'max_over_time(bench_metric_2{mode="mode_1"}[1m])',
  'avg_over_time(bench_metric_6{job="bench_0"}[30s])',
  'irate(bench_metric_8{job="bench_1", mode="mode_2"}[30s])',
  'sum by (job, mode) (rate(bench_metric_9{mode=~"mode_[12]"}[1m])) > 0',
  'count(up == 1)',
  'up',
  'avg(scrape_duration_seconds)',
  'sum by (job) (scrape_samples_scraped)',
  'sum(rate(bench_metric_0[1m])) by (mode) / ignoring(mode) group_left sum(rate(bench_metric_0[1m]))',
];
const RANGE_S = 15 * 60;
const STEP_S = 15;

/** The forms of all panels, over the last quarter of an hour, which ends at `end` (Unix seconds). */
export function panels(end) {
  return EXPRESSIONS.map(
    (query) => `query=${encodeURIComponent(query)}&start=${end - RANGE_S}&end=${end}&step=${STEP_S}`,
  );
}
