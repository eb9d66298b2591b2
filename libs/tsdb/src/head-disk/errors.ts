import { chunkFilePath } from './chunk-file-names.js';

/** A file of head chunks is damaged from some place on. The text is upstream's. */
export class HeadChunkCorruptionError extends Error {
  readonly code = 'head_chunk_corruption';
  override readonly name = 'HeadChunkCorruptionError';
  readonly file: number;

  constructor(folder: string, file: number, what: string) {
    super(`corruption in head chunk file ${chunkFilePath(folder, file)}: ${what}`);
    this.file = file;
  }
}

/** The chunks of a series do not follow each other, so no file can be trusted. The text is upstream's. */
export class HeadChunkSequenceError extends Error {
  readonly code = 'head_chunk_sequence';
  override readonly name = 'HeadChunkSequenceError';
}
