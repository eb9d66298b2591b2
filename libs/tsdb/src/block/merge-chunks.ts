import { ChunkError } from '@narthex/chunks';
import { type ChunkRead, StorageError } from '@narthex/storage';
import { chunksOf } from '../samples/rewritten-samples.js';
import { SampleList } from '../samples/sample-list.js';

/**
 * Brings the chunks of one series from several sources in order of time. Chunks that overlap are made into new ones;
 * of samples at the same time that of the chunk given first stays.
 * @throws StorageError CORRUPT when chunks that overlap cannot be decoded
 */
export function* mergeChunks(chunks: readonly ChunkRead[]): IterableIterator<ChunkRead> {
  const ordered = [...chunks].sort((a, b) => a.minTimeMs - b.minTimeMs);
  for (let from = 0; from < ordered.length;) {
    let { maxTimeMs } = ordered[from]!;
    let to = from + 1;
    while (to < ordered.length && ordered[to]!.minTimeMs <= maxTimeMs) {
      maxTimeMs = Math.max(maxTimeMs, ordered[to]!.maxTimeMs);
      to++;
    }
    const together = withoutCopies(ordered.slice(from, to));
    if (together.length === 1) yield together[0]!;
    else yield* chunksOf(mergedSamples(inGivenOrder(together, chunks)));
    from = to;
  }
}

/** A block that came twice brings the same chunks twice. */
function withoutCopies(chunks: readonly ChunkRead[]): ChunkRead[] {
  return chunks.filter((chunk, at) => !chunks.slice(0, at).some((earlier) => sameChunk(earlier, chunk)));
}

function sameChunk(a: ChunkRead, b: ChunkRead): boolean {
  return a.encoding === b.encoding && a.minTimeMs === b.minTimeMs && Buffer.compare(a.bytes, b.bytes) === 0;
}

function inGivenOrder(some: readonly ChunkRead[], all: readonly ChunkRead[]): ChunkRead[] {
  return all.filter((chunk) => some.includes(chunk));
}

function mergedSamples(chunks: readonly ChunkRead[]): SampleList {
  const all = new SampleList(chunks.reduce((sum, { sampleCount }) => sum + sampleCount, 0));
  try {
    for (const chunk of chunks) all.addChunk(chunk);
  } catch (cause) {
    if (cause instanceof ChunkError) throw new StorageError('CORRUPT', cause.message, { cause });
    throw cause;
  }
  return all.sorted();
}
