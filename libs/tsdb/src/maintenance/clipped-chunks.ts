import { type ChunkRead } from '@narthex/storage';
import { partOfChunk } from '../samples/rewritten-samples.js';

/**
 * What of a series' chunks lies in `[minTimeMs, maxTimeMs)`. Chunks that reach beyond are written anew without the
 * rest.
 * @throws ChunkError where such a chunk cannot be decoded
 */
export function* clipChunks(
  chunks: Iterable<ChunkRead>,
  minTimeMs: number,
  maxTimeMs: number,
): IterableIterator<ChunkRead> {
  for (const chunk of chunks) {
    if (chunk.minTimeMs >= minTimeMs && chunk.maxTimeMs < maxTimeMs) yield chunk;
    else if (chunk.minTimeMs < maxTimeMs && chunk.maxTimeMs >= minTimeMs)
      yield* part(chunk, minTimeMs, maxTimeMs);
  }
}

function part(chunk: ChunkRead, minTimeMs: number, maxTimeMs: number): IterableIterator<ChunkRead> {
  return partOfChunk(chunk, (timestampMs) => timestampMs >= minTimeMs && timestampMs < maxTimeMs);
}
