import { CHUNK_ENCODING, type ChunkEncoding } from '@narthex/storage';

/** How chunks of floats are encoded, as `storage.tsdb.chunk_encoding.floats` names it. */
export type FloatChunkEncoding = 'xor' | 'xor2';

export interface ChunkFormatOptions {
  /** Default `xor`. */
  readonly floats?: FloatChunkEncoding;
  /** Keep the start timestamps that samples come with; needs `xor2` to keep those of floats. Default false. */
  readonly storesStarts?: boolean;
  /** Write histograms in the encodings that keep start timestamps. Default false. */
  readonly histogramStarts?: boolean;
}

/** How the head writes what is new: the log's records and the chunks that it begins. */
export class ChunkFormat {
  readonly storesStarts: boolean;
  readonly histogramStarts: boolean;
  #floatEncoding: ChunkEncoding;

  constructor({ floats = 'xor', storesStarts = false, histogramStarts = false }: ChunkFormatOptions = {}) {
    this.#floatEncoding = CHUNK_ENCODING[floats];
    this.storesStarts = storesStarts;
    this.histogramStarts = histogramStarts;
  }

  /** The number of the encoding of floats. */
  get floatEncoding(): ChunkEncoding {
    return this.#floatEncoding;
  }

  /** Changes how floats are encoded, from the next chunk of a series on. */
  chooseFloats(encoding: FloatChunkEncoding): void {
    this.#floatEncoding = CHUNK_ENCODING[encoding];
  }
}
