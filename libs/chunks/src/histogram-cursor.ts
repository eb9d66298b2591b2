import { BitReader, ShortBufferError, VarintOverflowError } from '@narthex/bytes';
import { type NativeHistogram, reduceHistogram, usesCustomBuckets } from '@narthex/model';
import { ChunkError } from './errors.js';
import { HistogramEncoder } from './histogram-encoder.js';
import {
  flagsAt,
  HISTOGRAM_HEADER_BYTES,
  HISTOGRAM_STARTS_AT,
  hintAt,
  type ResetHeader,
  resetHeaderOf,
} from './histogram-header.js';
import { SAMPLE_KIND, type SampleCursor, type SampleKind } from './sample-cursor.js';

/** The finest resolution that histograms are computed with; finer ones are brought down to it. */
const FINEST_SCHEMA = 8;

/** Reads histogram chunks: encodings 2 and 3, and 5 and 6, which have start timestamps besides. */
export class HistogramCursor implements SampleCursor {
  readonly kind: SampleKind;
  readonly #bits: BitReader;
  readonly #header: ResetHeader;
  readonly #state: HistogramEncoder;
  readonly #count: number;

  /** @throws ChunkError for bytes without a header */
  constructor(bytes: Uint8Array, count: number, integer: boolean, withStarts: boolean) {
    if (bytes.length < HISTOGRAM_HEADER_BYTES)
      throw new ChunkError('a histogram chunk ends within its header');
    this.kind = integer ? SAMPLE_KIND.histogram : SAMPLE_KIND.floatHistogram;
    this.#bits = new BitReader(bytes, 8 * HISTOGRAM_HEADER_BYTES);
    this.#header = resetHeaderOf(bytes[flagsAt(withStarts)]!);
    const startsHeader = withStarts ? bytes[HISTOGRAM_STARTS_AT]! : undefined;
    this.#state = new HistogramEncoder(integer, this.#header, startsHeader);
    this.#count = count;
  }

  next(): boolean {
    const state = this.#state;
    if (state.count >= this.#count) return false;
    try {
      state.read(this.#bits);
    } catch (cause) {
      if (!(cause instanceof ShortBufferError) && !(cause instanceof VarintOverflowError)) throw cause;
      throw new ChunkError(`histogram chunk ends before its ${this.#count} samples`, { cause });
    }
    return true;
  }

  get timestampMs(): number {
    return this.#state.timestampMs;
  }

  get startTimestampMs(): number {
    return this.#state.starts?.timestampMs ?? 0;
  }

  copyValue(words: Uint32Array, at: number): void {
    words[2 * at] = 0;
    words[2 * at + 1] = 0;
  }

  histogram(): NativeHistogram {
    const state = this.#state;
    const histogram = state.last(hintAt(this.#header, state.count - 1));
    return histogram.schema > FINEST_SCHEMA && !usesCustomBuckets(histogram)
      ? { ...reduceHistogram(histogram, FINEST_SCHEMA), counterResetHint: histogram.counterResetHint }
      : histogram;
  }
}
