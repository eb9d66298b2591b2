import { ByteReader } from '@narthex/bytes';
import { corruption } from './corruption.js';

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

  /** Decodes an entry without its length and checksum. `path` is for errors. */
  decode(bytes: Uint8Array, path: string): void {
    const reader = this.#reader.reset(bytes);
    const labelCount = reader.uvarint();
    // Each label takes two bytes or more, each chunk three.
    if (2 * labelCount > reader.remaining) throw corruption(path, `read series: ${labelCount} labels`);
    if (this.symbols.length < 2 * labelCount) this.symbols = new Uint32Array(4 * labelCount);
    for (let i = 0; i < 2 * labelCount; i++) this.symbols[i] = reader.uvarint();
    this.labelCount = labelCount;

    const chunkCount = reader.uvarint();
    if (3 * chunkCount > reader.remaining) throw corruption(path, `read series: ${chunkCount} chunks`);
    this.#reserve(chunkCount);
    this.chunkCount = chunkCount;
    let timeMs = 0;
    let ref = 0;
    for (let i = 0; i < chunkCount; i++) {
      timeMs += i === 0 ? reader.varint() : reader.uvarint();
      this.minTimesMs[i] = timeMs;
      timeMs += reader.uvarint();
      this.maxTimesMs[i] = timeMs;
      ref += i === 0 ? reader.uvarint() : reader.varint();
      this.chunkRefs[i] = ref;
    }
  }

  #reserve(chunks: number): void {
    if (chunks <= this.chunkRefs.length) return;
    this.minTimesMs = new Float64Array(2 * chunks);
    this.maxTimesMs = new Float64Array(2 * chunks);
    this.chunkRefs = new Float64Array(2 * chunks);
  }
}
