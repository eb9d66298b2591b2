import { isStaleNaN, STALE_NAN } from '@narthex/bytes';
import { COUNTER_RESET_HINT, CUSTOM_BUCKETS_SCHEMA, Labels, type NativeHistogram } from '@narthex/model';
import { type Appender, type AppendOutcome, type SampleColumns, type SeriesRef } from '@narthex/storage';

/** How many series take part; half of them are in group 0, the others in group 1. */
export const SERIES_COUNT = 6;
/** For how long a series stays with one kind of sample. */
const KIND_MS = 700;

type Sample = { readonly value: number } | { readonly histogram: NativeHistogram; readonly integer: boolean };

/** The order of numbers is that of labels. */
export function groupOf(series: number): number {
  return series < SERIES_COUNT / 2 ? 0 : 1;
}

export function labelsOf(series: number): Labels {
  return Labels.of({ __name__: 'm', group: String(groupOf(series)), series: String(series) });
}

/** The one sample that a series has at a time; series 0 and 1 have floats only. */
export function sampleAt(series: number, timestampMs: number): Sample {
  const random = hash(series, timestampMs);
  const kind = series < 2 ? 0 : hash(series, Math.floor(timestampMs / KIND_MS)) % 5;
  if (kind < 2) return { value: floatOf(random) };
  if (kind === 2) return { histogram: exponential(random, 3), integer: true };
  if (kind === 3) return { histogram: exponential(random, 3.5), integer: false };
  return { histogram: custom(random), integer: true };
}

/** Another one than {@link sampleAt} gives. */
export function wrongSampleAt(series: number, timestampMs: number): Sample {
  const right = sampleAt(series, timestampMs);
  if ('value' in right) return { value: right.value === 0.5 ? 1.5 : 0.5 };
  return { ...right, histogram: { ...right.histogram, sum: right.histogram.sum + 1 } };
}

export function addSample(
  appender: Appender,
  ref: SeriesRef,
  timestampMs: number,
  sample: Sample,
): AppendOutcome {
  if ('value' in sample) return appender.float(ref, timestampMs, sample.value);
  return appender.histogram(ref, timestampMs, sample.histogram, sample.integer);
}

/** What distinguishes samples: floats bit for bit, histograms by what is in their buckets. */
export function textOfSample(sample: Sample): string {
  return 'value' in sample ? textOfFloat(sample.value) : textOfHistogram(sample.histogram);
}

export function textAt({ histograms, values }: SampleColumns, index: number): string {
  const histogram = histograms?.[index];
  return histogram === undefined ? textOfWords(wordsAt(values, index)) : textOfHistogram(histogram);
}

function textOfFloat(value: number): string {
  return textOfWords(wordsAt(Float64Array.of(value), 0));
}

function wordsAt(values: Float64Array, index: number): readonly [number, number] {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  return [words[2 * index]!, words[2 * index + 1]!];
}

/** A stale marker reads the same whether it stands as a float or as a histogram. */
function textOfWords([low, high]: readonly [number, number]): string {
  const value = new Float64Array(Uint32Array.of(low, high).buffer);
  if (isStaleNaN(value[0]!)) return 'stale';
  return Number.isNaN(value[0]!) ? `NaN ${high.toString(16)} ${low.toString(16)}` : String(value[0]!);
}

function textOfHistogram(histogram: NativeHistogram): string {
  const { schema, zeroThreshold, zeroCount, count, sum, customValues } = histogram;
  if (isStaleNaN(sum)) return 'stale';
  const positive = bucketsOf(histogram.positiveSpans, histogram.positiveBuckets);
  const negative = bucketsOf(histogram.negativeSpans, histogram.negativeBuckets);
  const bounds = customValues.join(',');
  return `{${schema} ${zeroThreshold}:${zeroCount} ${count}/${sum} +${positive} -${negative} ${bounds}}`;
}

/** The buckets that have something in them, as `index:count`. */
function bucketsOf(spans: NativeHistogram['positiveSpans'], counts: readonly number[]): string {
  const texts: string[] = [];
  let index = 0;
  let at = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++, at++) {
      if (counts[at] !== 0) texts.push(`${index}:${counts[at]}`);
    }
  }
  return texts.join(',');
}

function floatOf(random: number): number {
  switch (random % 16) {
    case 0:
      return STALE_NAN;
    case 1:
      // A NaN that says something, as the specification of NaNs allows.
      return new Float64Array(Uint32Array.of(random, 0x7ff80000 + (random % 1000)).buffer)[0]!;
    case 2:
      return random % 2 === 0 ? Infinity : -0;
    default:
      return random % 3 === 0 ? random % 1000 : random / 7;
  }
}

function exponential(random: number, unit: number): NativeHistogram {
  const length = 1 + (random % 4);
  const positiveBuckets = Array.from({ length }, (_, i) => (1 + ((random >>> i) % 9)) * unit);
  const negativeBuckets = random % 3 === 0 ? [unit] : [];
  const zeroCount = (random % 5) * unit;
  const total = [...positiveBuckets, ...negativeBuckets].reduce((sum, each) => sum + each, zeroCount);
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: 1 + (random % 2),
    zeroThreshold: 0.001,
    zeroCount,
    count: total,
    sum: random / 3,
    positiveSpans: spans(random, length),
    negativeSpans: negativeBuckets.length === 0 ? [] : [{ offset: random % 7, length: 1 }],
    positiveBuckets,
    negativeBuckets,
    customValues: [],
  };
}

/** One run of buckets, or two with a gap. */
function spans(random: number, length: number): NativeHistogram['positiveSpans'] {
  const offset = (random % 6) - 3;
  if (length < 3) return [{ offset, length }];
  return [
    { offset, length: 1 },
    { offset: 1 + (random % 3), length: length - 1 },
  ];
}

function custom(random: number): NativeHistogram {
  const positiveBuckets = [1 + (random % 5), 2, random % 11];
  return {
    counterResetHint: COUNTER_RESET_HINT.unknown,
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count: positiveBuckets.reduce((sum, each) => sum + each, 0),
    sum: random / 5,
    positiveSpans: [{ offset: 0, length: 3 }],
    negativeSpans: [],
    positiveBuckets,
    negativeBuckets: [],
    customValues: random % 4 === 0 ? [0.5, 1, 10] : [0.25, 1, 10],
  };
}

/** A number of 31 bits, spread evenly (the finalizer of MurmurHash3). */
function hash(a: number, b: number): number {
  let x = (Math.imul(a + 1, 0x9e3779b1) ^ b) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) >>> 1;
}
