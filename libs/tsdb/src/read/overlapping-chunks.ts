import { type ChunkRead } from '@narthex/storage';
import { type OverlappingChunks } from '../ooo/merged-series.js';
import { oooChunks } from '../ooo/ooo-chunks.js';
import { NO_INTERVALS } from '../samples/intervals.js';
import { partOfChunk } from '../samples/rewritten-samples.js';
import { ROW } from '../shared/layout.js';
import { ChunkCopier } from './chunk-copier.js';
import { readChunks } from './chunk-reads.js';
import { deletedTimes } from './deleted-times.js';
import { type Descriptors } from './descriptors.js';
import { type ReaderParts } from './reader-parts.js';

/**
 * All chunks of a series that has out-of-order samples. Those in order are read from `startMs` on, the others from where
 * the view begins.
 */
export function overlappingChunks(
  { views, windows }: ReaderParts,
  descriptors: Descriptors,
  index: number,
  startMs: number,
  endMs: number,
): OverlappingChunks {
  const { ooo } = descriptors;
  const viewStartMs = ooo.range?.startMs ?? startMs;
  const deleted = deletedTimes(views, descriptors.word(index, ROW.tombstones));
  const copier = new ChunkCopier(views, windows);
  const late = oooChunks(views, copier, ooo, index, viewStartMs, endMs);
  if (ooo.range?.before !== undefined) return { chunks: late, startMs: viewStartMs, endMs, deleted };
  // Deleted times are left out of the merged samples, where they hide the same ones.
  const inOrder = [...readChunks(views, copier, descriptors, index, startMs, endMs, NO_INTERVALS)];
  const [first] = inOrder;
  if (first !== undefined && viewStartMs < startMs && first.minTimeMs < startMs) {
    inOrder.splice(0, 1, ...from(first, startMs));
  }
  return {
    chunks: [...inOrder, ...late],
    startMs: viewStartMs,
    endMs,
    deleted,
  };
}

/** What is before this time is in a block already, and may have been deleted there. */
function from(chunk: ChunkRead, startMs: number): ChunkRead[] {
  return [...partOfChunk(chunk, (timestampMs) => timestampMs >= startMs)];
}
