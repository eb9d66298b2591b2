import { type BlockMeta } from '../block/block-meta.js';
import { blockRangeStart } from './block-ranges.js';

/** Of a block's series, the part with tombstones above which it is written anew. */
const TOMBSTONE_PART = 0.05;

export interface PlanOptions {
  /** Ascending; see `blockRanges`. */
  readonly rangesMs: readonly number[];
  /** False leaves blocks that overlap as they are, as `--no-storage.tsdb.allow-overlapping-compaction`. */
  readonly mergeOverlaps: boolean;
}

/**
 * The blocks that are to be made into one next, oldest first; none when there is nothing to do. The rules are those
 * of upstream's `LeveledCompactor` (`tsdb/compact.go`), in this order:
 *
 * 1. Blocks that overlap.
 * 2. For each range but the shortest: two blocks or more that lie within one aligned range, when they fill it or a
 *    newer block shows that nothing is to come, and none of them failed to compact before.
 * 3. One block of which much was deleted, when it is long enough, or all of it was.
 *
 * Under 2 and 3 the newest block is left alone, so that it can be copied before it goes into another.
 */
export function planCompaction<M extends BlockMeta>(metas: readonly M[], options: PlanOptions): readonly M[] {
  const ordered = [...metas].sort((a, b) => a.minTimeMs - b.minTimeMs);
  if (options.mergeOverlaps) {
    const overlapping = firstOverlap(ordered);
    if (overlapping.length > 0) return overlapping;
  }
  const settled = ordered.slice(0, -1);
  const together = fullRange(settled, options.rangesMs);
  if (together.length > 0) return together;
  const worn = mostlyDeleted(settled, options.rangesMs);
  return worn === undefined ? [] : [worn];
}

/** The first blocks that hang together by overlaps. */
function firstOverlap<M extends BlockMeta>(ordered: readonly M[]): readonly M[] {
  let from = 0;
  let endMs = -Infinity;
  for (const [at, meta] of ordered.entries()) {
    if (meta.minTimeMs >= endMs) {
      if (at - from > 1) return ordered.slice(from, at);
      from = at;
    }
    endMs = Math.max(endMs, meta.maxTimeMs);
  }
  return ordered.length - from > 1 ? ordered.slice(from) : [];
}

function fullRange<M extends BlockMeta>(settled: readonly M[], rangesMs: readonly number[]): readonly M[] {
  const newestMinMs = settled.at(-1)?.minTimeMs ?? 0;
  for (const rangeMs of rangesMs.slice(1)) {
    for (const group of splitByRange(settled, rangeMs)) {
      if (group.length < 2 || group.some(({ compaction }) => compaction.failed)) continue;
      const endMs = group.at(-1)!.maxTimeMs;
      if (endMs - group[0]!.minTimeMs === rangeMs || endMs <= newestMinMs) return group;
    }
  }
  return [];
}

/** Groups blocks by the aligned range that holds them. One that no such range holds is in no group. */
export function splitByRange<M extends BlockMeta>(ordered: readonly M[], rangeMs: number): M[][] {
  const groups: M[][] = [];
  for (let at = 0; at < ordered.length;) {
    const endMs = blockRangeStart(ordered[at]!.minTimeMs, rangeMs) + rangeMs;
    const group: M[] = [];
    while (at < ordered.length && ordered[at]!.maxTimeMs <= endMs) group.push(ordered[at++]!);
    if (group.length > 0) groups.push(group);
    else at++;
  }
  return groups;
}

function mostlyDeleted<M extends BlockMeta>(
  settled: readonly M[],
  rangesMs: readonly number[],
): M | undefined {
  const longMs = rangesMs[Math.floor(rangesMs.length / 2)] ?? Infinity;
  for (const meta of [...settled].reverse()) {
    const { numTombstones, numSeries } = meta.stats;
    if (meta.maxTimeMs - meta.minTimeMs < longMs) {
      return numTombstones > 0 && numTombstones >= numSeries ? meta : undefined;
    }
    if (numTombstones / (numSeries + 1) > TOMBSTONE_PART) return meta;
  }
  return undefined;
}
