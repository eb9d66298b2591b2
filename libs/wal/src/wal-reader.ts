import { type WalCodecs } from './compression.js';
import { LiveReader } from './live-reader.js';
import { type Segment } from './segments.js';

const readAheadBytes = 1024 * 1024;

export interface WalReaderOptions {
  /** Read one after the other; see {@link segmentsOf}. */
  readonly segments: readonly Segment[];
  readonly codecs: WalCodecs;
}

/** Reads the records of segments that nobody writes to. */
export class WalReader {
  readonly #segments: readonly Segment[];
  readonly #codecs: WalCodecs;
  #nextSegment = 0;
  #current: LiveReader | undefined;

  constructor({ segments, codecs }: WalReaderOptions) {
    this.#segments = segments;
    this.#codecs = codecs;
  }

  /** The record that {@link next} found, valid until its next call. */
  get record(): Uint8Array {
    return this.#reading().record;
  }

  /** Number of the segment that holds the record. */
  get segment(): number {
    return this.#reading().segment;
  }

  /** Where the record ends in its segment. */
  get offsetBytes(): number {
    return this.#reading().offsetBytes;
  }

  /**
   * Goes to the next record; false behind the last one.
   * @throws WalCorruptionError naming segment and offset where bytes are damaged or a segment ends within a record.
   *   The reader is of no use after that, except to {@link close} it.
   */
  next(): boolean {
    for (;;) {
      if (this.#current === undefined) {
        const segment = this.#segments[this.#nextSegment];
        if (segment === undefined) return false;
        this.#nextSegment++;
        this.#current = new LiveReader({ segment, codecs: this.#codecs, bufferBytes: readAheadBytes });
      }
      if (this.#current.next()) return true;
      const torn = this.#current.tornTail();
      if (torn !== undefined) throw torn;
      this.close();
    }
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }

  #reading(): LiveReader {
    if (this.#current === undefined) throw new RangeError('the WAL reader stands at no record');
    return this.#current;
  }
}
