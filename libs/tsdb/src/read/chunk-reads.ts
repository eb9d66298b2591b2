import { type SharedViews } from '@narthex/bytes';
import { openChunk, setSampleCount } from '@narthex/chunks';
import { type ChunkEncoding, type ChunkRead } from '@narthex/storage';
import { checked } from '../samples/checked.js';
import { type EncodedChunk } from '../samples/chunk-samples.js';
import { coversAny, type Intervals } from '../samples/intervals.js';
import { partOfChunk } from '../samples/rewritten-samples.js';
import { ROW } from '../shared/layout.js';
import { type ChunkCopier } from './chunk-copier.js';
import { ChunkCursor } from './chunk-cursor.js';
import { deletedTimes } from './deleted-times.js';
import { type Descriptors } from './descriptors.js';

/**
 * The chunks of one series that overlap the range, each as bytes of its own that a reader elsewhere can use: the
 * header says what the view holds, and deleted samples are not in it.
 */
export function* readChunks(
  views: SharedViews,
  copier: ChunkCopier,
  descriptors: Descriptors,
  index: number,
  startMs: number,
  endMs: number,
  deleted: Intervals = deletedTimes(views, descriptors.word(index, ROW.tombstones)),
): IterableIterator<ChunkRead> {
  const cursor = new ChunkCursor(views, descriptors);
  cursor.start(index, startMs, endMs);
  while (cursor.next()) {
    const { sizeBytes, count, minTimeMs, maxTimeMs } = cursor;
    const words = new Uint32Array((sizeBytes + 3) >>> 2);
    copier.copy(cursor, words, 0);
    const bytes = new Uint8Array(words.buffer, 0, sizeBytes);
    setSampleCount(bytes, 0, count);
    const chunk = { encoding: cursor.encoding as ChunkEncoding, bytes, sampleCount: count };
    if (coversAny(deleted, minTimeMs, maxTimeMs)) {
      yield* withoutDeleted(chunk, deleted);
      continue;
    }
    // Where the writer has gone on since, the row's last time is beyond the view.
    const lastMs = cursor.partial ? lastTimeMs(chunk) : maxTimeMs;
    yield { minTimeMs, maxTimeMs: lastMs, ...chunk };
  }
}

/** The chunk written anew without the deleted samples; nothing when none are left. */
function withoutDeleted(chunk: EncodedChunk, deleted: Intervals): ChunkRead[] {
  const keeps = (timestampMs: number): boolean => !coversAny(deleted, timestampMs, timestampMs);
  return checked(() => [...partOfChunk(chunk, keeps)]);
}

function lastTimeMs({ encoding, bytes, sampleCount }: EncodedChunk): number {
  return checked(() => {
    const cursor = openChunk(encoding, bytes, sampleCount);
    let timestampMs = 0;
    while (cursor.next()) ({ timestampMs } = cursor);
    return timestampMs;
  });
}
