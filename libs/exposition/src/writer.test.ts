import { describe, expect, test } from '@jest/globals';
import { Labels, METRIC_NAME } from '@narthex/model';
import fc from 'fast-check';
import { type MetricFamily } from './family';
import { createParser } from './negotiation';
import { ENTRY } from './parser';
import { OPENMETRICS_END, writeOpenMetricsFamily, writeTextFamily } from './writer';

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

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const labelName = fc
  .oneof(fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/), text)
  .filter((name) => name !== METRIC_NAME);
const family: fc.Arbitrary<MetricFamily> = fc.record({
  name: fc.oneof(fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,10}$/), text),
  type: fc.constantFrom('gauge', 'unknown'),
  help: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((help) => help.trim() === help),
  samples: fc.array(
    fc.record({
      suffix: fc.constant(''),
      labels: fc.dictionary(labelName, text, { maxKeys: 4 }).map((labels) => Labels.of(labels)),
      value: fc.double(),
      timestampMs: fc.integer({ min: 1, max: 2 ** 45 }),
    }),
    { maxLength: 5 },
  ),
});

describe('what is written reads back the same', () => {
  test.each(['text', 'openmetrics'] as const)('%s', (format) => {
    fc.assert(
      fc.property(fc.array(family, { maxLength: 3 }), (families) => {
        const write = format === 'text' ? writeTextFamily : writeOpenMetricsFamily;
        const body = families.map(write).join('') + (format === 'text' ? '' : OPENMETRICS_END);
        const parser = createParser(format);
        const bytes = Buffer.from(body);
        parser.reset(bytes, bytes.length);
        for (const written of families) {
          expect(parser.next()).toBe(ENTRY.help);
          expect([parser.metricName(), parser.text()]).toEqual([written.name, written.help]);
          expect(parser.next()).toBe(ENTRY.type);
          expect(parser.metricType).toBe(written.type);
          for (const sample of written.samples) {
            expect(parser.next()).toBe(ENTRY.series);
            const labels = Labels.of([...sample.labels, [METRIC_NAME, written.name]]);
            expect(parser.labels().toObject()).toEqual(labels.toObject());
            expect(parser.value).toBe(sample.value);
            // OpenMetrics writes seconds, and upstream cuts off what is left of a millisecond.
            const timestampMs =
              format === 'text' ? sample.timestampMs! : Math.trunc((sample.timestampMs! / 1000) * 1000);
            expect(parser.timestampMs).toBe(timestampMs);
          }
        }
        expect(parser.next()).toBe(ENTRY.end);
      }),
      { numRuns: 500 },
    );
  });
});
