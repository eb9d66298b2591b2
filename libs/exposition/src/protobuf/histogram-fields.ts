import { type WireReader } from '@narthex/bytes';
import { type BucketSpan, compactHistogram, COUNTER_RESET_HINT, type NativeHistogram } from '@narthex/model';
import { type ParsedHistogram } from '../parsed-histogram.js';
import { type ParsedExemplar } from '../series-labels.js';
import { readExemplar } from './label-pairs.js';
import { BUCKET, BUCKET_SPAN, HISTOGRAM, QUANTILE, SUMMARY } from './metric-shapes.js';
import { readTimestampMs } from './timestamp.js';

const NONE = -1;

/** What a histogram or a summary has. One serves for message after message: nothing is made anew for each. */
export class HistogramFields {
  sum = 0;
  startTimestampMs = 0;
  /** The bounds of classic buckets, or the quantiles. */
  readonly bounds: number[] = [];
  /** The cumulative counts of classic buckets, or the values of quantiles. */
  readonly values: number[] = [];
  #count = 0;
  #countFloat = 0;
  #schema = 0;
  #zeroThreshold = 0;
  #zeroCount = 0;
  #zeroCountFloat = 0;
  readonly #negativeSpans: BucketSpan[] = [];
  readonly #negativeDeltas: number[] = [];
  readonly #negativeCounts: number[] = [];
  readonly #positiveSpans: BucketSpan[] = [];
  readonly #positiveDeltas: number[] = [];
  readonly #positiveCounts: number[] = [];
  /** Where exemplars begin and end: those of the histogram, and by bucket its own, or {@link NONE}. */
  readonly #exemplars: number[] = [];
  readonly #bucketExemplars: number[] = [];

  /** The count of observations: whole numbers are overridden by the float where there is one. */
  get count(): number {
    return this.#countFloat === 0 ? this.#count : this.#countFloat;
  }

  /** Whether it is to be read as a native histogram: one without observations says so by an empty span. */
  get isNative(): boolean {
    const spans = this.#positiveSpans.length + this.#negativeSpans.length;
    return spans > 0 || this.#zeroThreshold > 0 || this.#zeroCount > 0;
  }

  clear(): void {
    this.sum = this.startTimestampMs = this.#count = this.#countFloat = this.#schema = 0;
    this.#zeroThreshold = this.#zeroCount = this.#zeroCountFloat = 0;
    this.bounds.length = this.values.length = this.#exemplars.length = this.#bucketExemplars.length = 0;
    this.#negativeSpans.length = this.#negativeDeltas.length = this.#negativeCounts.length = 0;
    this.#positiveSpans.length = this.#positiveDeltas.length = this.#positiveCounts.length = 0;
  }

  readSummary(reader: WireReader, end: number): void {
    const { field } = SUMMARY;
    while (reader.next(SUMMARY, end)) {
      switch (reader.field) {
        case field.SampleCount:
          this.#count = reader.unsigned(end);
          break;
        case field.SampleSum:
          this.sum = reader.double(end);
          break;
        case field.Quantile:
          this.#readQuantile(reader, reader.messageEnd(end));
          break;
        default:
          this.startTimestampMs = readTimestampMs(reader, end);
      }
    }
  }

  readHistogram(reader: WireReader, end: number): void {
    const { field } = HISTOGRAM;
    while (reader.next(HISTOGRAM, end)) {
      switch (reader.field) {
        case field.SampleCount:
          this.#count = reader.unsigned(end);
          break;
        case field.SampleSum:
          this.sum = reader.double(end);
          break;
        case field.Bucket:
          this.#readBucket(reader, reader.messageEnd(end));
          break;
        case field.SampleCountFloat:
          this.#countFloat = reader.double(end);
          break;
        case field.Schema:
          this.#schema = reader.signed(end) | 0;
          break;
        case field.ZeroThreshold:
          this.#zeroThreshold = reader.double(end);
          break;
        case field.ZeroCount:
          this.#zeroCount = reader.unsigned(end);
          break;
        case field.ZeroCountFloat:
          this.#zeroCountFloat = reader.double(end);
          break;
        case field.NegativeSpan:
          this.#negativeSpans.push(readSpan(reader, reader.messageEnd(end)));
          break;
        case field.NegativeDelta:
          reader.signeds(end, this.#negativeDeltas);
          break;
        case field.NegativeCount:
          reader.doubles(end, this.#negativeCounts);
          break;
        case field.PositiveSpan:
          this.#positiveSpans.push(readSpan(reader, reader.messageEnd(end)));
          break;
        case field.PositiveDelta:
          reader.signeds(end, this.#positiveDeltas);
          break;
        case field.PositiveCount:
          reader.doubles(end, this.#positiveCounts);
          break;
        case field.CreatedTimestamp:
          this.startTimestampMs = readTimestampMs(reader, end);
          break;
        default:
          notePosition(reader, end, this.#exemplars);
      }
    }
  }

  /**
   * The native histogram, without empty buckets where spans and counts go together. With a float count it is one of
   * floats.
   */
  native(isGauge: boolean): ParsedHistogram {
    const integer = !(this.#countFloat > 0 || this.#zeroCountFloat > 0);
    const histogram: NativeHistogram = {
      counterResetHint: isGauge ? COUNTER_RESET_HINT.gauge : COUNTER_RESET_HINT.unknown,
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: integer ? this.#zeroCount : this.#zeroCountFloat,
      count: integer ? this.#count : this.#countFloat,
      sum: this.sum,
      positiveSpans: [...this.#positiveSpans],
      negativeSpans: [...this.#negativeSpans],
      positiveBuckets: integer ? summed(this.#positiveDeltas) : [...this.#positiveCounts],
      negativeBuckets: integer ? summed(this.#negativeDeltas) : [...this.#negativeCounts],
      customValues: [],
    };
    const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets } = histogram;
    const fits =
      bucketsOf(positiveSpans) === positiveBuckets.length &&
      bucketsOf(negativeSpans) === negativeBuckets.length;
    return { histogram: fits ? compactHistogram(histogram) : histogram, integer };
  }

  /** The exemplar of a classic bucket, if it has one. */
  bucketExemplars(reader: WireReader, bucket: number): readonly ParsedExemplar[] {
    const start = this.#bucketExemplars[2 * bucket] ?? NONE;
    return start === NONE ? [] : [exemplarAt(reader, start, this.#bucketExemplars[2 * bucket + 1]!)];
  }

  /** The exemplars of a native histogram that have a time: its own, or else those of its classic buckets. */
  nativeExemplars(reader: WireReader): readonly ParsedExemplar[] {
    const positions = this.#exemplars.length > 0 ? this.#exemplars : this.#bucketExemplars;
    const exemplars: ParsedExemplar[] = [];
    for (let i = 0; i < positions.length; i += 2) {
      if (positions[i] !== NONE) exemplars.push(exemplarAt(reader, positions[i]!, positions[i + 1]!));
    }
    return exemplars.filter(({ hasTimestamp }) => hasTimestamp);
  }

  #readQuantile(reader: WireReader, end: number): void {
    let quantile = 0;
    let value = 0;
    while (reader.next(QUANTILE, end)) {
      if (reader.field === QUANTILE.field.Quantile) quantile = reader.double(end);
      else value = reader.double(end);
    }
    this.bounds.push(quantile);
    this.values.push(value);
  }

  #readBucket(reader: WireReader, end: number): void {
    const { field } = BUCKET;
    let bound = 0;
    let count = 0;
    let countFloat = 0;
    const exemplars = this.#bucketExemplars.length;
    while (reader.next(BUCKET, end)) {
      switch (reader.field) {
        case field.CumulativeCount:
          count = reader.unsigned(end);
          break;
        case field.UpperBound:
          bound = reader.double(end);
          break;
        case field.CumulativeCountFloat:
          countFloat = reader.double(end);
          break;
        default:
          this.#bucketExemplars.length = exemplars;
          notePosition(reader, end, this.#bucketExemplars);
      }
    }
    if (this.#bucketExemplars.length === exemplars) this.#bucketExemplars.push(NONE, NONE);
    this.bounds.push(bound);
    this.values.push(countFloat === 0 ? count : countFloat);
  }
}

function readSpan(reader: WireReader, end: number): BucketSpan {
  let offset = 0;
  let length = 0;
  while (reader.next(BUCKET_SPAN, end)) {
    if (reader.field === BUCKET_SPAN.field.Offset) offset = reader.signed(end) | 0;
    else length = reader.unsigned(end) >>> 0;
  }
  return { offset, length };
}

function bucketsOf(spans: readonly BucketSpan[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}

function notePosition(reader: WireReader, end: number, positions: number[]): void {
  const stop = reader.messageEnd(end);
  positions.push(reader.at, stop);
  reader.at = stop;
}

function exemplarAt(reader: WireReader, start: number, end: number): ParsedExemplar {
  reader.at = start;
  return readExemplar(reader, end);
}

/** Absolute counts from differences. */
function summed(deltas: readonly number[]): number[] {
  let count = 0;
  return deltas.map((delta) => (count += delta));
}
