import { describe, expect, test } from '@jest/globals';
import { MessageWriter } from '@narthex/bytes';
import {
  compactHistogram,
  COUNTER_RESET_HINT,
  formatHistogram,
  Labels,
  METRIC_NAME,
  type NativeHistogram,
} from '@narthex/model';
import fc from 'fast-check';
import { ExpositionError } from '../errors';
import { type FamilyExemplar, type FamilySample, type MetricFamily } from '../family';
import { openMetricsFloat } from '../number-text';
import { ENTRY, type ParserOptions } from '../parser';
import { ProtobufParser } from './protobuf-parser';
import { writeProtobufFamily } from './protobuf-writer';

const ALL: ParserOptions = { nativeHistograms: true, startTimestamps: true };

interface ReadEntry {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly histogram?: NativeHistogram;
  readonly integer?: boolean;
  readonly timestampMs?: number;
  readonly startMs?: number;
  readonly exemplars?: readonly Readonly<Record<string, unknown>>[];
  readonly text?: string;
  readonly type?: string;
}

/** Everything a parser tells about some bytes. */
function read(bytes: Uint8Array, options: ParserOptions = ALL): ReadEntry[] {
  const parser = new ProtobufParser(options);
  parser.reset(bytes, bytes.length);
  const entries: ReadEntry[] = [];
  for (let entry = parser.next(); entry !== ENTRY.end; entry = parser.next()) {
    const name = parser.metricName();
    if (entry === ENTRY.type) entries.push({ name, type: parser.metricType });
    else if (entry === ENTRY.series || entry === ENTRY.histogram) {
      entries.push({
        name,
        labels: parser.labels().toObject(),
        ...(entry === ENTRY.series ? { value: parser.value } : parser.histogram()),
        timestampMs: parser.hasTimestamp ? parser.timestampMs : -1,
        startMs: parser.startTimestampMs(),
        exemplars: parser.exemplars().map((one) => ({ ...one, labels: one.labels.toObject() })),
      });
    } else entries.push({ name, text: parser.text() });
  }
  return entries;
}

/** What a parser is to tell of a sample. */
function expected(family: MetricFamily, sample: FamilySample): ReadEntry {
  const { histogram, exemplar, labels, suffix } = sample;
  const exemplars = histogram?.exemplars ?? (exemplar === undefined ? [] : [exemplar]);
  return {
    name: family.name,
    labels: { ...labels.toObject(), [METRIC_NAME]: family.name + suffix },
    ...(histogram === undefined
      ? { value: sample.value }
      : { histogram: compactHistogram(histogram.histogram), integer: histogram.integer }),
    timestampMs: sample.timestampMs ?? -1,
    startMs: sample.startTimestampMs ?? 0,
    exemplars: exemplars.map((one) => ({
      labels: one.labels.toObject(),
      value: one.value,
      timestampMs: one.timestampMs ?? 0,
      hasTimestamp: one.timestampMs !== undefined,
    })),
  };
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 });
const count = fc.nat({ max: 2 ** 31 - 1 });
const time = fc.integer({ min: 1, max: 2 ** 43 });
const labels = fc
  .dictionary(
    text.filter((name) => !['le', 'quantile', METRIC_NAME].includes(name)),
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    { maxKeys: 3 },
  )
  .map((entries) => Labels.fromSortedPairs(Labels.of(entries).pairs()));
const exemplar: fc.Arbitrary<FamilyExemplar> = fc.record(
  { labels, value: fc.double({ noNaN: true }), timestampMs: time },
  { requiredKeys: ['labels', 'value'] },
);
const timed = fc.record({ labels, value: fc.double({ noNaN: true }), timestampMs: time });
/** Time and start of all samples of a metric. */
const common = fc.record({ timestampMs: time, startTimestampMs: time }, { requiredKeys: [] });

function optional<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}

const simple = (type: 'counter' | 'gauge' | 'unknown'): fc.Arbitrary<FamilySample[]> =>
  fc
    .tuple(labels, fc.double(), common, fc.option(exemplar, { nil: undefined }))
    .map(([own, value, times, one]) => {
      const { startTimestampMs, timestampMs } = times;
      const isCounter = type === 'counter';
      const sample: FamilySample = {
        suffix: '',
        labels: own,
        value,
        ...optional('timestampMs', timestampMs),
        ...(isCounter
          ? { ...optional('startTimestampMs', startTimestampMs), ...optional('exemplar', one) }
          : {}),
      };
      return [sample];
    });

const bounds = fc.uniqueArray(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((bound) => bound + 0),
  {
    maxLength: 4,
    comparator: 'SameValueZero',
  },
);

const summary: fc.Arbitrary<FamilySample[]> = fc
  .tuple(labels, common, count, fc.double(), bounds, fc.double())
  .map(([own, times, total, sum, quantiles, value]) => [
    { suffix: '_count', labels: own, value: total, ...times },
    { suffix: '_sum', labels: own, value: sum, ...times },
    ...quantiles.map((quantile) => ({
      suffix: '',
      labels: Labels.of([...own, ['quantile', openMetricsFloat(quantile)]]),
      value,
      ...times,
    })),
  ]);

const classic: fc.Arbitrary<FamilySample[]> = fc
  .tuple(labels, common, count, fc.double(), bounds, fc.option(exemplar, { nil: undefined }))
  .map(([own, times, total, sum, ends, one]) => [
    { suffix: '_count', labels: own, value: total, ...times },
    { suffix: '_sum', labels: own, value: sum, ...times },
    ...[...ends, Infinity].map((end) => ({
      suffix: '_bucket',
      labels: Labels.of([...own, ['le', openMetricsFloat(end)]]),
      value: total,
      ...times,
      ...optional('exemplar', one),
    })),
  ]);

const side = (bucket: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.array(bucket, { minLength: 1, maxLength: 4 })), {
      maxLength: 3,
    })
    .map((runs) => ({
      spans: runs.map(([offset, run], i) => ({ offset: i === 0 ? offset - 50 : offset, length: run.length })),
      buckets: runs.flatMap(([, run]) => run),
    }));

const native = (isGauge: boolean): fc.Arbitrary<FamilySample[]> =>
  fc.boolean().chain((integer) => {
    const number = integer ? count : fc.double({ min: 0.001, max: 1e9, noNaN: true });
    return fc
      .tuple(
        labels,
        common,
        fc.integer({ min: -4, max: 8 }),
        number,
        number,
        fc.double(),
        side(number),
        side(number),
      )
      .chain(([own, times, schema, total, zeroCount, sum, positive, negative]) =>
        fc
          .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(timed, { maxLength: 3 }))
          .map(([zeroThreshold, exemplars]): FamilySample[] => [
            {
              suffix: '',
              labels: own,
              value: 0,
              ...times,
              histogram: {
                integer,
                exemplars,
                histogram: {
                  counterResetHint: isGauge ? COUNTER_RESET_HINT.gauge : COUNTER_RESET_HINT.unknown,
                  schema,
                  zeroThreshold,
                  zeroCount,
                  count: total,
                  sum,
                  positiveSpans: positive.spans,
                  positiveBuckets: positive.buckets,
                  negativeSpans: negative.spans,
                  negativeBuckets: negative.buckets,
                  customValues: [],
                },
              },
            },
          ]),
      );
  });

function familyOf(
  type: MetricFamily['type'],
  metric: fc.Arbitrary<FamilySample[]>,
): fc.Arbitrary<MetricFamily> {
  return fc
    .tuple(text, text, fc.uniqueArray(metric, { minLength: 1, maxLength: 3, selector: keyOf }))
    .map(([name, help, metrics]) => ({ name, type, help, samples: metrics.flat() }));
}

/** Metrics with the same labels and the same time would be one. */
function keyOf(samples: readonly FamilySample[]): string {
  return `${samples[0]!.labels.key} ${samples[0]!.timestampMs}`;
}

const family = fc.oneof(
  familyOf('counter', simple('counter')),
  familyOf('gauge', simple('gauge')),
  familyOf('unknown', simple('unknown')),
  familyOf('summary', summary),
  familyOf('histogram', classic),
  familyOf('histogram', native(false)),
  familyOf('gaugehistogram', native(true)),
);

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(fc.array(family, { maxLength: 4 }), (families) => {
      const bytes = Buffer.concat(families.map(writeProtobufFamily));
      const entries = families.flatMap((one) => [
        { name: one.name, text: one.help },
        { name: one.name, type: one.type },
        ...one.samples.map((sample) => expected(one, sample)),
      ]);
      expect(read(bytes)).toEqual(entries);
    }),
    { numRuns: 300 },
  );
});

test('bytes that are cut or changed end in an error of ours or are read', () => {
  fc.assert(
    fc.property(family, fc.nat(), fc.nat({ max: 255 }), fc.boolean(), (one, place, byte, cuts) => {
      const whole = Buffer.from(writeProtobufFamily(one));
      const at = place % whole.length;
      const bytes = cuts ? whole.subarray(0, at) : whole;
      if (!cuts) bytes[at] = byte;
      try {
        read(bytes, { ...ALL, convertClassicHistograms: true, keepClassicHistograms: true });
      } catch (error) {
        if (!(error instanceof ExpositionError)) throw error;
      }
    }),
    { numRuns: 1500 },
  );
});

const EMPTY = Labels.EMPTY;
const exponential: NativeHistogram = {
  counterResetHint: COUNTER_RESET_HINT.unknown,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3,
  sum: 5,
  positiveSpans: [{ offset: 1, length: 2 }],
  positiveBuckets: [1, 2],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
};
const both: MetricFamily = {
  name: 'h',
  type: 'histogram',
  samples: [
    { suffix: '', labels: EMPTY, value: 0, histogram: { histogram: exponential, integer: true } },
    { suffix: '_bucket', labels: Labels.of({ le: '2' }), value: 1 },
    {
      suffix: '_bucket',
      labels: Labels.of({ le: '4' }),
      value: 3,
      exemplar: { labels: EMPTY, value: 3, timestampMs: 5 },
    },
  ],
};

describe('histograms that are both native and classic', () => {
  function readBoth(options: ParserOptions): string[] {
    return read(writeProtobufFamily(both), options)
      .filter(({ labels: own }) => own !== undefined)
      .map(({ labels: own, value, histogram }) => {
        const name = Labels.of(own!).toString();
        return `${name} ${histogram === undefined ? value : formatHistogram(histogram)}`;
      });
  }
  const NATIVE = '{__name__="h"} {count:3, sum:5, (1,2]:1, (2,4]:2}';
  const CLASSIC = [
    '{__name__="h_count"} 3',
    '{__name__="h_sum"} 5',
    '{__name__="h_bucket", le="2.0"} 1',
    '{__name__="h_bucket", le="4.0"} 3',
    '{__name__="h_bucket", le="+Inf"} 3',
  ];
  const CONVERTED = '{__name__="h"} {count:3, sum:5, [-Inf,2]:1, (2,4]:2}';

  test.each<[string, ParserOptions, string[]]>([
    ['classic, where native ones are not wanted', {}, CLASSIC],
    ['native', { nativeHistograms: true }, [NATIVE]],
    ['both', { nativeHistograms: true, keepClassicHistograms: true }, [NATIVE, ...CLASSIC]],
    ['native rather than converted', { nativeHistograms: true, convertClassicHistograms: true }, [NATIVE]],
    ['converted', { convertClassicHistograms: true }, [CONVERTED]],
    [
      'converted and classic',
      { convertClassicHistograms: true, keepClassicHistograms: true },
      [CONVERTED, ...CLASSIC],
    ],
  ])('%s', (_what, options, lines) => {
    expect(readBoth(options)).toEqual(lines);
  });

  test('take the exemplars of classic buckets where they have none of their own', () => {
    expect(read(writeProtobufFamily(both))[2]!.exemplars).toEqual([
      { labels: {}, value: 3, timestampMs: 5, hasTimestamp: true },
    ]);
  });
});

describe('what is wrong with a body', () => {
  const message = (write: (writer: MessageWriter) => void): Buffer => {
    const writer = new MessageWriter();
    write(writer);
    return Buffer.from([writer.length, ...writer.copy()]);
  };
  const metric = (writer: MessageWriter): void => writer.end(writer.begin(4));

  test.each<[string, Uint8Array]>([
    ['clientpb: invalid varint encountered', Buffer.alloc(3, 0xff)],
    ['clientpb: invalid varint encountered', Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x01])],
    [
      'clientpb: insufficient length of buffer, expected at least 6 bytes, got 2 bytes',
      Buffer.from([0x05, 0x0a]),
    ],
    ['unexpected EOF', Buffer.from([0x01, 0x0a])],
    ['proto: wrong wireType = 0 for field Name', message((writer) => writer.integer(1, 5))],
    ['proto: MetricFamily: wiretype end group for non-group', Buffer.from([0x01, 0x0c])],
    ['invalid metric name: ', message(metric)],
    [
      'unknown metric type for metric "a": 9',
      message((writer) => {
        writer.text(1, 'a');
        writer.integer(3, 9);
        metric(writer);
      }),
    ],
    [
      'unit "bytes" not a suffix of counter "a_seconds_total"',
      message((writer) => {
        writer.text(1, 'a_seconds_total');
        writer.text(5, 'bytes');
        metric(writer);
      }),
    ],
    [
      'unit "bytes" not a suffix of metric "abytes"',
      message((writer) => {
        writer.text(1, 'abytes');
        writer.integer(3, 1);
        writer.text(5, 'bytes');
        metric(writer);
      }),
    ],
  ])('%s', (error, bytes) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'EXPOSITION', message: error }));
  });

  test('labels without a name, or twice the same', () => {
    const withLabels = (...names: string[]) =>
      message((writer) => {
        writer.text(1, 'a');
        const start = writer.begin(4);
        for (const name of names) {
          const label = writer.begin(1);
          writer.text(1, name);
          writer.end(label);
        }
        writer.end(start);
      });
    expect(() => read(withLabels(''))).toThrow(new ExpositionError('invalid label name: '));
    expect(() => read(withLabels('x', 'x'))).toThrow(
      new ExpositionError('label name "x" is not unique: invalid sample'),
    );
  });

  test('families without metrics are passed over', () => {
    const none = message((writer) => writer.text(1, 'none'));
    const one = writeProtobufFamily({
      name: 'b',
      type: 'gauge',
      samples: [{ suffix: '', labels: EMPTY, value: 1 }],
    });
    expect(read(Buffer.concat([none, one, none])).map(({ name }) => name)).toEqual(['b', 'b', 'b']);
  });
});
