import { MessageWriter } from '@narthex/bytes';
import { type MetricMetadata, type MetricType } from '@narthex/model';
import { encodeHistogram } from './histogram-encoder.js';
import { type WrittenLabels, type WrittenSamples, type WrittenSeries } from './written-series.js';

/** The order of `MetricMetadata.MetricType` in remote write 1.0. */
export const METRIC_TYPES_V1: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/** Metadata of remote write 1.0, which go beside the series. */
export interface WrittenMetadata extends MetricMetadata {
  readonly metricFamily: string;
}

/**
 * A `prometheus.WriteRequest` (https://prometheus.io/docs/specs/prw/remote_write_spec/), not compressed. Labels go out
 * as given: sorting them is the caller's business.
 */
export function encodeWriteRequestV1(
  series: Iterable<WrittenSeries>,
  metadata: Iterable<WrittenMetadata> = [],
  writer = new MessageWriter(),
): Uint8Array {
  writer.clear();
  for (const { labels, samples, histograms = [], exemplars = [] } of series) {
    const start = writer.begin(1);
    encodeLabels(writer, labels);
    if (samples !== undefined) encodeSamples(writer, samples);
    for (const { labels: names, value, timestampMs } of exemplars) {
      const exemplar = writer.begin(3);
      encodeLabels(writer, names);
      writer.double(2, value);
      writer.integer(3, timestampMs);
      writer.end(exemplar);
    }
    for (const histogram of histograms) encodeHistogram(writer, 4, histogram);
    writer.end(start);
  }
  for (const { metricFamily, type, help, unit } of metadata) {
    const start = writer.begin(3);
    writer.integer(1, METRIC_TYPES_V1.indexOf(type));
    writer.text(2, metricFamily);
    writer.text(4, help);
    writer.text(5, unit);
    writer.end(start);
  }
  return writer.copy();
}

/** The samples of a series; the message is the same in 1.0 and 2.0. */
export function encodeSamples(writer: MessageWriter, { timestampsMs, values }: WrittenSamples): void {
  for (let i = 0; i < values.length; i++) {
    const start = writer.begin(2);
    writer.doubleOf(1, values, i);
    writer.integer(2, timestampsMs[i]!);
    writer.end(start);
  }
}

/** Writes the labels of a series, one `prometheus.Label` each. */
export function encodeLabels(writer: MessageWriter, labels: WrittenLabels): void {
  for (const [name, value] of labels) {
    const start = writer.begin(1);
    writer.text(1, name);
    writer.text(2, value);
    writer.end(start);
  }
}
