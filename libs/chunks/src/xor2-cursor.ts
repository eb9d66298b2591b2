import { BitReader, ShortBufferError, VarintOverflowError, isStaleAt, STALE_NAN } from '@narthex/bytes';
import { type NativeHistogram } from '@narthex/model';
import { ChunkError } from './errors.js';
import { SAMPLE_KIND, type SampleCursor } from './sample-cursor.js';
import { StartTimestamps } from './start-timestamps.js';
import { readVarint } from './varbit.js';
import { XOR2_HEADER_BYTES, XOR2_STARTS_AT } from './xor2-appender.js';
import { XorColumn } from './xor-column.js';

const TWO_32 = 2 ** 32;
/** Bits of a difference of differences, by the ones before it: 2, 3, 4. */
const DIFFERENCE_WIDTHS = [13, 20, 64] as const;
const MOST_ONES = 5;
/** Of a value, where time took a prefix of its own. */
const MOST_VALUE_ONES = 3;

/**
 * Reads chunks of encoding 4, XOR2, of Prometheus 3.11 and later: as XOR, with one prefix for time and value
 * together, stale markers apart from the values, and start timestamps.
 */
export class Xor2Cursor implements SampleCursor {
  readonly kind = SAMPLE_KIND.float;
  timestampMs = 0;
  readonly #bits: BitReader;
  readonly #starts: StartTimestamps;
  readonly #count: number;
  /** The last value that was no stale marker: what the next one is compared with. */
  readonly #value = new XorColumn(1);
  readonly #stale = new Uint32Array(Float64Array.of(STALE_NAN).buffer);
  #isStale = false;
  #read = 0;
  #deltaMs = 0;

  /** @throws ChunkError for bytes without a header */
  constructor(bytes: Uint8Array, count: number) {
    if (bytes.length < XOR2_HEADER_BYTES) throw new ChunkError('an XOR2 chunk ends within its header');
    this.#bits = new BitReader(bytes, 8 * XOR2_HEADER_BYTES);
    this.#starts = new StartTimestamps(bytes[XOR2_STARTS_AT]);
    this.#count = count;
  }

  get startTimestampMs(): number {
    return this.#starts.timestampMs;
  }

  next(): boolean {
    if (this.#read >= this.#count) return false;
    const beforeMs = this.timestampMs;
    try {
      if (this.#read === 0) this.#first();
      else if (this.#read === 1) this.#second();
      else this.#further();
      this.#starts.read(this.#bits, this.#read, this.timestampMs, beforeMs);
    } catch (cause) {
      if (!(cause instanceof ShortBufferError) && !(cause instanceof VarintOverflowError)) throw cause;
      throw new ChunkError(`XOR2 chunk ends before its ${this.#count} samples`, { cause });
    }
    this.#read++;
    return true;
  }

  copyValue(words: Uint32Array, at: number): void {
    const from = this.#isStale ? this.#stale : this.#value.words;
    words[2 * at] = from[0]!;
    words[2 * at + 1] = from[1]!;
  }

  histogram(): NativeHistogram {
    throw new ChunkError('an XOR2 chunk holds no histograms');
  }

  #first(): void {
    this.timestampMs = readVarint(this.#bits);
    this.#value.readFirst(this.#bits, 0);
    this.#isStale = isStaleAt(this.#value.words, 0);
    if (this.#isStale) this.#value.values[0] = 0;
  }

  #second(): void {
    this.#bits.uvarint();
    this.#deltaMs = this.#bits.high * TWO_32 + this.#bits.low;
    this.timestampMs += this.#deltaMs;
    this.#readValue();
  }

  #further(): void {
    const bits = this.#bits;
    let ones = 0;
    while (ones < MOST_ONES && bits.bit() === 1) ones++;
    const width = DIFFERENCE_WIDTHS[ones - 2];
    if (width !== undefined) this.#deltaMs += this.#difference(width);
    this.timestampMs += this.#deltaMs;
    if (width !== undefined) this.#readValue();
    else {
      this.#isStale = ones === MOST_ONES;
      if (ones === 1) this.#value.readSignificant(bits, 0, bits.bit() === 1);
    }
  }

  /** Unchanged, in the old window, in a new one, or stale: 0, 10, 110, 111. */
  #readValue(): void {
    const bits = this.#bits;
    let ones = 0;
    while (ones < MOST_VALUE_ONES && bits.bit() === 1) ones++;
    this.#isStale = ones === MOST_VALUE_ONES;
    if (ones === 1 || ones === 2) this.#value.readSignificant(bits, 0, ones === 2);
  }

  #difference(width: (typeof DIFFERENCE_WIDTHS)[number]): number {
    const bits = this.#bits;
    if (width === 64) {
      bits.bits64();
      return (bits.high | 0) * TWO_32 + bits.low;
    }
    const value = bits.bits(width);
    return value >= 1 << (width - 1) ? value - (1 << width) : value;
  }
}
