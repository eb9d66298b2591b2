import { openChunk, SAMPLE_KIND, type SampleCursor } from '@narthex/chunks';
import { type SampleColumns } from '@narthex/storage';

/** A chunk's data, and how many of its samples count. */
export interface EncodedChunk {
  readonly encoding: number;
  readonly bytes: Uint8Array;
  readonly sampleCount: number;
}

/**
 * Appends the samples of a chunk of any encoding that are between two times, both included, and are not left out.
 * XOR chunks in bulk go faster through a `DecodeKernel`.
 * @throws ChunkError
 */
export function appendChunkSamples(
  { encoding, bytes, sampleCount }: EncodedChunk,
  startMs: number,
  endMs: number,
  isDeleted: ((timestampMs: number) => boolean) | undefined,
  into: SampleColumns,
): void {
  const cursor = openChunk(encoding, bytes, sampleCount);
  while (cursor.next()) {
    const { timestampMs } = cursor;
    if (timestampMs > endMs) return;
    if (timestampMs < startMs || isDeleted?.(timestampMs) === true) continue;
    appendSample(cursor, into);
  }
}

/** Appends the sample that a cursor stands at. */
export function appendSample(cursor: SampleCursor, into: SampleColumns): void {
  const { timestampMs, startTimestampMs } = cursor;
  into.reserve(1);
  if (startTimestampMs !== 0) {
    into.startTimestampsMs ??= new Float64Array(into.timestampsMs.length);
    into.startTimestampsMs[into.length] = startTimestampMs;
  }
  if (cursor.kind === SAMPLE_KIND.float) {
    into.timestampsMs[into.length] = timestampMs;
    cursor.copyValue(wordsOf(into.values), into.length);
    into.length++;
  } else {
    into.pushHistogram(timestampMs, cursor.histogram());
  }
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}
