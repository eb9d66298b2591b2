import { type MessageWriter } from '@narthex/bytes';
import { type Labels, type NativeHistogram } from '@narthex/model';
import { SampleColumns, type SeriesSet } from '@narthex/storage';
import { encodeLabels, encodeSamples } from '../encode/encode-v1.js';
import { encodeHistogram } from '../encode/histogram-encoder.js';
import { ReadError } from '../errors.js';
import { outgoingLabels } from './read-plan.js';

export interface SampleResultOptions {
  readonly externalLabels: Labels;
  /** The most samples of one query; 0 or less for no limit. */
  readonly sampleLimit: number;
  /** Called between series: lets others get their turn when it is time. */
  readonly rest: () => Promise<void> | undefined;
}

/**
 * Writes one `prometheus.QueryResult` with every sample of the series found.
 * @throws ReadError 400 when there are more samples than the limit
 */
export async function writeSampleResult(
  writer: MessageWriter,
  set: SeriesSet,
  { externalLabels, sampleLimit, rest }: SampleResultOptions,
): Promise<void> {
  const columns = new SampleColumns();
  let sampleCount = 0;
  const result = writer.begin(1);
  for (let index = 0; index < set.length; index++) {
    await rest();
    columns.clear();
    set.read(index, columns);
    sampleCount += columns.length;
    if (sampleLimit > 0 && sampleCount > sampleLimit) {
      throw new ReadError(400, `exceeded sample limit (${sampleLimit})`);
    }
    // Series without a sample in the range are not told of.
    if (columns.length === 0) continue;
    const series = writer.begin(1);
    encodeLabels(writer, outgoingLabels(set.labels(index), externalLabels));
    if (columns.histograms === undefined) writeFloats(writer, columns, 0, columns.length);
    else writeMixed(writer, columns, columns.histograms);
    writer.end(series);
  }
  writer.end(result);
}

function writeFloats(writer: MessageWriter, columns: SampleColumns, from: number, to: number): void {
  encodeSamples(writer, {
    timestampsMs: columns.timestampsMs.subarray(from, to),
    values: columns.values.subarray(from, to),
  });
}

function writeMixed(
  writer: MessageWriter,
  columns: SampleColumns,
  histograms: readonly (NativeHistogram | undefined)[],
): void {
  for (let i = 0; i < columns.length; i++) {
    const histogram = histograms[i];
    if (histogram === undefined) writeFloats(writer, columns, i, i + 1);
  }
  for (let i = 0; i < columns.length; i++) {
    const histogram = histograms[i];
    if (histogram === undefined) continue;
    const timestampMs = columns.timestampsMs[i]!;
    encodeHistogram(writer, 4, { timestampMs, histogram, integer: isWhole(histogram) });
  }
}

/** What is stored does not tell any more whether a histogram came with integers; where all are, nothing is lost. */
function isWhole({ count, zeroCount, positiveBuckets, negativeBuckets }: NativeHistogram): boolean {
  return [count, zeroCount, ...positiveBuckets, ...negativeBuckets].every(
    (value) => Number.isSafeInteger(value) && value >= 0,
  );
}
