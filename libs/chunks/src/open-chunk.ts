import { type NativeHistogram } from '@narthex/model';
import { ChunkError } from './errors.js';
import { HistogramCursor } from './histogram-cursor.js';
import { SAMPLE_KIND, type SampleCursor } from './sample-cursor.js';
import { Xor2Cursor } from './xor2-cursor.js';
import { XorDecoder } from './xor-decoder.js';

/** Numbers of the encodings on disk. */
const XOR = 1;
const HISTOGRAM = 2;
const FLOAT_HISTOGRAM = 3;
const XOR2 = 4;
const HISTOGRAM_ST = 5;
const FLOAT_HISTOGRAM_ST = 6;
/** Encodings 5 and 6 keep flags in the two upper bits of the count. */
const COUNT_BITS_ST = 0x3fff;

/** The number of samples that a chunk's header tells. @throws ChunkError where there is none */
export function chunkSampleCount(encoding: number, bytes: Uint8Array): number {
  if (bytes.length < 2) throw new ChunkError('a chunk ends before the number of its samples');
  const count = (bytes[0]! << 8) | bytes[1]!;
  return encoding === HISTOGRAM_ST || encoding === FLOAT_HISTOGRAM_ST ? count & COUNT_BITS_ST : count;
}

/** Takes the number of samples out of a chunk's header; flags that share a byte with it stay. */
export function blankSampleCount(encoding: number, bytes: Uint8Array): void {
  const hasFlags = encoding === HISTOGRAM_ST || encoding === FLOAT_HISTOGRAM_ST;
  bytes[0] = hasFlags ? bytes[0]! & ~(COUNT_BITS_ST >>> 8) : 0;
  bytes[1] = 0;
}

/** Puts the number of samples, up to then blank, into the header at `bytes[start]` of a chunk of any encoding. */
export function setSampleCount(bytes: Uint8Array, start: number, count: number): void {
  bytes[start] = bytes[start]! | (count >>> 8);
  bytes[start + 1] = count;
}

/**
 * Opens a chunk of any encoding that Prometheus writes, to read its first `count` samples one by one.
 * Bulk reads of XOR chunks go faster through a `DecodeKernel`.
 * @throws ChunkError for an unknown encoding
 */
export function openChunk(encoding: number, bytes: Uint8Array, count: number): SampleCursor {
  switch (encoding) {
    case XOR:
      return new XorCursor(bytes, count);
    case HISTOGRAM:
    case FLOAT_HISTOGRAM:
      return new HistogramCursor(bytes, count, encoding === HISTOGRAM, false);
    case XOR2:
      return new Xor2Cursor(bytes, count);
    case HISTOGRAM_ST:
    case FLOAT_HISTOGRAM_ST:
      return new HistogramCursor(bytes, count, encoding === HISTOGRAM_ST, true);
    default:
      throw new ChunkError(`unknown chunk encoding ${encoding}`);
  }
}

/** The samples of an XOR chunk, which is decoded whole. */
class XorCursor implements SampleCursor {
  readonly kind = SAMPLE_KIND.float;
  readonly startTimestampMs = 0;
  readonly #timestampsMs: Float64Array;
  readonly #words: Uint32Array;
  #at = -1;

  constructor(bytes: Uint8Array, count: number) {
    this.#timestampsMs = new Float64Array(count);
    this.#words = new Uint32Array(2 * count);
    new XorDecoder().decode(bytes, 0, bytes.length, count, this.#timestampsMs, this.#words, 0);
  }

  get timestampMs(): number {
    return this.#timestampsMs[this.#at]!;
  }

  next(): boolean {
    return ++this.#at < this.#timestampsMs.length;
  }

  copyValue(words: Uint32Array, at: number): void {
    words[2 * at] = this.#words[2 * this.#at]!;
    words[2 * at + 1] = this.#words[2 * this.#at + 1]!;
  }

  histogram(): NativeHistogram {
    throw new ChunkError('an XOR chunk holds no histograms');
  }
}
