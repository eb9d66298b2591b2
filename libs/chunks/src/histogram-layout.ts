import { type BitReader, type BitWriter } from '@narthex/bytes';
import { type BucketSpan, CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from '@narthex/model';
import { ChunkError } from './errors.js';
import { readLength, readUnsignedVarbit, readVarbit, writeUnsignedVarbit, writeVarbit } from './varbit.js';

/** What all histograms of a chunk have in common; it stands before the first one. */
export type HistogramLayout = Pick<
  NativeHistogram,
  'schema' | 'zeroThreshold' | 'positiveSpans' | 'negativeSpans' | 'customValues'
>;

/** Of a chunk that begins with a stale marker. */
export const EMPTY_LAYOUT: HistogramLayout = {
  schema: 0,
  zeroThreshold: 0,
  positiveSpans: [],
  negativeSpans: [],
  customValues: [],
};

/** Exponential schemas that have a meaning, some of them for the future. */
const LEAST_SCHEMA = -9;
const GREATEST_SCHEMA = 52;
/** A zero threshold that is a power of two between 2^−243 and 2^10 takes one byte, its exponent plus this. */
const THRESHOLD_BIAS = 244;
const LEAST_EXPONENT = -243;
const GREATEST_EXPONENT = 10;
const PLAIN_THRESHOLD = 255;
/** Custom bounds that are thousandths up to here are written as whole numbers. */
const MOST_THOUSANDTHS = 33_554_430;
/** More buckets than any chunk can hold; what names more is damaged. */
const MOST_BUCKETS = 1 << 20;

const scratch = new DataView(new ArrayBuffer(8));

export function writeLayout(bits: BitWriter, layout: HistogramLayout): void {
  writeThreshold(bits, layout.zeroThreshold);
  writeVarbit(bits, layout.schema);
  writeSpans(bits, layout.positiveSpans);
  writeSpans(bits, layout.negativeSpans);
  if (layout.schema !== CUSTOM_BUCKETS_SCHEMA) return;
  writeUnsignedVarbit(bits, layout.customValues.length);
  for (const bound of layout.customValues) writeBound(bits, bound);
}

/** @throws ChunkError for a schema that has no meaning, ShortBufferError */
export function readLayout(bits: BitReader): HistogramLayout {
  const zeroThreshold = readThreshold(bits);
  const schema = readVarbit(bits);
  const custom = schema === CUSTOM_BUCKETS_SCHEMA;
  if (!custom && (schema < LEAST_SCHEMA || schema > GREATEST_SCHEMA)) {
    throw new ChunkError(`unknown histogram schema ${schema}`);
  }
  const positiveSpans = readSpans(bits);
  const negativeSpans = readSpans(bits);
  const customValues: number[] = [];
  if (custom) {
    for (let left = readLength(bits, MOST_BUCKETS); left > 0; left--) customValues.push(readBound(bits));
  }
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customValues };
}

/** The number of buckets of spans. */
export function countBuckets(spans: readonly BucketSpan[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}

/** More bits than the layout can take. */
export function layoutBound({ positiveSpans, negativeSpans, customValues }: HistogramLayout): number {
  return 72 * (6 + 2 * (positiveSpans.length + negativeSpans.length) + customValues.length);
}

function writeSpans(bits: BitWriter, spans: readonly BucketSpan[]): void {
  writeUnsignedVarbit(bits, spans.length);
  for (const { offset, length } of spans) {
    writeUnsignedVarbit(bits, length);
    writeVarbit(bits, offset);
  }
}

function readSpans(bits: BitReader): BucketSpan[] {
  const spans: BucketSpan[] = [];
  let buckets = 0;
  for (let left = readLength(bits, MOST_BUCKETS); left > 0; left--) {
    const length = readUnsignedVarbit(bits);
    buckets += length;
    if (buckets > MOST_BUCKETS) throw new ChunkError(`a histogram chunk names ${buckets} buckets`);
    spans.push({ offset: readVarbit(bits), length });
  }
  return spans;
}

function writeThreshold(bits: BitWriter, threshold: number): void {
  if (threshold === 0) {
    bits.bits(0, 8);
    return;
  }
  const exponent = exponentOf(threshold);
  if (exponent !== undefined && exponent >= LEAST_EXPONENT && exponent <= GREATEST_EXPONENT) {
    bits.bits(exponent + THRESHOLD_BIAS, 8);
    return;
  }
  bits.bits(PLAIN_THRESHOLD, 8);
  writePlain(bits, threshold);
}

function readThreshold(bits: BitReader): number {
  const byte = bits.bits(8);
  if (byte === 0) return 0;
  return byte === PLAIN_THRESHOLD ? readPlain(bits) : 2 ** (byte - THRESHOLD_BIAS);
}

/** The exponent of a power of two that is a normal number; undefined for all else. */
function exponentOf(value: number): number | undefined {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  if ((high & 0x800fffff) !== 0 || scratch.getUint32(4) !== 0) return undefined;
  return (high >>> 20) - 1023;
}

function writeBound(bits: BitWriter, bound: number): void {
  const thousandths = bound * 1000;
  const whole = Math.round(thousandths);
  // Written so that NaN takes the plain form.
  if (thousandths >= 0 && thousandths <= MOST_THOUSANDTHS && whole / 1000 === bound) {
    writeUnsignedVarbit(bits, whole + 1);
    return;
  }
  bits.bits(0, 1);
  writePlain(bits, bound);
}

function readBound(bits: BitReader): number {
  const whole = readUnsignedVarbit(bits);
  return whole === 0 ? readPlain(bits) : (whole - 1) / 1000;
}

function writePlain(bits: BitWriter, value: number): void {
  scratch.setFloat64(0, value);
  bits.bits64(scratch.getUint32(0), scratch.getUint32(4));
}

function readPlain(bits: BitReader): number {
  bits.bits64();
  scratch.setUint32(0, bits.high);
  scratch.setUint32(4, bits.low);
  return scratch.getFloat64(0);
}
