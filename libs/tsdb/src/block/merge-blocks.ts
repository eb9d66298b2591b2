import { compareText } from '@narthex/model';
import { type ChunkRead } from '@narthex/storage';
import { setImmediate } from 'node:timers/promises';
import { type BlockCompaction, type BlockMeta } from './block-meta.js';
import { type BlockReader } from './block-reader.js';
import { type BlockSeriesCursor } from './block-series-cursor.js';
import { BlockWriter } from './block-writer.js';
import { mergeChunks } from './merge-chunks.js';

/** Written between two chances for others to run. */
const SERIES_A_TURN = 256;

export interface MergeOptions {
  /** One or more. Of samples at the same time the earlier block's stays. */
  readonly blocks: readonly BlockReader[];
  /** Where the new block goes. */
  readonly folder: string;
  readonly ulid: string;
  /** Where it is not a usual compaction: what `meta.json` says of the making instead. */
  readonly compaction?: Partial<BlockCompaction>;
  readonly segmentBytes?: number;
  /** Called now and then; what it throws ends the merge, and nothing is left of the new block. */
  readonly onTurn?: () => void;
}

/**
 * Makes one block of several, without what was deleted in them. Chunks go over as they are where they do not
 * overlap. The old blocks stay. Undefined, and no new block, when nothing is left.
 * @throws StorageError CORRUPT
 */
export async function mergeBlocks({
  blocks,
  folder,
  ulid,
  compaction,
  segmentBytes,
  onTurn = () => undefined,
}: MergeOptions): Promise<BlockMeta | undefined> {
  const metas = blocks.map(({ meta }) => meta);
  const writer = new BlockWriter({
    folder,
    ulid,
    minTimeMs: Math.min(...metas.map(({ minTimeMs }) => minTimeMs)),
    maxTimeMs: Math.max(...metas.map(({ maxTimeMs }) => maxTimeMs)),
    symbols: mergeTexts(blocks.map((block) => block.symbols())),
    compaction: { ...compactionOf(metas), ...compaction },
    ...(segmentBytes !== undefined && { segmentBytes }),
  });
  const cursors: BlockSeriesCursor[] = [];
  try {
    for (const block of blocks) cursors.push(block.series());
    await copySeries(cursors, writer, onTurn);
    return await writer.finish();
  } catch (cause) {
    await writer.abort();
    throw cause;
  } finally {
    for (const cursor of cursors) cursor.close();
  }
}

async function copySeries(
  cursors: readonly BlockSeriesCursor[],
  writer: BlockWriter,
  onTurn: () => void,
): Promise<void> {
  let open = cursors.filter((cursor) => cursor.next());
  for (let written = 1; open.length > 0; written++) {
    const first = open.reduce((least, cursor) => (cursor.labels.compare(least.labels) < 0 ? cursor : least));
    const { labels } = first;
    const same = open.filter((cursor) => cursor.labels.equals(labels));
    const chunks: ChunkRead[] = same.flatMap((cursor) => [...cursor.chunks()]);
    writer.addSeries(labels, mergeChunks(chunks));
    open = open.filter((cursor) => !same.includes(cursor) || cursor.next());
    if (written % SERIES_A_TURN !== 0) continue;
    await setImmediate();
    onTurn();
  }
}

/** As upstream's `CompactBlockMetas`. */
function compactionOf(metas: readonly BlockMeta[]): BlockCompaction {
  return {
    level: 1 + Math.max(...metas.map(({ compaction }) => compaction.level)),
    sources: [...new Set(metas.flatMap(({ compaction }) => compaction.sources))].sort(),
    deletable: false,
    parents: metas.map(({ ulid, minTimeMs, maxTimeMs }) => ({ ulid, minTimeMs, maxTimeMs })),
    failed: false,
    hints: [],
  };
}

/** The texts of several sources in order, each once; the sources are in order too. */
function* mergeTexts(sources: readonly Iterator<string>[]): IterableIterator<string> {
  const heads = sources.map((source) => ({ source, text: nextOf(source) }));
  for (;;) {
    let least: string | undefined;
    for (const { text } of heads) {
      if (text !== undefined && (least === undefined || compareText(text, least) < 0)) least = text;
    }
    if (least === undefined) return;
    yield least;
    for (const head of heads) if (head.text === least) head.text = nextOf(head.source);
  }
}

function nextOf(source: Iterator<string>): string | undefined {
  const result = source.next();
  return result.done === true ? undefined : result.value;
}
