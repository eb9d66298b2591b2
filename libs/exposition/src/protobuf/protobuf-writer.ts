import { MessageWriter } from '@narthex/bytes';
import { type BucketSpan, type Labels, type MetricType, parseFloatGo } from '@narthex/model';
import {
  type FamilyExemplar,
  type FamilyHistogram,
  type FamilySample,
  type MetricFamily,
} from '../family.js';
import {
  BUCKET,
  BUCKET_SPAN,
  COUNTER,
  EXEMPLAR,
  GAUGE,
  HISTOGRAM,
  LABEL_PAIR,
  METRIC,
  METRIC_FAMILY,
  QUANTILE,
  SUMMARY,
  TYPE_NUMBERS,
} from './metric-shapes.js';
import { writeTimestamp } from './timestamp.js';

const BOUND_LABELS: Readonly<Partial<Record<MetricType, string>>> = {
  histogram: 'le',
  gaugehistogram: 'le',
  summary: 'quantile',
};
const UNTYPED_VALUE = 1;

/** The samples that make one message. */
interface MetricSamples {
  readonly labels: Labels;
  readonly timestampMs: number | undefined;
  readonly samples: FamilySample[];
}

/**
 * Writes one family as a delimited `io.prometheus.client.MetricFamily`
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format). Of histograms and summaries the
 * samples of one metric make one message. Types that the format does not know become untyped.
 */
export function writeProtobufFamily(family: MetricFamily): Uint8Array {
  const number = TYPE_NUMBERS.indexOf(family.type);
  const type = number < 0 ? 'unknown' : family.type;
  const writer = new MessageWriter();
  const { field } = METRIC_FAMILY;
  writer.text(field.Name, family.name);
  if (family.help !== undefined) writer.text(field.Help, family.help);
  writer.integer(field.Type, TYPE_NUMBERS.indexOf(type));
  for (const metric of metricsOf(family, type)) writeMetric(writer, type, metric);
  if (family.unit !== undefined) writer.text(field.Unit, family.unit);
  return delimited(writer.copy());
}

function delimited(message: Uint8Array): Uint8Array {
  const prefix = new MessageWriter(16);
  // The length stands where a field's would, behind a tag that is left out.
  prefix.bytes(1, message);
  return prefix.copy().subarray(1);
}

function metricsOf({ samples }: MetricFamily, type: MetricType): Iterable<MetricSamples> {
  const bound = BOUND_LABELS[type];
  if (bound === undefined)
    return samples.map((sample) => ({
      labels: sample.labels,
      timestampMs: sample.timestampMs,
      samples: [sample],
    }));
  const metrics = new Map<string, MetricSamples>();
  for (const sample of samples) {
    const labels = sample.labels.filter((name) => name !== bound);
    const key = `${sample.timestampMs} ${labels.key}`;
    let metric = metrics.get(key);
    if (metric === undefined) {
      metric = { labels, timestampMs: sample.timestampMs, samples: [] };
      metrics.set(key, metric);
    }
    metric.samples.push(sample);
  }
  return metrics.values();
}

function writeMetric(writer: MessageWriter, type: MetricType, metric: MetricSamples): void {
  const { field } = METRIC;
  const start = writer.begin(METRIC_FAMILY.field.Metric);
  writeLabels(writer, field.Label, metric.labels);
  const sample = metric.samples[0]!;
  switch (type) {
    case 'counter':
      writeCounter(writer, sample);
      break;
    case 'gauge':
      writeMessage(writer, field.Gauge, () => writer.double(GAUGE.field.Value, sample.value));
      break;
    case 'summary':
      writeMessage(writer, field.Summary, () => writeSummary(writer, metric.samples));
      break;
    case 'histogram':
    case 'gaugehistogram':
      writeMessage(writer, field.Histogram, () => writeHistogram(writer, metric.samples));
      break;
    default:
      writeMessage(writer, field.Untyped, () => writer.double(UNTYPED_VALUE, sample.value));
  }
  if (metric.timestampMs !== undefined) writer.integer(field.TimestampMs, metric.timestampMs);
  writer.end(start);
}

function writeMessage(writer: MessageWriter, field: number, write: () => void): void {
  const start = writer.begin(field);
  write();
  writer.end(start);
}

function writeCounter(writer: MessageWriter, { value, exemplar, startTimestampMs }: FamilySample): void {
  const { field } = COUNTER;
  writeMessage(writer, METRIC.field.Counter, () => {
    writer.double(field.Value, value);
    if (exemplar !== undefined) writeExemplar(writer, field.Exemplar, exemplar);
    if (startTimestampMs !== undefined) writeTimestamp(writer, field.CreatedTimestamp, startTimestampMs);
  });
}

function writeSummary(writer: MessageWriter, samples: readonly FamilySample[]): void {
  const { field } = SUMMARY;
  for (const { suffix, labels, value } of samples) {
    if (suffix === '_count') writer.integer(field.SampleCount, value);
    else if (suffix === '_sum') writer.double(field.SampleSum, value);
    else if (suffix === '') {
      writeMessage(writer, field.Quantile, () => {
        writer.double(QUANTILE.field.Quantile, parseFloatGo(labels.get('quantile')));
        writer.double(QUANTILE.field.Value, value);
      });
    }
  }
  writeStart(writer, field.CreatedTimestamp, samples);
}

function writeHistogram(writer: MessageWriter, samples: readonly FamilySample[]): void {
  const { field } = HISTOGRAM;
  for (const sample of samples) {
    const { suffix, value, histogram } = sample;
    if (histogram !== undefined) writeNative(writer, histogram);
    else if (suffix === '_bucket') writeBucket(writer, sample);
    else if (suffix === '_sum') writer.double(field.SampleSum, value);
    else if (suffix === '_count') writeCount(writer, field.SampleCount, field.SampleCountFloat, value);
  }
  writeStart(writer, field.CreatedTimestamp, samples);
}

function writeBucket(writer: MessageWriter, { labels, value, exemplar }: FamilySample): void {
  const { field } = BUCKET;
  writeMessage(writer, HISTOGRAM.field.Bucket, () => {
    writeCount(writer, field.CumulativeCount, field.CumulativeCountFloat, value);
    writer.double(field.UpperBound, parseFloatGo(labels.get('le')));
    if (exemplar !== undefined) writeExemplar(writer, field.Exemplar, exemplar);
  });
}

function writeNative(writer: MessageWriter, { histogram, integer, exemplars = [] }: FamilyHistogram): void {
  const { field } = HISTOGRAM;
  const { count, sum, schema, zeroThreshold, zeroCount, positiveBuckets, negativeBuckets } = histogram;
  if (integer) {
    writer.integer(field.SampleCount, count);
    writer.integer(field.ZeroCount, zeroCount);
    writer.signeds(field.NegativeDelta, differences(negativeBuckets));
    writer.signeds(field.PositiveDelta, differences(positiveBuckets));
  } else {
    writer.double(field.SampleCountFloat, count);
    writer.double(field.ZeroCountFloat, zeroCount);
    writer.doubles(field.NegativeCount, negativeBuckets);
    writer.doubles(field.PositiveCount, positiveBuckets);
  }
  writer.double(field.SampleSum, sum);
  writer.signed(field.Schema, schema);
  writer.double(field.ZeroThreshold, zeroThreshold);
  writeSpans(writer, field.NegativeSpan, histogram.negativeSpans);
  writeSpans(writer, field.PositiveSpan, histogram.positiveSpans);
  const isEmpty = histogram.negativeSpans.length === 0 && histogram.positiveSpans.length === 0;
  // An empty span says that the histogram is a native one all the same.
  if (isEmpty) writeSpans(writer, field.PositiveSpan, [{ offset: 0, length: 0 }]);
  for (const exemplar of exemplars) writeExemplar(writer, field.Exemplars, exemplar);
}

function writeSpans(writer: MessageWriter, field: number, spans: readonly BucketSpan[]): void {
  for (const { offset, length } of spans) {
    writeMessage(writer, field, () => {
      writer.signed(BUCKET_SPAN.field.Offset, offset);
      writer.integer(BUCKET_SPAN.field.Length, length);
    });
  }
}

/** Whole numbers as such; others, which the readers prefer, as a float. */
function writeCount(writer: MessageWriter, integerField: number, floatField: number, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) writer.integer(integerField, count);
  else writer.double(floatField, count);
}

function writeStart(writer: MessageWriter, field: number, samples: readonly FamilySample[]): void {
  const startTimestampMs = samples.find((sample) => sample.startTimestampMs !== undefined)?.startTimestampMs;
  if (startTimestampMs !== undefined) writeTimestamp(writer, field, startTimestampMs);
}

function writeExemplar(writer: MessageWriter, fieldNumber: number, exemplar: FamilyExemplar): void {
  const { field } = EXEMPLAR;
  writeMessage(writer, fieldNumber, () => {
    writeLabels(writer, field.Label, exemplar.labels);
    writer.double(field.Value, exemplar.value);
    if (exemplar.timestampMs !== undefined) writeTimestamp(writer, field.Timestamp, exemplar.timestampMs);
  });
}

function writeLabels(writer: MessageWriter, field: number, labels: Labels): void {
  for (const [name, value] of labels) {
    writeMessage(writer, field, () => {
      writer.text(LABEL_PAIR.field.Name, name);
      writer.text(LABEL_PAIR.field.Value, value);
    });
  }
}

function differences(counts: readonly number[]): number[] {
  return counts.map((count, i) => count - (counts[i - 1] ?? 0));
}
