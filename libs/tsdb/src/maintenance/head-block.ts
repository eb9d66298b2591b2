import { compareText } from '@narthex/model';
import {
  type ChunkQuerier,
  type ChunkQueryable,
  type ChunkRead,
  type ChunkSeriesSet,
  type SelectHints,
} from '@narthex/storage';
import { setImmediate } from 'node:timers/promises';
import { OUT_OF_ORDER_HINT, STALE_SERIES_HINT } from '../block/block-meta.js';
import { BlockWriter } from '../block/block-writer.js';
import { CHUNK_BOUNDS, type ChunkCounts, countInto, createChunkCounts } from './chunk-statistics.js';
import { clipChunks } from './clipped-chunks.js';
import { type HeadBlockTask, type MaintenanceResults } from './protocol.js';
import { type StopWord } from './stop-word.js';

/** Series written between two chances for others to run, or to stop it. */
const SERIES_A_TURN = 256;

/**
 * Writes the samples of a part of the head as a block of level 1. Nobody may add samples to that part meanwhile.
 * @throws MaintenanceError CANCELLED; the file system's errors
 */
export async function writeHeadBlock(
  head: ChunkQueryable,
  task: HeadBlockTask,
  stop: StopWord,
): Promise<MaintenanceResults['headBlock']> {
  const { folder, ulid, minTimeMs, maxTimeMs, segmentBytes } = task;
  const querier = head.chunkQuerier(minTimeMs, maxTimeMs - 1);
  try {
    const found = await querier.select(true, hintsOf(task), []);
    // After the select: what other series bring meanwhile does no harm, what these have must be there.
    const symbols = await allSymbols(querier, stop);
    const writer = new BlockWriter({
      folder,
      ulid,
      minTimeMs,
      maxTimeMs,
      symbols,
      ...(task.outOfOrderBefore !== undefined && { compaction: { hints: [OUT_OF_ORDER_HINT] } }),
      ...(task.seriesIds !== undefined && { compaction: { hints: [STALE_SERIES_HINT] } }),
      ...(segmentBytes !== undefined && { segmentBytes }),
    });
    try {
      const chunks = await writeSeries(found, writer, task, stop);
      return { meta: await writer.finish(), chunks };
    } catch (cause) {
      await writer.abort();
      throw cause;
    }
  } finally {
    querier.close();
  }
}

async function writeSeries(
  found: ChunkSeriesSet,
  writer: BlockWriter,
  { minTimeMs, maxTimeMs }: HeadBlockTask,
  stop: StopWord,
): Promise<ChunkCounts> {
  const counts = createChunkCounts();
  for (let at = 0; at < found.length; at++) {
    if (at % SERIES_A_TURN === 0) {
      await setImmediate();
      stop.check();
    }
    writer.addSeries(found.labels(at), counted(clipChunks(found.chunks(at), minTimeMs, maxTimeMs), counts));
  }
  return counts;
}

function hintsOf({ minTimeMs, maxTimeMs }: HeadBlockTask): SelectHints {
  return {
    startMs: minTimeMs,
    endMs: maxTimeMs - 1,
    stepMs: 0,
    rangeMs: 0,
    func: '',
    grouping: [],
    by: false,
    limit: 0,
  };
}

function* counted(chunks: Iterable<ChunkRead>, counts: ChunkCounts): IterableIterator<ChunkRead> {
  for (const chunk of chunks) {
    countInto(counts.sizeBytes, CHUNK_BOUNDS.sizeBytes, chunk.bytes.length);
    countInto(counts.samples, CHUNK_BOUNDS.samples, chunk.sampleCount);
    countInto(counts.rangeMs, CHUNK_BOUNDS.rangeMs, chunk.maxTimeMs - chunk.minTimeMs);
    yield chunk;
  }
}

/** Every label name and value in order, also those that only other parts of the head have, as upstream. */
async function allSymbols(querier: ChunkQuerier, stop: StopWord): Promise<readonly string[]> {
  const { values: names } = await querier.labelNames([], 0);
  const texts = new Set(names);
  for (const name of names) {
    const { values } = await querier.labelValues(name, [], 0);
    for (const value of values) texts.add(value);
    await setImmediate();
    stop.check();
  }
  return [...texts].sort(compareText);
}
