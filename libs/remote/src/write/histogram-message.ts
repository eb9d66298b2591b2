import { type MessageShape, type WireReader } from '@narthex/bytes';
import { type BucketSpan, type CounterResetHint, hasExactCounts, type NativeHistogram } from '@narthex/model';
import { BUCKET_SPAN, HISTOGRAM_V2 } from '../wire/message-shapes.js';

export interface ReadHistogram {
  readonly timestampMs: number;
  /** When it began to count, 0 where unknown. */
  readonly startMs: number;
  readonly histogram: NativeHistogram;
  /** Its counts are whole numbers and its buckets came as differences. */
  readonly integer: boolean;
}

/** The fields of version 1.0 are among them. */
const F = HISTOGRAM_V2.field;
const GREATEST_HINT = 3;

/**
 * Reads a histogram of remote write, a message of this shape. One that counts beyond 2^53 − 1 in whole
 * numbers comes rounded, as one of floats.
 */
export function readHistogram(reader: WireReader, end: number, shape: MessageShape): ReadHistogram {
  const start = reader.at;
  const read = readMessage(reader, end, shape);
  if (!read.integer || hasExactCounts(read.histogram)) return read;
  reader.at = start;
  const deltas: LargeDeltas = { positive: [], negative: [] };
  const { timestampMs, startMs, histogram } = readMessage(reader, end, shape, deltas);
  const positiveBuckets = roundedSums(deltas.positive);
  const negativeBuckets = roundedSums(deltas.negative);
  return {
    timestampMs,
    startMs,
    histogram: { ...histogram, positiveBuckets, negativeBuckets },
    integer: false,
  };
}

/** Differences from bucket to bucket with all their bits. */
interface LargeDeltas {
  readonly positive: bigint[];
  readonly negative: bigint[];
}

function readMessage(
  reader: WireReader,
  end: number,
  shape: MessageShape,
  large?: LargeDeltas,
): ReadHistogram {
  const positiveSpans: BucketSpan[] = [];
  const negativeSpans: BucketSpan[] = [];
  const positiveDeltas: number[] = [];
  const negativeDeltas: number[] = [];
  const positiveCounts: number[] = [];
  const negativeCounts: number[] = [];
  const customValues: number[] = [];
  const sum = new Float64Array(1);
  const sumWords = new Uint32Array(sum.buffer);
  let integer = true;
  let count = 0;
  let zeroIsInteger = true;
  let zeroCount = 0;
  let schema = 0;
  let zeroThreshold = 0;
  let hint = 0;
  let timestampMs = 0;
  let startMs = 0;
  while (reader.next(shape, end)) {
    switch (reader.field) {
      case F.CountInt:
        count = reader.unsigned(end);
        integer = true;
        break;
      case F.CountFloat:
        count = reader.double(end);
        integer = false;
        break;
      case F.Sum:
        reader.doubleInto(sumWords, 0, end);
        break;
      case F.Schema:
        schema = reader.signed(end) | 0;
        break;
      case F.ZeroThreshold:
        zeroThreshold = reader.double(end);
        break;
      case F.ZeroCountInt:
        zeroCount = reader.unsigned(end);
        zeroIsInteger = true;
        break;
      case F.ZeroCountFloat:
        zeroCount = reader.double(end);
        zeroIsInteger = false;
        break;
      case F.NegativeSpans:
        negativeSpans.push(readSpan(reader, end));
        break;
      case F.NegativeDeltas:
        if (large === undefined) reader.signeds(end, negativeDeltas);
        else reader.signedBigs(end, large.negative);
        break;
      case F.NegativeCounts:
        reader.doubles(end, negativeCounts);
        break;
      case F.PositiveSpans:
        positiveSpans.push(readSpan(reader, end));
        break;
      case F.PositiveDeltas:
        if (large === undefined) reader.signeds(end, positiveDeltas);
        else reader.signedBigs(end, large.positive);
        break;
      case F.PositiveCounts:
        reader.doubles(end, positiveCounts);
        break;
      case F.ResetHint:
        hint = reader.unsigned(end);
        break;
      case F.Timestamp:
        timestampMs = reader.integer(end);
        break;
      case F.StartTimestamp:
        startMs = reader.integer(end);
        break;
      default:
        reader.doubles(end, customValues);
    }
  }
  const histogram: NativeHistogram = {
    counterResetHint: (hint > GREATEST_HINT ? 0 : hint) as CounterResetHint,
    schema,
    zeroThreshold,
    // The zero bucket counts only when it is of the same kind as the rest.
    zeroCount: zeroIsInteger === integer ? zeroCount : 0,
    count,
    sum: sum[0]!,
    positiveSpans,
    negativeSpans,
    positiveBuckets: integer ? summed(positiveDeltas) : positiveCounts,
    negativeBuckets: integer ? summed(negativeDeltas) : negativeCounts,
    customValues,
  };
  return { timestampMs, startMs, histogram, integer };
}

function readSpan(reader: WireReader, end: number): BucketSpan {
  const stop = reader.messageEnd(end);
  let offset = 0;
  let length = 0;
  while (reader.next(BUCKET_SPAN, stop)) {
    if (reader.field === BUCKET_SPAN.field.Offset) offset = reader.signed(stop) | 0;
    else length = reader.unsigned(stop) >>> 0;
  }
  return { offset, length };
}

/** Absolute counts from differences. */
function summed(deltas: number[]): number[] {
  for (let i = 1; i < deltas.length; i++) deltas[i]! += deltas[i - 1]!;
  return deltas;
}

/** As {@link summed}, added up exactly in 64 bits before each sum is rounded. */
function roundedSums(deltas: readonly bigint[]): number[] {
  let count = 0n;
  return deltas.map((delta) => Number((count = BigInt.asIntN(64, count + delta))));
}
