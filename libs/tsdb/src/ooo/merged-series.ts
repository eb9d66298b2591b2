import { openChunk, type SampleCursor } from '@narthex/chunks';
import { type ChunkRead, type SampleColumns } from '@narthex/storage';
import { checked } from '../samples/checked.js';
import { appendSample } from '../samples/chunk-samples.js';
import { coversAny, type Intervals } from '../samples/intervals.js';
import { chunksOf } from '../samples/rewritten-samples.js';
import { SampleList } from '../samples/sample-list.js';
import { ChainedSamples } from './chained-samples.js';

/** The chunks of one series whose times may overlap, and what of them is wanted. */
export interface OverlappingChunks {
  /** Those in order first, then those out of order, each kind in the order in which they were made. */
  readonly chunks: readonly ChunkRead[];
  readonly startMs: number;
  readonly endMs: number;
  readonly deleted: Intervals;
}

/**
 * Appends the samples of the chunks in order of time.
 * @throws StorageError with code `CORRUPT`
 */
export function readMerged(
  { chunks, startMs, endMs, deleted }: OverlappingChunks,
  into: SampleColumns,
): void {
  checked(() => {
    for (const group of overlapping(chunks)) {
      forEachSample(group, startMs, endMs, deleted, (cursor) => appendSample(cursor, into));
    }
  });
}

/**
 * The same as chunks that do not overlap: chunks that do are made into new ones.
 * @throws StorageError with code `CORRUPT`
 */
export function* mergedChunks({
  chunks,
  startMs,
  endMs,
  deleted,
}: OverlappingChunks): IterableIterator<ChunkRead> {
  for (const group of overlapping(chunks)) {
    const [only] = group;
    if (group.length === 1 && !coversAny(deleted, only!.minTimeMs, only!.maxTimeMs)) {
      yield only!;
      continue;
    }
    const list = new SampleList(group.reduce((sum, { sampleCount }) => sum + sampleCount, 0));
    checked(() => forEachSample(group, startMs, endMs, deleted, (cursor) => list.add(cursor)));
    yield* chunksOf(list);
  }
}

/** The chunks by first time, those together whose times touch. */
function overlapping(chunks: readonly ChunkRead[]): ChunkRead[][] {
  const ordered = [...chunks].sort((a, b) => a.minTimeMs - b.minTimeMs);
  const groups: ChunkRead[][] = [];
  let endMs = -Infinity;
  for (const chunk of ordered) {
    if (chunk.minTimeMs > endMs) groups.push([]);
    groups.at(-1)!.push(chunk);
    endMs = Math.max(endMs, chunk.maxTimeMs);
  }
  return groups;
}

function forEachSample(
  group: readonly ChunkRead[],
  startMs: number,
  endMs: number,
  deleted: Intervals,
  visit: (cursor: SampleCursor) => void,
): void {
  const cursors = group.map(({ encoding, bytes, sampleCount }) => openChunk(encoding, bytes, sampleCount));
  const samples = new ChainedSamples(cursors);
  // From the first sample on, also where less is wanted: which of two at one time stays depends on those before.
  while (samples.next()) {
    if (samples.timestampMs > endMs) return;
    if (samples.timestampMs < startMs) continue;
    if (!coversAny(deleted, samples.timestampMs, samples.timestampMs)) visit(samples);
  }
}
