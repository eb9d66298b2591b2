/** A chunk's bytes do not hold the samples they should. */
export class ChunkError extends Error {
  readonly code = 'corrupt_chunk';
  override readonly name = 'ChunkError';
}
