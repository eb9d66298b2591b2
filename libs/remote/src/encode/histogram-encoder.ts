import { type MessageWriter } from '@narthex/bytes';
import { type BucketSpan } from '@narthex/model';
import { HISTOGRAM } from '../wire/message-shapes.js';
import { type WrittenHistogram } from './written-series.js';

/** Only senders of 2.0 know it. */
const START_TIMESTAMP = 17;

/** Writes a histogram; remote write 1.0 and 2.0 have the same message for it. */
export function encodeHistogram(
  writer: MessageWriter,
  field: number,
  { timestampMs, startTimestampMs = 0, histogram, integer }: WrittenHistogram,
): void {
  const F = HISTOGRAM.field;
  const start = writer.begin(field);
  if (integer) writer.integer(F.CountInt, histogram.count);
  else writer.double(F.CountFloat, histogram.count);
  writer.doubleOf(F.Sum, Float64Array.of(histogram.sum), 0);
  if (histogram.schema !== 0) writer.signed(F.Schema, histogram.schema);
  if (histogram.zeroThreshold !== 0) writer.double(F.ZeroThreshold, histogram.zeroThreshold);
  if (integer) writer.integer(F.ZeroCountInt, histogram.zeroCount);
  else writer.double(F.ZeroCountFloat, histogram.zeroCount);
  encodeSpans(writer, F.NegativeSpans, histogram.negativeSpans);
  if (integer) writer.signeds(F.NegativeDeltas, differences(histogram.negativeBuckets));
  else writer.doubles(F.NegativeCounts, histogram.negativeBuckets);
  encodeSpans(writer, F.PositiveSpans, histogram.positiveSpans);
  if (integer) writer.signeds(F.PositiveDeltas, differences(histogram.positiveBuckets));
  else writer.doubles(F.PositiveCounts, histogram.positiveBuckets);
  if (histogram.counterResetHint !== 0) writer.integer(F.ResetHint, histogram.counterResetHint);
  writer.integer(F.Timestamp, timestampMs);
  writer.doubles(F.CustomValues, histogram.customValues);
  if (startTimestampMs !== 0) writer.integer(START_TIMESTAMP, startTimestampMs);
  writer.end(start);
}

function encodeSpans(writer: MessageWriter, field: number, spans: readonly BucketSpan[]): void {
  for (const { offset, length } of spans) {
    const start = writer.begin(field);
    writer.signed(1, offset);
    writer.integer(2, length);
    writer.end(start);
  }
}

function differences(counts: readonly number[]): number[] {
  return counts.map((count, i) => count - (counts[i - 1] ?? 0));
}
