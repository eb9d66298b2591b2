import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SegmentGapError } from './errors.js';

/** A segment file of a log. */
export interface Segment {
  readonly directory: string;
  readonly path: string;
  readonly number: number;
}

/** Segments of one directory, both ends included; an end left out is open. */
export interface SegmentRange {
  readonly directory: string;
  readonly first?: number;
  readonly last?: number;
}

/** `00000042` for 42. */
export function segmentName(number: number): string {
  return String(number).padStart(8, '0');
}

/** A segment by its number, there or not. */
export function segmentAt(directory: string, number: number): Segment {
  return { directory, path: join(directory, segmentName(number)), number };
}

/**
 * The segments of a directory in order of their numbers. Other files are passed over.
 * @throws SegmentGapError when a number is missing between two others.
 */
export function listSegments(directory: string): Segment[] {
  const segments = readdirSync(directory)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ directory, path: join(directory, name), number: Number(name) }))
    .sort((a, b) => a.number - b.number);
  for (let at = 1; at < segments.length; at++) {
    const before = segments[at - 1]!.number;
    const after = segments[at]!.number;
    if (after !== before + 1) throw new SegmentGapError(directory, before, after);
  }
  return segments;
}

/** The segments of several ranges, one range after the other: a checkpoint's, then the log's behind it. */
export function segmentsOf(ranges: readonly SegmentRange[]): Segment[] {
  return ranges.flatMap(({ directory, first = 0, last = Infinity }) =>
    listSegments(directory).filter(({ number }) => number >= first && number <= last),
  );
}

/** What the files of a log take, those of its checkpoints included; nothing where somebody has removed it. */
export function directorySizeBytes(directory: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return bytes;
}

/** Makes the directory and those above it. */
export function ensureDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
}
