import { type BlockMeta } from '../block/block-meta.js';

/** A block as retention looks at it. */
export interface StoredBlock {
  readonly meta: BlockMeta;
  /** What its files take. */
  readonly sizeBytes: number;
}

/** What is kept. Zero for no limit. */
export interface RetentionLimits {
  /** How far the end of a block may lie behind that of the newest. */
  readonly timeMs: number;
  /** How much blocks, log and head chunks may take together. */
  readonly sizeBytes: number;
}

export interface RetentionResult {
  readonly removed: ReadonlySet<string>;
  /** Which of the limits took blocks. */
  readonly byTime: boolean;
  readonly bySize: boolean;
}

/**
 * The blocks that have to go: those marked deletable and those beyond a limit, oldest first by their ends. Upstream's
 * `deletableBlocks` in `tsdb/db.go`: time counts from the end of the newest block, not from now; log and head chunks
 * count towards the size, but only blocks are removed for it.
 */
export function beyondRetention(
  blocks: readonly StoredBlock[],
  limits: RetentionLimits,
  headBytes: () => number,
): RetentionResult {
  const newestFirst = [...blocks].sort((a, b) => b.meta.maxTimeMs - a.meta.maxTimeMs);
  const old = beyondTime(newestFirst, limits.timeMs);
  const large = beyondSize(newestFirst, limits.sizeBytes, headBytes);
  const marked = newestFirst.filter(({ meta }) => meta.compaction.deletable);
  return {
    removed: new Set([...marked, ...old, ...large].map(({ meta }) => meta.ulid)),
    byTime: old.length > 0,
    bySize: large.length > 0,
  };
}

function beyondTime(newestFirst: readonly StoredBlock[], timeMs: number): readonly StoredBlock[] {
  const newest = newestFirst[0];
  if (newest === undefined || timeMs === 0) return [];
  const from = newestFirst.findIndex(
    ({ meta }, at) => at > 0 && newest.meta.maxTimeMs - meta.maxTimeMs >= timeMs,
  );
  return from === -1 ? [] : newestFirst.slice(from);
}

function beyondSize(
  newestFirst: readonly StoredBlock[],
  limitBytes: number,
  headBytes: () => number,
): readonly StoredBlock[] {
  if (limitBytes <= 0 || newestFirst.length === 0) return [];
  let usedBytes = headBytes();
  const from = newestFirst.findIndex(({ sizeBytes }) => (usedBytes += sizeBytes) > limitBytes);
  return from === -1 ? [] : newestFirst.slice(from);
}
