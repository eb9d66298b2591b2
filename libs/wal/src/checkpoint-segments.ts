import { listSegments } from './segments.js';
import { type WalWriter } from './wal-writer.js';

/** Segments of a log, by their numbers, both ends included. */
interface SegmentRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Begins a new segment, and picks those that a checkpoint is to stand for: the lower two thirds of all but the one that
 * was being written (upstream's `Head.truncateWAL`, `tsdb/head.go`). Undefined where these are too few.
 * @throws what stood in the way of a new segment; the log is whole then
 */
export function cutForCheckpoint(wal: WalWriter): SegmentRange | undefined {
  const segments = listSegments(wal.directory);
  const first = segments[0]?.number ?? 0;
  const newest = (segments.at(-1)?.number ?? 0) - 1;
  // So that there is something to take where little is written.
  wal.nextSegment();
  const last = first + Math.trunc(((newest - first) * 2) / 3);
  return newest < 0 || last <= first ? undefined : { first, last };
}
