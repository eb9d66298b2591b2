import { EpochTable, SharedAllocator } from '@narthex/bytes';
import { Labels, Matcher } from '@narthex/model';
import { type Clock, type Logger } from '@narthex/process';
import { type ChunkRead, SampleColumns, type SeriesSet } from '@narthex/storage';
import { HINTS, samplesOf } from '../block/block-test-data.js';
import { Head } from '../head/head.js';
import { type HeadQuerier } from '../read/head-querier.js';
import { HeadReader } from '../read/head-reader.js';
import { ControlBlock } from '../shared/control-block.js';
import { HeadDisk } from './head-disk.js';

/*
 * A head with its files and one reader in the same thread, for tests.
 */

export const BASE_MS = 1_700_000_000_000;
export const STEP_MS = 15_000;
const MAIN_SLOT = 0;

export interface TestHead {
  readonly head: Head;
  readonly disk: HeadDisk;
  readonly reader: HeadReader;
  readonly epochs: EpochTable;
}

export interface TestHeadOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxFileBytes?: number;
  readonly minValidTimeMs?: number;
}

/** A head over what a folder of head chunks holds; nothing is restored yet. */
export async function openTestHead(options: TestHeadOptions): Promise<TestHead> {
  const { folder, clock, logger, maxFileBytes, minValidTimeMs } = options;
  const control = ControlBlock.create(7);
  const epochs = EpochTable.create(4);
  const allocator = new SharedAllocator({ epochs });
  const head = new Head({ allocator, control, epochs, clock, chunkRangeMs: 7_200_000, maxSeries: 0 });
  if (minValidTimeMs !== undefined) head.minValidTimeMs = minValidTimeMs;
  const disk = await HeadDisk.open({
    folder,
    head,
    epochs,
    clock,
    logger,
    ...(maxFileBytes !== undefined && { maxFileBytes }),
  });
  const reader = new HeadReader({
    views: allocator.views,
    control,
    epochs,
    slot: MAIN_SLOT,
    chunksFolder: folder,
  });
  return { head, disk, reader, epochs };
}

export function testLabels(series: number): Labels {
  return Labels.of({ __name__: 'golden', series: String(series) });
}

export function testValue(series: number, i: number): number {
  return series % 2 === 1 ? i : Math.sin(i * (series + 1));
}

/** Adds the samples `[from, to)` of each series in one commit. */
export async function addSamples(head: Head, seriesCount: number, from: number, to: number): Promise<void> {
  const appender = head.appender();
  for (let series = 0; series < seriesCount; series++) {
    const ref = appender.series(testLabels(series));
    for (let i = from; i < to; i++) appender.float(ref, BASE_MS + i * STEP_MS, testValue(series, i));
  }
  await appender.commit();
}

export type TestSamples = readonly (readonly [timestampMs: number, bits: string])[];

/** What {@link addSamples} added, in the form of {@link readAll}. */
export function expectedSamples(series: number, from: number, to: number): TestSamples {
  const columns = new SampleColumns();
  for (let i = from; i < to; i++) columns.pushFloat(BASE_MS + i * STEP_MS, testValue(series, i));
  return samplesOf(columns);
}

/** The same of several series, up to one end or up to one for each. */
export function expectedOf(
  seriesCount: number,
  from: number,
  to: number | readonly number[],
): Map<number, TestSamples> {
  const end = (series: number): number => (typeof to === 'number' ? to : to[series]!);
  return new Map(
    Array.from({ length: seriesCount }, (_, series) => [series, expectedSamples(series, from, end(series))]),
  );
}

/** All samples by the number of their series. */
export async function readAll(reader: HeadReader): Promise<Map<number, TestSamples>> {
  const querier = reader.querier(-Infinity, Infinity);
  try {
    return await readFrom(querier);
  } finally {
    querier.close();
  }
}

export async function readFrom(querier: HeadQuerier): Promise<Map<number, TestSamples>> {
  return readSet(await selectAll(querier));
}

export function selectAll(querier: HeadQuerier): Promise<SeriesSet> {
  return querier.select(true, HINTS, [new Matcher('=', '__name__', 'golden')]);
}

export function readSet(set: SeriesSet): Map<number, TestSamples> {
  const found = new Map<number, TestSamples>();
  const columns = new SampleColumns();
  for (let i = 0; i < set.length; i++) {
    columns.clear();
    set.read(i, columns);
    found.set(Number(set.labels(i).get('series')), samplesOf(columns));
  }
  return found;
}

/** The chunks of one series. */
export async function readChunksOf(reader: HeadReader, series: number): Promise<ChunkRead[]> {
  const querier = reader.chunkQuerier(-Infinity, Infinity);
  try {
    const set = await querier.select(false, HINTS, [new Matcher('=', 'series', String(series))]);
    return set.length === 0 ? [] : [...set.chunks(0)];
  } finally {
    querier.close();
  }
}
