import { BitReader, BitWriter, ShortBufferError } from '@narthex/bytes';
import { type BucketSpan, COUNTER_RESET_HINT, type NativeHistogram } from '@narthex/model';
import { ChunkError } from './errors.js';
import { indexesOf } from './bucket-indexes.js';
import { HistogramEncoder, type WiderBuckets } from './histogram-encoder.js';
import {
  flagsAt,
  HISTOGRAM_HEADER_BYTES,
  HISTOGRAM_STARTS_AT,
  mostHistograms,
  RESET_HEADER,
  type ResetHeader,
  resetHeaderOf,
} from './histogram-header.js';

/** A chunk of histograms with its bytes, encoding 2 or 3, or 5 or 6 with start timestamps, that grows as it is written. */
export class HistogramChunk {
  readonly encoder: HistogramEncoder;
  #bytes = new Uint8Array(128);
  readonly #bits: BitWriter;

  private constructor(encoder: HistogramEncoder) {
    this.encoder = encoder;
    this.#bits = new BitWriter(this.#bytes, 8 * HISTOGRAM_HEADER_BYTES);
  }

  /** An empty chunk, of histograms that count in whole numbers or not, with start timestamps or without. */
  static create(
    integer: boolean,
    header: ResetHeader = RESET_HEADER.unknown,
    withStarts = false,
  ): HistogramChunk {
    return new HistogramChunk(new HistogramEncoder(integer, header, withStarts ? 0 : undefined));
  }

  /**
   * The first histogram of a chunk that follows `before`, where one does.
   * A gauge, or one that says it is reset, says so in the header.
   *
   * @param startTimestampMs undefined for a chunk without start timestamps
   */
  static begin(
    integer: boolean,
    timestampMs: number,
    histogram: NativeHistogram,
    before?: HistogramEncoder,
    startTimestampMs?: number,
  ): HistogramChunk {
    const known = before?.integer === integer ? before : new HistogramEncoder(integer);
    const header = known.headerBehind(histogram);
    const chunk = HistogramChunk.create(integer, header, startTimestampMs !== undefined);
    chunk.write(timestampMs, histogram, startTimestampMs);
    return chunk;
  }

  /** A chunk of the same histograms, in wider spans. */
  recoded(positiveSpans: readonly BucketSpan[], negativeSpans: readonly BucketSpan[]): HistogramChunk {
    return recodeHistogramChunk(this.bytes(), this.encoder, positiveSpans, negativeSpans);
  }

  /** Writes a histogram that was planned. */
  write(timestampMs: number, histogram: NativeHistogram, startTimestampMs = 0): void {
    const needed = (this.#bits.position + this.encoder.roomFor(histogram) + 7) >>> 3;
    if (needed > this.#bytes.length) this.#grow(Math.max(needed, 2 * this.#bytes.length));
    this.encoder.write(this.#bits, timestampMs, histogram, startTimestampMs);
  }

  /**
   * Adds a histogram to this chunk, or to what has to take its place: this chunk, the same in wider spans, or a new
   * one behind it.
   */
  append(timestampMs: number, histogram: NativeHistogram, startTimestampMs = 0): HistogramChunk {
    const { encoder } = this;
    const plan = encoder.plan(histogram);
    const withStarts = encoder.starts !== undefined;
    if (plan.kind === 'cut' || encoder.count === mostHistograms(withStarts)) {
      const header = plan.kind === 'cut' ? plan.header : encoder.headerBehind(histogram);
      const next = HistogramChunk.create(encoder.integer, header, withStarts);
      next.write(timestampMs, histogram, startTimestampMs);
      return next;
    }
    const chunk = plan.kind === 'recode' ? this.recoded(plan.positiveSpans, plan.negativeSpans) : this;
    chunk.write(timestampMs, plan.histogram, startTimestampMs);
    return chunk;
  }

  get bitLength(): number {
    return this.#bits.position;
  }

  /** The chunk's data, header included: a view until the next histogram. */
  bytes(): Uint8Array {
    const bytes = this.#bytes;
    const { count, header, starts } = this.encoder;
    bytes[0] = count >>> 8;
    bytes[1] = count;
    if (starts !== undefined) bytes[HISTOGRAM_STARTS_AT] = starts.header;
    const at = flagsAt(starts !== undefined);
    bytes[at] = at === 0 ? bytes[at]! | header : header;
    return bytes.subarray(0, (this.#bits.position + 7) >>> 3);
  }

  #grow(length: number): void {
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#bits.reset(bytes, this.#bits.position);
  }
}

/** Writes the histograms of a chunk anew, in spans that hold all of its buckets. @throws ChunkError */
export function recodeHistogramChunk(
  bytes: Uint8Array,
  { integer, header, count, starts }: HistogramEncoder,
  positiveSpans: readonly BucketSpan[],
  negativeSpans: readonly BucketSpan[],
): HistogramChunk {
  const recoded = HistogramChunk.create(integer, header, starts !== undefined);
  const from = new HistogramEncoder(integer, header, starts?.header);
  const wider: WiderBuckets = {
    positiveSpans,
    negativeSpans,
    positiveIndexes: indexesOf(positiveSpans),
    negativeIndexes: indexesOf(negativeSpans),
  };
  eachOf(bytes, from, count, () =>
    recoded.write(from.timestampMs, from.lastIn(wider), from.starts?.timestampMs),
  );
  return recoded;
}

/**
 * The state in which the writer of a chunk was: so that another can go on with it.
 * @param count of the histograms that are in it; the header may be older
 * @throws ChunkError
 */
export function resumeHistogramChunk(
  bytes: Uint8Array,
  integer: boolean,
  count: number,
  withStarts = false,
): { readonly encoder: HistogramEncoder; readonly bitLength: number; readonly last: NativeHistogram } {
  if (bytes.length < HISTOGRAM_HEADER_BYTES) throw new ChunkError('a histogram chunk ends within its header');
  const startsHeader = withStarts ? bytes[HISTOGRAM_STARTS_AT]! : undefined;
  const encoder = new HistogramEncoder(integer, resetHeaderOf(bytes[flagsAt(withStarts)]!), startsHeader);
  const bitLength = eachOf(bytes, encoder, count, () => undefined);
  return { encoder, bitLength, last: encoder.last(COUNTER_RESET_HINT.unknown) };
}

function eachOf(bytes: Uint8Array, into: HistogramEncoder, count: number, visit: () => void): number {
  const bits = new BitReader(bytes, 8 * HISTOGRAM_HEADER_BYTES);
  try {
    while (into.count < count) {
      into.read(bits);
      visit();
    }
  } catch (cause) {
    if (!(cause instanceof ShortBufferError)) throw cause;
    throw new ChunkError(`a histogram chunk of ${bytes.length} bytes ends before its ${count} samples`, {
      cause,
    });
  }
  return bits.position;
}
