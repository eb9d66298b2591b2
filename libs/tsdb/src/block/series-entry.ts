import { ByteReader } from '@narthex/bytes';
import { corruption } from './corruption.js';

/** Varints of up to so many bytes fit a double, sign and all. */
const EASY_BYTES = 7;

/** One series of an index: symbols of its labels, and where its chunks are. Used for one series after the other. */
export class SeriesEntry {
  labelCount = 0;
  /** Name and value of each label, as symbols: `[name, value, name, value, …]`. */
  symbols = new Uint32Array(32);
  chunkCount = 0;
  minTimesMs = new Float64Array(16);
  /** Times of the last samples: unlike a block's, these ranges are closed. */
  maxTimesMs = new Float64Array(16);
  /** Segment in the upper, place in the segment in the lower 32 bits. */
  chunkRefs = new Float64Array(16);
  readonly #reader = new ByteReader(new Uint8Array(0));
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Decodes an entry without its length and checksum. `path` is for errors. */
  decode(bytes: Uint8Array, path: string): void {
    this.decodeLabels(bytes, path);
    const chunkCount = this.#uvarint();
    // Each chunk takes three bytes or more.
    if (3 * chunkCount > this.#remaining) throw corruption(path, `read series: ${chunkCount} chunks`);
    this.#reserve(chunkCount);
    this.chunkCount = chunkCount;
    let timeMs = 0;
    let ref = 0;
    for (let i = 0; i < chunkCount; i++) {
      timeMs += i === 0 ? this.#varint() : this.#uvarint();
      this.minTimesMs[i] = timeMs;
      timeMs += this.#uvarint();
      this.maxTimesMs[i] = timeMs;
      ref += i === 0 ? this.#uvarint() : this.#varint();
      this.chunkRefs[i] = ref;
    }
  }

  /** Decodes the labels alone. */
  decodeLabels(bytes: Uint8Array, path: string): void {
    this.#bytes = bytes;
    this.#at = 0;
    const labelCount = this.#uvarint();
    // Each label takes two bytes or more.
    if (2 * labelCount > this.#remaining) throw corruption(path, `read series: ${labelCount} labels`);
    if (this.symbols.length < 2 * labelCount) this.symbols = new Uint32Array(4 * labelCount);
    for (let i = 0; i < 2 * labelCount; i++) this.symbols[i] = this.#uvarint();
    this.labelCount = labelCount;
  }

  get #remaining(): number {
    return this.#bytes.length - this.#at;
  }

  #uvarint(): number {
    const value = this.#easy();
    return value >= 0 ? value : this.#hard((reader) => reader.uvarint());
  }

  #varint(): number {
    const value = this.#easy();
    if (value < 0) return this.#hard((reader) => reader.varint());
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** The next unsigned varint; -1 where it is too long for this, or does not end. */
  #easy(): number {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.#at + EASY_BYTES);
    let value = 0;
    let factor = 1;
    for (let at = this.#at; at < end; at++) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        this.#at = at + 1;
        return value + byte * factor;
      }
      value += (byte - 0x80) * factor;
      factor *= 0x80;
    }
    return -1;
  }

  #hard(read: (reader: ByteReader) => number): number {
    const value = read(this.#reader.reset(this.#bytes, this.#at));
    this.#at = this.#reader.position;
    return value;
  }

  #reserve(chunks: number): void {
    if (chunks <= this.chunkRefs.length) return;
    this.minTimesMs = new Float64Array(2 * chunks);
    this.maxTimesMs = new Float64Array(2 * chunks);
    this.chunkRefs = new Float64Array(2 * chunks);
  }
}
