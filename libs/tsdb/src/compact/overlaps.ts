import { formatDuration } from '@narthex/model';
import { type BlockMeta } from '../block/block-meta.js';

/** Blocks that share a time range. */
export interface Overlap {
  /** What all of them have in common. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly blocks: readonly BlockMeta[];
}

/** Where blocks overlap. Each group is as large as its blocks go on to overlap the same others. */
export function findOverlaps(metas: readonly BlockMeta[]): Overlap[] {
  const ordered = [...metas].sort((a, b) => a.minTimeMs - b.minTimeMs);
  const groups: BlockMeta[][] = [];
  let open: BlockMeta[] = [];
  let unbroken = false;
  for (const meta of ordered) {
    const still = open.filter(({ maxTimeMs }) => maxTimeMs > meta.minTimeMs);
    if (still.length < open.length) unbroken = false;
    open = [...still, meta];
    if (still.length === 0) continue;
    if (unbroken) groups.at(-1)!.push(meta);
    else groups.push([...open]);
    unbroken = true;
  }
  return groups.map((blocks) => ({
    minTimeMs: Math.max(...blocks.map(({ minTimeMs }) => minTimeMs)),
    maxTimeMs: Math.min(...blocks.map(({ maxTimeMs }) => maxTimeMs)),
    blocks,
  }));
}

/** Overlaps as upstream's log shows them. */
export function describeOverlaps(overlaps: readonly Overlap[]): string {
  return overlaps
    .map(({ minTimeMs, maxTimeMs, blocks }) => {
      const range = rangeText(minTimeMs, maxTimeMs);
      const names = blocks.map(
        (meta) => `<ulid: ${meta.ulid}, ${rangeText(meta.minTimeMs, meta.maxTimeMs)}>`,
      );
      return `[${range}, blocks: ${blocks.length}]: ${names.join(', ')}`;
    })
    .join('\n');
}

function rangeText(minTimeMs: number, maxTimeMs: number): string {
  return `mint: ${minTimeMs}, maxt: ${maxTimeMs}, range: ${formatDuration(maxTimeMs - minTimeMs)}`;
}
