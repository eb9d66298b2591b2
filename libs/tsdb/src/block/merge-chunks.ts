import { ChunkError, XorDecoder } from '@narthex/chunks';
import { CHUNK_ENCODING, type ChunkRead, SampleColumns, StorageError } from '@narthex/storage';
import { xorChunks } from './rewritten-chunks.js';

/**
 * Brings the chunks of one series from several sources in order of time. Chunks that overlap are made into new ones;
 * of samples at the same time that of the chunk given first stays.
 * @throws StorageError UNSUPPORTED when chunks that overlap are not XOR
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
    else yield* xorChunks(mergedSamples(inGivenOrder(together, chunks)));
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

function mergedSamples(chunks: readonly ChunkRead[]): SampleColumns {
  const total = chunks.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const all = new SampleColumns(total);
  const words = new Uint32Array(all.values.buffer);
  const decoder = new XorDecoder();
  for (const { encoding, bytes, sampleCount } of chunks) {
    if (encoding !== CHUNK_ENCODING.xor) {
      throw new StorageError(
        'UNSUPPORTED',
        `overlapping chunks of encoding ${encoding} cannot be merged yet`,
      );
    }
    try {
      decoder.decode(bytes, 0, bytes.length, sampleCount, all.timestampsMs, words, all.length);
    } catch (cause) {
      if (cause instanceof ChunkError) throw new StorageError('CORRUPT', cause.message, { cause });
      throw cause;
    }
    all.length += sampleCount;
  }
  // Places in the order of time; those given first come first, and stay.
  const places = Uint32Array.from({ length: total }, (_, place) => place);
  const times = all.timestampsMs;
  places.sort((a, b) => times[a]! - times[b]! || a - b);
  const merged = new SampleColumns(total);
  const mergedWords = new Uint32Array(merged.values.buffer);
  for (const place of places) {
    const at = merged.length;
    if (at > 0 && merged.timestampsMs[at - 1] === times[place]) continue;
    merged.timestampsMs[at] = times[place]!;
    mergedWords[2 * at] = words[2 * place]!;
    mergedWords[2 * at + 1] = words[2 * place + 1]!;
    merged.length++;
  }
  return merged;
}
