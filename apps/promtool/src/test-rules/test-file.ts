import { duration, flag, float, labels, list, parsed, record, section, text } from '@narthex/config';
import { type z } from 'zod';
import { parseTime } from '../time-argument.js';

const seriesSection = section('main.series', { series: text(), values: text() });

const alertSection = section('main.alert', {
  exp_labels: record(text({ always: true })),
  exp_annotations: record(text({ always: true })),
});

const alertTestSection = section('main.alertTestCase', {
  eval_time: duration(),
  alertname: text(),
  exp_alerts: list(alertSection, { goType: '[]main.alert' }),
});

const sampleSection = section('main.sample', { labels: text(), value: float(), histogram: text() });

const expressionTestSection = section('main.promqlTestCase', {
  expr: text(),
  eval_time: duration(),
  exp_samples: list(sampleSection, { goType: '[]main.sample' }),
});

const groupSection = section('main.testGroup', {
  /** Between two samples; 0 for the evaluation interval. */
  interval: duration(),
  input_series: list(seriesSection, { goType: '[]main.series' }),
  alert_rule_test: list(alertTestSection, { goType: '[]main.alertTestCase' }),
  promql_expr_test: list(expressionTestSection, { goType: '[]main.promqlTestCase' }),
  external_labels: labels('labels.Labels'),
  external_url: text(),
  name: text(),
  /** Milliseconds since 1970. */
  start_timestamp: parsed(0, { parse: parseTime, print: String }),
});

/** A file of tests (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/). */
export const testFileSection = section('main.unitTestFile', {
  rule_files: list(text({ always: true }), { goType: '[]string' }),
  evaluation_interval: duration(),
  group_eval_order: list(text({ always: true }), { goType: '[]string' }),
  tests: list(groupSection, { goType: '[]main.testGroup' }),
  fuzzy_compare: flag(),
});

export type TestGroup = z.output<typeof groupSection>;
export type AlertTest = TestGroup['alert_rule_test'][number];
export type ExpressionTest = TestGroup['promql_expr_test'][number];
