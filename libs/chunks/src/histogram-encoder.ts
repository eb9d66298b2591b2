import { type BitReader, type BitWriter, isStaleNaN } from '@narthex/bytes';
import {
  COUNTER_RESET_HINT,
  customBoundsMatch,
  type NativeHistogram,
  type BucketSpan,
  usesCustomBuckets,
} from '@narthex/model';
import { indexesOf, spansOf, spread, unite, type IndexUnion } from './bucket-indexes.js';
import { FloatNumbers } from './float-numbers.js';
import { RESET_HEADER, type ResetHeader } from './histogram-header.js';
import {
  countBuckets,
  EMPTY_LAYOUT,
  type HistogramLayout,
  layoutBound,
  readLayout,
  writeLayout,
} from './histogram-layout.js';
import { type HistogramNumbers } from './histogram-numbers.js';
import { IntegerNumbers } from './integer-numbers.js';
import { START_TIMESTAMP_BITS, StartTimestamps } from './start-timestamps.js';
import { readVarbit, writeVarbit } from './varbit.js';

/** Room for time, count, zero count and sum, in bits. */
const FIXED_BITS = 4 * 80;
/** The most bits of one bucket. */
const BUCKET_BITS = 77;

/** What a chunk has to undergo to take one more histogram. */
export type HistogramPlan =
  /** Written behind the others, in the chunk's own buckets. */
  | { readonly kind: 'append'; readonly histogram: NativeHistogram }
  /** The chunk is written anew with more buckets first. */
  | {
      readonly kind: 'recode';
      readonly histogram: NativeHistogram;
      readonly positiveSpans: readonly BucketSpan[];
      readonly negativeSpans: readonly BucketSpan[];
    }
  /** It begins the next chunk, whose header says why. */
  | { readonly kind: 'cut'; readonly header: ResetHeader };

/** Buckets that hold all of a chunk's, and more. */
export interface WiderBuckets {
  readonly positiveSpans: readonly BucketSpan[];
  readonly negativeSpans: readonly BucketSpan[];
  readonly positiveIndexes: readonly number[];
  readonly negativeIndexes: readonly number[];
}

/**
 * The state of a chunk of histograms, apart from its bytes, which stand wherever the owner keeps them: the numbers
 * behind which the next histogram is written or read. It decides as Prometheus 3 does
 * (https://prometheus.io/docs/specs/native_histograms/#tsdb, tsdb/docs/format/chunks.md).
 *
 * Counts of integer histograms must be whole numbers below 2^53.
 */
export class HistogramEncoder {
  readonly integer: boolean;
  /** Histograms so far. */
  count = 0;
  timestampMs = 0;
  header: ResetHeader;
  /** Of a chunk that keeps start timestamps, encodings 5 and 6. */
  readonly starts: StartTimestamps | undefined;
  #deltaMs = 0;
  #layout: HistogramLayout = EMPTY_LAYOUT;
  #numbers: HistogramNumbers;
  #positive: readonly number[] = [];
  #negative: readonly number[] = [];

  /** @param startsHeader of a chunk that keeps start timestamps, its byte about them: 0 for a new one */
  constructor(integer: boolean, header: ResetHeader = RESET_HEADER.unknown, startsHeader?: number) {
    this.integer = integer;
    this.header = header;
    this.starts = startsHeader === undefined ? undefined : new StartTimestamps(startsHeader);
    this.#numbers = this.#newNumbers();
  }

  get layout(): HistogramLayout {
    return this.#layout;
  }

  /** The histogram written or read last, without a hint. Its lists belong to the caller. */
  last(counterResetHint: NativeHistogram['counterResetHint']): NativeHistogram {
    const numbers = this.#numbers;
    const { sum } = numbers;
    if (numbers.isStale) return { ...STALE, sum };
    const { schema, zeroThreshold, positiveSpans, negativeSpans, customValues } = this.#layout;
    // Written out: spreading the layout takes longer than all of the decoding.
    return {
      counterResetHint,
      schema,
      zeroThreshold,
      zeroCount: numbers.zeroCount,
      count: numbers.count,
      sum,
      positiveSpans,
      negativeSpans,
      positiveBuckets: numbers.positiveCounts(),
      negativeBuckets: numbers.negativeCounts(),
      customValues,
    };
  }

  /** What is to be done with the next histogram, which must be well formed. */
  plan(histogram: NativeHistogram): HistogramPlan {
    if (this.count === 0) return { kind: 'append', histogram };
    return histogram.counterResetHint === COUNTER_RESET_HINT.gauge
      ? this.#planGauge(histogram)
      : this.#planCounter(histogram);
  }

  /** The header of a new chunk that begins with this histogram and follows this one, which was full. */
  headerBehind(histogram: NativeHistogram): ResetHeader {
    const { gauge, reset } = COUNTER_RESET_HINT;
    if (histogram.counterResetHint === gauge) return RESET_HEADER.gauge;
    if (histogram.counterResetHint === reset) return RESET_HEADER.reset;
    if (this.count === 0) return RESET_HEADER.unknown;
    const plan = this.#planCounter(histogram);
    if (plan.kind !== 'cut') return RESET_HEADER.notReset;
    // Upstream knows three answers for integers, two for floats.
    return this.integer || plan.header === RESET_HEADER.reset ? plan.header : RESET_HEADER.notReset;
  }

  /** More bits than the next histogram can take, layout included. */
  roomFor(histogram: NativeHistogram): number {
    const buckets = histogram.positiveBuckets.length + histogram.negativeBuckets.length;
    const startBits = this.starts === undefined ? 0 : START_TIMESTAMP_BITS;
    return FIXED_BITS + startBits + BUCKET_BITS * buckets + (this.count === 0 ? layoutBound(histogram) : 0);
  }

  /**
   * Writes a histogram as planned. The first one lays down the buckets. Where the chunk keeps start timestamps, the
   * header's byte about them may have changed then.
   */
  write(bits: BitWriter, timestampMs: number, histogram: NativeHistogram, startTimestampMs = 0): void {
    const beforeMs = this.timestampMs;
    if (this.count === 0) {
      this.#begin(isStaleNaN(histogram.sum) ? EMPTY_LAYOUT : layoutOf(histogram));
      writeLayout(bits, this.#layout);
      writeVarbit(bits, timestampMs);
      this.#numbers.writeFirst(bits, histogram);
    } else {
      const deltaMs = timestampMs - this.timestampMs;
      writeVarbit(bits, deltaMs - this.#deltaMs);
      this.#deltaMs = deltaMs;
      this.#numbers.writeNext(bits, histogram);
    }
    this.starts?.write(bits, this.count, timestampMs, beforeMs, startTimestampMs);
    this.timestampMs = timestampMs;
    this.count++;
  }

  /** Reads the next histogram. @throws ChunkError, ShortBufferError */
  read(bits: BitReader): void {
    const beforeMs = this.timestampMs;
    if (this.count === 0) {
      this.#begin(readLayout(bits));
      this.timestampMs = readVarbit(bits);
      this.#numbers.readFirst(bits);
    } else {
      this.#deltaMs += readVarbit(bits);
      this.timestampMs += this.#deltaMs;
      this.#numbers.readNext(bits);
    }
    this.starts?.read(bits, this.count, this.timestampMs, beforeMs);
    this.count++;
  }

  /** The last histogram with its buckets spread over more of them. */
  lastIn(wider: WiderBuckets): NativeHistogram {
    const last = this.last(COUNTER_RESET_HINT.unknown);
    if (this.#numbers.isStale) return last;
    const { schema, zeroThreshold, zeroCount, count, sum, customValues } = last;
    return {
      counterResetHint: last.counterResetHint,
      schema,
      zeroThreshold,
      zeroCount,
      count,
      sum,
      positiveSpans: wider.positiveSpans,
      negativeSpans: wider.negativeSpans,
      positiveBuckets: spread(last.positiveBuckets, this.#positive, wider.positiveIndexes),
      negativeBuckets: spread(last.negativeBuckets, this.#negative, wider.negativeIndexes),
      customValues,
    };
  }

  #begin(layout: HistogramLayout): void {
    this.#layout = layout;
    this.#positive = indexesOf(layout.positiveSpans);
    this.#negative = indexesOf(layout.negativeSpans);
    this.#numbers = this.#newNumbers();
  }

  #newNumbers(): HistogramNumbers {
    const positive = countBuckets(this.#layout.positiveSpans);
    const negative = countBuckets(this.#layout.negativeSpans);
    return this.integer ? new IntegerNumbers(positive, negative) : new FloatNumbers(positive, negative);
  }

  #planCounter(histogram: NativeHistogram): HistogramPlan {
    const numbers = this.#numbers;
    if (this.header === RESET_HEADER.gauge) {
      return { kind: 'cut', header: this.integer ? RESET_HEADER.notReset : RESET_HEADER.unknown };
    }
    if (histogram.counterResetHint === COUNTER_RESET_HINT.reset) return CUT_BY_RESET;
    if (isStaleNaN(histogram.sum)) return { kind: 'append', histogram };
    // Behind a stale marker there are only stale markers.
    if (numbers.isStale) return CUT;
    if (histogram.count < numbers.count) return CUT_BY_RESET;
    if (!this.#sameResolution(histogram)) return CUT;
    if (!this.#sameBounds(histogram)) return CUT_BY_RESET;
    if (histogram.zeroCount < numbers.zeroCount) return CUT_BY_RESET;
    const positive = growth(this.#positive, numbers.positiveCounts(), histogram, 'positive');
    if (positive === undefined) return CUT_BY_RESET;
    const negative = growth(this.#negative, numbers.negativeCounts(), histogram, 'negative');
    if (negative === undefined) return CUT_BY_RESET;
    if (!positive.added && !negative.added && (positive.missing || negative.missing)) {
      const { positiveSpans, negativeSpans } = this.#layout;
      return this.#planned(histogram, positive, negative, positiveSpans, negativeSpans);
    }
    return this.#planned(
      histogram,
      positive,
      negative,
      positive.missing ? spansOf(positive.indexes) : histogram.positiveSpans,
      negative.missing ? spansOf(negative.indexes) : histogram.negativeSpans,
    );
  }

  #planGauge(histogram: NativeHistogram): HistogramPlan {
    const cut: HistogramPlan = { kind: 'cut', header: RESET_HEADER.gauge };
    if (this.header !== RESET_HEADER.gauge) return cut;
    if (isStaleNaN(histogram.sum)) return { kind: 'append', histogram };
    if (this.#numbers.isStale || !this.#sameResolution(histogram) || !this.#sameBounds(histogram)) return cut;
    const positive = unite(this.#positive, indexesOf(histogram.positiveSpans))!;
    const negative = unite(this.#negative, indexesOf(histogram.negativeSpans))!;
    const merged = positive.missing || negative.missing;
    return this.#planned(
      histogram,
      positive,
      negative,
      merged ? spansOf(positive.indexes) : histogram.positiveSpans,
      merged ? spansOf(negative.indexes) : histogram.negativeSpans,
    );
  }

  #planned(
    histogram: NativeHistogram,
    positive: IndexUnion,
    negative: IndexUnion,
    positiveSpans: readonly BucketSpan[],
    negativeSpans: readonly BucketSpan[],
  ): HistogramPlan {
    const fitted: NativeHistogram = {
      ...histogram,
      positiveSpans,
      negativeSpans,
      positiveBuckets: spread(
        histogram.positiveBuckets,
        indexesOf(histogram.positiveSpans),
        positive.indexes,
      ),
      negativeBuckets: spread(
        histogram.negativeBuckets,
        indexesOf(histogram.negativeSpans),
        negative.indexes,
      ),
    };
    return positive.added || negative.added
      ? { kind: 'recode', histogram: fitted, positiveSpans, negativeSpans }
      : { kind: 'append', histogram: fitted };
  }

  #sameResolution({ schema, zeroThreshold }: NativeHistogram): boolean {
    return schema === this.#layout.schema && zeroThreshold === this.#layout.zeroThreshold;
  }

  #sameBounds(histogram: NativeHistogram): boolean {
    return (
      !usesCustomBuckets(histogram) || customBoundsMatch(histogram.customValues, this.#layout.customValues)
    );
  }
}

const STALE: NativeHistogram = {
  ...EMPTY_LAYOUT,
  counterResetHint: COUNTER_RESET_HINT.unknown,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveBuckets: [],
  negativeBuckets: [],
};
const CUT: HistogramPlan = { kind: 'cut', header: RESET_HEADER.unknown };
const CUT_BY_RESET: HistogramPlan = { kind: 'cut', header: RESET_HEADER.reset };

function layoutOf({
  schema,
  zeroThreshold,
  positiveSpans,
  negativeSpans,
  customValues,
}: NativeHistogram): HistogramLayout {
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customValues };
}

/** The buckets of both; undefined where a count went down or a populated bucket is gone. */
function growth(
  indexes: readonly number[],
  counts: readonly number[],
  histogram: NativeHistogram,
  side: 'positive' | 'negative',
): IndexUnion | undefined {
  const spans = side === 'positive' ? histogram.positiveSpans : histogram.negativeSpans;
  const now = side === 'positive' ? histogram.positiveBuckets : histogram.negativeBuckets;
  return unite(indexes, indexesOf(spans), (before, after) => {
    const count = before < 0 ? 0 : counts[before]!;
    return after < 0 ? count === 0 : before < 0 || now[after]! >= count;
  });
}
