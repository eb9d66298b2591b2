import { closeSync, fsyncSync, ftruncateSync, openSync, fstatSync, statSync, unlinkSync } from 'node:fs';
import { type WalCorruptionError } from './errors.js';
import { bytesToPageEnd } from './format.js';
import { listSegments } from './segments.js';

/** What a repair took away. */
export interface WalLoss {
  /** The damaged segment, cut at `keptBytes`. */
  readonly segment: number;
  readonly keptBytes: number;
  /** Bytes behind the cut, up to the segment's end, and those of the dropped segments. */
  readonly lostBytes: number;
  /** Numbers of the later segments, removed whole. */
  readonly droppedSegments: readonly number[];
  /** What was wrong. */
  readonly reason: string;
}

/**
 * Makes a log readable again as upstream does: every record before the damage is kept, everything behind it goes,
 * later segments included, since records build upon each other. The log must not be open for writing; a
 * {@link WalWriter} repairs its own.
 */
export function repairWal(directory: string, corruption: WalCorruptionError): WalLoss {
  const segments = listSegments(directory);
  const damaged = segments.find(({ number }) => number === corruption.segment);
  if (damaged === undefined || corruption.directory !== directory) {
    throw new RangeError(`no segment ${corruption.segment} in ${directory} to repair`, { cause: corruption });
  }
  const later = segments.filter(({ number }) => number > damaged.number).reverse();
  let lostBytes = 0;
  // The last one first: after a crash in between the numbers still follow each other.
  for (const { path } of later) {
    lostBytes += statSync(path).size;
    unlinkSync(path);
  }
  const keptBytes = corruption.validBytes;
  const descriptor = openSync(damaged.path, 'r+');
  try {
    lostBytes += Math.max(0, fstatSync(descriptor).size - keptBytes);
    ftruncateSync(descriptor, keptBytes);
    ftruncateSync(descriptor, keptBytes + bytesToPageEnd(keptBytes));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  const droppedSegments = later.map(({ number }) => number).reverse();
  return { segment: damaged.number, keptBytes, lostBytes, droppedSegments, reason: corruption.message };
}
