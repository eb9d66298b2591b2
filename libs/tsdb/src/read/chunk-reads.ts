import { type SharedViews } from '@narthex/bytes';
import { CHUNK_HEADER_BYTES, MAX_SAMPLE_BYTES, XorAppender, XorDecoder } from '@narthex/chunks';
import { CHUNK_ENCODING, type ChunkEncoding, type ChunkRead } from '@narthex/storage';
import { ROW } from '../shared/layout.js';
import { ChunkCursor } from './chunk-cursor.js';
import { copyPieces } from './chunk-pieces.js';
import { DeletedTimes } from './deleted-times.js';
import { type Descriptors } from './descriptors.js';

/**
 * The chunks of one series that overlap the range, each as bytes of its own that a reader elsewhere can use: the
 * header says what the view holds, and deleted samples are not in it.
 */
export function* readChunks(
  views: SharedViews,
  descriptors: Descriptors,
  index: number,
  startMs: number,
  endMs: number,
): IterableIterator<ChunkRead> {
  const deleted = DeletedTimes.read(views, descriptors.word(index, ROW.tombstones));
  const cursor = new ChunkCursor(views, descriptors);
  cursor.start(index, startMs, endMs);
  while (cursor.next()) {
    const { chunk, sizeBytes, count, minTimeMs, maxTimeMs } = cursor;
    const words = new Uint32Array((sizeBytes + 3) >>> 2);
    copyPieces(views, chunk, sizeBytes, words, 0);
    const bytes = new Uint8Array(words.buffer, 0, sizeBytes);
    if (deleted?.overlaps(minTimeMs, maxTimeMs)) {
      const left = withoutDeleted(bytes, count, deleted);
      if (left !== undefined) yield left;
      continue;
    }
    bytes[0] = count >>> 8;
    bytes[1] = count;
    const encoding = cursor.encoding as ChunkEncoding;
    // Where the writer has gone on since, the row's last time is beyond the view.
    const lastMs = cursor.partial ? decode(bytes, count).timestampsMs[count - 1]! : maxTimeMs;
    yield { minTimeMs, maxTimeMs: lastMs, encoding, sampleCount: count, bytes };
  }
}

function decode(bytes: Uint8Array, count: number): { timestampsMs: Float64Array; valueWords: Uint32Array } {
  const timestampsMs = new Float64Array(count);
  const valueWords = new Uint32Array(2 * count);
  new XorDecoder().decode(bytes, 0, bytes.length, count, timestampsMs, valueWords, 0);
  return { timestampsMs, valueWords };
}

/** The chunk written anew without the deleted samples; undefined when none are left. */
function withoutDeleted(bytes: Uint8Array, count: number, deleted: DeletedTimes): ChunkRead | undefined {
  const { timestampsMs, valueWords } = decode(bytes, count);
  const kept = new Uint8Array(CHUNK_HEADER_BYTES + MAX_SAMPLE_BYTES * count);
  const xor = new XorAppender();
  xor.create(kept, 0);
  let minTimeMs = 0;
  for (let i = 0; i < count; i++) {
    const timestampMs = timestampsMs[i]!;
    if (deleted.has(timestampMs)) continue;
    if (xor.count === 0) minTimeMs = timestampMs;
    xor.append(timestampMs, valueWords[2 * i + 1]!, valueWords[2 * i]!);
  }
  if (xor.count === 0) return undefined;
  return {
    minTimeMs,
    maxTimeMs: xor.timestampMs,
    encoding: CHUNK_ENCODING.xor,
    sampleCount: xor.count,
    bytes: kept.subarray(0, xor.byteLength),
  };
}
