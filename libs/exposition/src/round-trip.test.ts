import { describe, expect, test } from '@jest/globals';
import { Labels, METRIC_NAME, type MetricType } from '@narthex/model';
import fc from 'fast-check';
import { type FamilyExemplar, type FamilySample, type MetricFamily } from './family';
import { createParser } from './negotiation';
import { formatOpenMetricsFloat } from './number-text';
import { ENTRY, type ExpositionParser } from './parser';
import { OPENMETRICS_END, writeOpenMetricsFamily, writeTextFamily } from './writer';

type Format = 'text' | 'openmetrics';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const plainName = fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,10}$/);
/** Not what the parsers take to be a part of a family. */
const metricName = fc
  .oneof(plainName, text)
  .filter((name) => !/_(?:total|created|bucket|count|sum|gcount|gsum|info)$/.test(name));
const labels = fc
  .dictionary(
    fc
      .oneof(fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/), text)
      .filter((name) => ![METRIC_NAME, 'le', 'quantile'].includes(name)),
    text,
    { maxKeys: 4 },
  )
  .map((entries) => Labels.of(entries));
const time = fc.integer({ min: 1, max: 2 ** 45 });
const exemplar: fc.Arbitrary<FamilyExemplar> = fc.record(
  { labels, value: fc.double(), timestampMs: time },
  { requiredKeys: ['labels', 'value'] },
);

const sampleOf = (suffix: string, own: fc.Arbitrary<Labels>): fc.Arbitrary<FamilySample> =>
  fc.record(
    { suffix: fc.constant(suffix), labels: own, value: fc.double(), timestampMs: time },
    { requiredKeys: ['suffix', 'labels', 'value'] },
  );
const withExemplar = (sample: fc.Arbitrary<FamilySample>): fc.Arbitrary<FamilySample> =>
  fc
    .tuple(sample, fc.option(exemplar, { nil: undefined }))
    .map(([rest, one]) => (one === undefined ? rest : { ...rest, exemplar: one }));
const withNumber = (name: string): fc.Arbitrary<Labels> =>
  fc
    .tuple(labels, fc.double({ noNaN: true }))
    .map(([rest, number]) => Labels.of([...rest, [name, formatOpenMetricsFloat(String(number))]]));

/** The kinds of samples that families of each type have. */
const SAMPLES: Readonly<Partial<Record<MetricType, readonly fc.Arbitrary<FamilySample>[]>>> = {
  gauge: [sampleOf('', labels)],
  unknown: [sampleOf('', labels)],
  counter: [withExemplar(sampleOf('', labels))],
  histogram: [
    withExemplar(sampleOf('_bucket', withNumber('le'))),
    sampleOf('_sum', labels),
    sampleOf('_count', labels),
  ],
  summary: [sampleOf('', withNumber('quantile')), sampleOf('_sum', labels), sampleOf('_count', labels)],
};
const help = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((line) => line.trim() === line);

const family: fc.Arbitrary<MetricFamily> = fc
  .tuple(metricName, fc.constantFrom(...(Object.keys(SAMPLES) as MetricType[])))
  .chain(([name, type]) =>
    fc.record(
      {
        name: fc.constant(type === 'counter' ? `${name}_total` : name),
        type: fc.constant(type),
        help,
        samples: fc.array(fc.oneof(...SAMPLES[type]!), { maxLength: 5 }),
      },
      { requiredKeys: ['name', 'type', 'samples'] },
    ),
  );

const withUnit = family.chain((one) =>
  /[^a-z0-9_:]/.test(one.name) || one.type === 'counter'
    ? fc.constant(one)
    : fc.constantFrom('seconds', 'bytes').map((unit) => ({ ...one, name: `${one.name}_${unit}`, unit })),
);

/** OpenMetrics writes seconds, and upstream cuts off what is left of a millisecond. */
function readTime(format: Format, timestampMs: number): number {
  return format === 'text' ? timestampMs : Math.trunc((timestampMs / 1000) * 1000);
}

function expectFamily(parser: ExpositionParser, format: Format, written: MetricFamily): void {
  const isCounter = format === 'openmetrics' && written.type === 'counter';
  const name = isCounter ? written.name.slice(0, -'_total'.length) : written.name;
  if (written.help !== undefined) {
    expect(parser.next()).toBe(ENTRY.help);
    expect([parser.metricName(), parser.text()]).toEqual([name, written.help]);
  }
  expect(parser.next()).toBe(ENTRY.type);
  expect([parser.metricName(), parser.metricType]).toEqual([name, written.type]);
  if (format === 'openmetrics' && written.unit !== undefined) {
    expect(parser.next()).toBe(ENTRY.unit);
    expect([parser.metricName(), parser.text()]).toEqual([name, written.unit]);
  }
  for (const sample of written.samples) {
    expect(parser.next()).toBe(ENTRY.series);
    const all = Labels.of([...sample.labels, [METRIC_NAME, written.name + sample.suffix]]);
    expect(parser.labels().toObject()).toEqual(all.toObject());
    expect(parser.value).toBe(sample.value);
    expect(parser.hasTimestamp).toBe(sample.timestampMs !== undefined);
    if (sample.timestampMs !== undefined)
      expect(parser.timestampMs).toBe(readTime(format, sample.timestampMs));
    const exemplars = format === 'text' || sample.exemplar === undefined ? [] : [sample.exemplar];
    expect(parser.exemplars().map((one) => [one.labels.toObject(), one.value, one.hasTimestamp])).toEqual(
      exemplars.map((one) => [one.labels.toObject(), one.value, one.timestampMs !== undefined]),
    );
  }
}

describe('what is written reads back the same', () => {
  test.each<[Format, fc.Arbitrary<MetricFamily>]>([
    ['text', family],
    ['openmetrics', withUnit],
  ])('%s', (format, families) => {
    fc.assert(
      fc.property(fc.array(families, { maxLength: 3 }), (written) => {
        const write = format === 'text' ? writeTextFamily : writeOpenMetricsFamily;
        const body = written.map(write).join('') + (format === 'text' ? '' : OPENMETRICS_END);
        const parser = createParser(format);
        const bytes = Buffer.from(body);
        parser.reset(bytes, bytes.length);
        for (const one of written) expectFamily(parser, format, one);
        expect(parser.next()).toBe(ENTRY.end);
      }),
      { numRuns: 500 },
    );
  });
});
