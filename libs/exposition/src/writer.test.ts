import { expect, test } from '@jest/globals';
import { Labels } from '@narthex/model';
import { type MetricFamily } from './family';
import { writeOpenMetricsFamily, writeTextFamily } from './writer';

const counter: MetricFamily = {
  name: 'requests_total',
  type: 'counter',
  help: 'A "quoted" \\ help\nin two lines',
  samples: [
    {
      suffix: '',
      labels: Labels.of({ path: 'a"b\\c\nd' }),
      value: 1e6,
      timestampMs: 1500,
      exemplar: { labels: Labels.of({ trace_id: 'x' }), value: 0.5, timestampMs: 2000 },
    },
  ],
};

const dotted: MetricFamily = {
  name: 'my.metric',
  type: 'histogram',
  samples: [
    { suffix: '_bucket', labels: Labels.of({ le: '+Inf', 'http.method': 'GET' }), value: 3 },
    { suffix: '_sum', labels: Labels.EMPTY, value: NaN },
    { suffix: '_count', labels: Labels.EMPTY, value: 3 },
  ],
};

test('the text format', () => {
  expect(writeTextFamily(counter) + writeTextFamily(dotted)).toBe(
    [
      '# HELP requests_total A "quoted" \\\\ help\\nin two lines',
      '# TYPE requests_total counter',
      'requests_total{path="a\\"b\\\\c\\nd"} 1e+06 1500',
      '# TYPE "my.metric" histogram',
      '{"my.metric_bucket","http.method"="GET",le="+Inf"} 3',
      '{"my.metric_sum"} NaN',
      '{"my.metric_count"} 3',
      '',
    ].join('\n'),
  );
});

test('OpenMetrics', () => {
  expect(writeOpenMetricsFamily({ ...counter, unit: 'requests' }) + writeOpenMetricsFamily(dotted)).toBe(
    [
      '# HELP requests A \\"quoted\\" \\\\ help\\nin two lines',
      '# TYPE requests counter',
      '# UNIT requests requests',
      'requests_total{path="a\\"b\\\\c\\nd"} 1e+06 1.5 # {trace_id="x"} 0.5 2.0',
      '# TYPE "my.metric" histogram',
      '{"my.metric_bucket","http.method"="GET",le="+Inf"} 3.0',
      '{"my.metric_sum"} NaN',
      '{"my.metric_count"} 3.0',
      '',
    ].join('\n'),
  );
});
