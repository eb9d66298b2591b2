import { compileDecodeKernel, DecodeKernel } from '@narthex/chunks';
import { compareText, Labels, type Matcher } from '@narthex/model';
import { type ChunkRead, SampleColumns, type SelectHints } from '@narthex/storage';
import { type BlockMeta } from './block-meta.js';
import { BlockReader } from './block-reader.js';
import { BlockWriter } from './block-writer.js';
import { xorChunks } from './rewritten-chunks.js';

/*
 * Blocks for tests, and what is in them in the plainest form.
 */

export const ALL_TIMES: Pick<SelectHints, 'startMs' | 'endMs'> = { startMs: -1e15, endMs: 1e15 };
export const HINTS: SelectHints = {
  ...ALL_TIMES,
  stepMs: 0,
  rangeMs: 0,
  func: '',
  grouping: [],
  by: false,
  limit: 0,
};

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Time and value, oldest first. */
  readonly samples: readonly (readonly [timestampMs: number, value: number])[];
}

const kernel = new DecodeKernel(compileDecodeKernel());

export function openBlock(folder: string): BlockReader {
  return BlockReader.open({ folder, kernel });
}

export function columnsOf(samples: TestSeries['samples']): SampleColumns {
  const columns = new SampleColumns();
  for (const [timestampMs, value] of samples) columns.pushFloat(timestampMs, value);
  return columns;
}

export interface TestBlock {
  readonly folder: string;
  readonly ulid: string;
  readonly series: readonly TestSeries[];
  readonly samplesAChunk?: number;
  readonly segmentBytes?: number;
}

/** Writes a block of float series, in the order of their labels. */
export async function writeTestBlock(block: TestBlock): Promise<BlockMeta | undefined> {
  const { folder, ulid, series, samplesAChunk, segmentBytes } = block;
  const labelled = series
    .map(({ labels, samples }) => ({ labels: Labels.of(labels), samples }))
    .sort((a, b) => a.labels.compare(b.labels));
  const times = series.flatMap(({ samples }) => samples.map(([timestampMs]) => timestampMs));
  const writer = new BlockWriter({
    folder,
    ulid,
    minTimeMs: times.reduce((least, timeMs) => Math.min(least, timeMs), Infinity),
    maxTimeMs: times.reduce((most, timeMs) => Math.max(most, timeMs), -Infinity) + 1,
    symbols: symbolsOf(labelled.map(({ labels }) => labels)),
    ...(segmentBytes !== undefined && { segmentBytes }),
  });
  for (const { labels, samples } of labelled)
    writer.addSeries(labels, xorChunks(columnsOf(samples), samplesAChunk));
  return writer.finish();
}

export function symbolsOf(labels: readonly Labels[]): string[] {
  return [...new Set(labels.flatMap((each) => each.pairs()))].sort(compareText);
}

/** The samples of a block, by series as they print, values by their bits. */
export type Dump = Record<string, (readonly [timestampMs: number, bits: string])[]>;

export async function dumpBlock(
  block: BlockReader,
  matchers: readonly Matcher[] = [],
  { startMs, endMs } = ALL_TIMES,
): Promise<Dump> {
  const querier = block.querier(startMs, endMs);
  try {
    const set = await querier.select(true, HINTS, matchers);
    const dump: Dump = {};
    const columns = new SampleColumns();
    for (let i = 0; i < set.length; i++) {
      columns.clear();
      set.read(i, columns);
      dump[set.labels(i).toString()] = samplesOf(columns);
    }
    return dump;
  } finally {
    querier.close();
  }
}

export function samplesOf(columns: SampleColumns): (readonly [number, string])[] {
  return Array.from({ length: columns.length }, (_, i) => [
    columns.timestampsMs[i]!,
    bitsAt(columns.values, i),
  ]);
}

export function dumpOf(series: readonly TestSeries[]): Dump {
  const labelled = series
    .map(({ labels, samples }) => [Labels.of(labels), samples] as const)
    .sort(([a], [b]) => a.compare(b));
  return Object.fromEntries(
    labelled.map(([labels, samples]) => [labels.toString(), samplesOf(columnsOf(samples))]),
  );
}

/** The 64 bits of a value, which tell apart what numbers do not: stale markers, and -0. */
function bitsAt(values: Float64Array, index: number): string {
  return new BigUint64Array(values.buffer, values.byteOffset, values.length)[index]!.toString(16);
}

export async function chunksOf(
  block: BlockReader,
  matchers: readonly Matcher[] = [],
): Promise<Map<string, ChunkRead[]>> {
  const querier = block.chunkQuerier(ALL_TIMES.startMs, ALL_TIMES.endMs);
  try {
    const set = await querier.select(true, HINTS, matchers);
    const chunks = new Map<string, ChunkRead[]>();
    for (let i = 0; i < set.length; i++) {
      const copies = [...set.chunks(i)].map((chunk) => ({ ...chunk, bytes: chunk.bytes.slice() }));
      chunks.set(set.labels(i).toString(), copies);
    }
    return chunks;
  } finally {
    querier.close();
  }
}
